import { AGENT_NAME, RESERVED_NAMES } from '../../protocol/index.ts';

/** Letters of an agent's name. */
const LONGEST = 32;
/** Left free behind the name of an agent with replicas: `-999`. */
const FOR_NUMBERS = 4;

/** What is possible of a name: small letters, digits and `-`, a letter first. Empty when nothing is. */
export const plainName = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');

export interface Wish {
  readonly original: string;
  /** It becomes name-1, name-2, ... */
  readonly replicated: boolean;
}

/** A name for each, in their order; no two are alike, and none is that of another's replica. */
export function agentNames(wishes: readonly Wish[]): string[] {
  const taken = new Set<string>();
  const stems = new Set<string>();
  const free = (name: string, replicated: boolean): boolean => {
    const stem = /^(.+)-\d+$/.exec(name)?.[1];
    if (taken.has(name) || RESERVED_NAMES.includes(name) || !AGENT_NAME.test(name)) return false;
    if (stem !== undefined && stems.has(stem)) return false;
    return !replicated || ![...taken].some((each) => new RegExp(`^${name}-\\d+$`).test(each));
  };
  return wishes.map(({ original, replicated }) => {
    const room = LONGEST - (replicated ? FOR_NUMBERS : 0);
    const wished = plainName(original).slice(0, room).replace(/-+$/, '') || 'agent';
    let name = wished;
    // Not `-2`: that is what replicas are called.
    for (let n = 2; !free(name, replicated); n++) name = `${wished.slice(0, room - 1 - String(n).length - 1)}-n${n}`;
    taken.add(name);
    if (replicated) stems.add(name);
    return name;
  });
}
