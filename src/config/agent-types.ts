import type { AgentTypeSpec } from '../protocol/index.ts';
import type { Context } from './context.ts';
import { knownCommand } from './known-types.ts';
import { nameIsFine } from './names.ts';
import { argvOf, ms } from './policies.ts';
import { type Place, quoted } from './problem.ts';
import type { AgentTypeInput } from './schema-mail.ts';
import { childOf, type Entry, type MapNode, mapOf, toPlain } from './tree.ts';

/** Everything under `agent_types`, by name, in the order of the file. */
export function readAgentTypes(root: MapNode, context: Context): Map<string, AgentTypeSpec> {
  const given = mapOf(childOf(root, 'agent_types'), root.at);
  const types = new Map<string, AgentTypeSpec>();
  for (const [name, entry] of given.entries) {
    if (!typeNameIsFine(name, entry.at, context)) continue;
    types.set(name, readAgentType(name, entry, context));
  }
  return types;
}

function typeNameIsFine(name: string, place: Place, context: Context): boolean {
  if (name !== 'worker' && name !== 'command') return nameIsFine(name, place, context);
  const hint = name === 'command' ? 'give it a name of its own, with `extends: command`' : 'give it another name';
  context.add(place, `the type ${quoted(name)} is built in and cannot be changed`, hint);
  return false;
}

function readAgentType(name: string, entry: Entry, context: Context): AgentTypeSpec {
  const node = mapOf(entry.node, entry.at);
  const input = toPlain(node) as AgentTypeInput;
  const builtin = knownCommand(name) !== null;
  if (builtin && input.extends !== undefined && input.extends !== name) {
    const at = childOf(node, 'extends')?.at ?? entry.at;
    context.add(at, `the built-in type ${quoted(name)} extends itself`, 'leave `extends` out, or choose another name');
  }
  return {
    extends: builtin ? name : (input.extends ?? null),
    command: input.command === undefined ? null : argvOf(input.command),
    screen: { ...input.screen } as AgentTypeSpec['screen'],
    title: { ...input.title } as AgentTypeSpec['title'],
    composer: input.composer ?? null,
    submit:
      input.submit === undefined
        ? null
        : { keys: input.submit.keys ?? ['Enter'], wait: ms(input.submit.wait, '300ms') },
    quit: input.quit ?? null,
  };
}
