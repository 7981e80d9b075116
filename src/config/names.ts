import { AGENT_NAME, RESERVED_NAMES } from '../protocol/index.ts';
import type { Context } from './context.ts';
import { type Place, quoted } from './problem.ts';

/** Whether a key may name an agent, a group or a type. When not, a problem with a name that would do is reported. */
export function nameIsFine(name: string, place: Place, context: Context): boolean {
  if (RESERVED_NAMES.includes(name)) {
    context.add(place, `the name ${quoted(name)} is one that orchestra keeps for itself`, 'choose another');
    return false;
  }
  if (AGENT_NAME.test(name)) return true;
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .slice(0, 200)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 32);
  const rule = RULE;
  context.add(
    place,
    `the name ${quoted(name)} is not possible`,
    plain === '' ? rule : `did you mean ${quoted(plain)}? ${rule}`,
  );
  return false;
}

const RULE = 'a small letter, then up to 31 small letters, digits and -; any script goes into `display`';
