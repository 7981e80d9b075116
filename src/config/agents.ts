import { nearest } from '../base/index.ts';
import { AGENT_NAME, type AgentSpec, type Command, RESERVED_NAMES } from '../protocol/index.ts';
import type { Context } from './context.ts';
import { dependenciesOf, type Group, refuseCycles } from './dependencies.ts';
import { readInherited } from './inherited.ts';
import { overlay } from './overlay.ts';
import { type Place, quoted } from './problem.ts';
import { type AgentInput, KNOWN_TYPES } from './schema.ts';
import { type Entry, type MapNode, mapOf, toPlain } from './tree.ts';

/** Agents one session may have. The controller is measured to 200; above 1,000 a typing error is likelier than a wish. */
export const MOST_AGENTS = 1_000;

/** Everything under `agents`, expanded and checked, in the order of the file. */
export function readAgents(agents: MapNode, defaults: MapNode, context: Context): AgentSpec[] {
  const groups = expand(agents, context);
  if (groups === null) return [];
  refuseCycles(groups, context);
  return groups.flatMap((group) => {
    const node = withDefaults(defaults, mapOf(group.entry.node, group.entry.at));
    const input = toPlain(node) as AgentInput;
    const shared = {
      type: input.type ?? 'command',
      role: input.role ?? '',
      skills: input.skills ?? [],
      command: readCommand(node, input, group, context),
      ...readInherited(node, context),
      dependsOn: dependenciesOf(group, groups, context),
      account: input.type ?? 'command',
      adHoc: false,
    };
    const display = input.display ?? '';
    return group.names.map((name, index) => {
      const numbered = input.replicas === undefined || display === '' ? display : `${display} ${index + 1}`;
      return { name, display: numbered, ...shared };
    });
  });
}

/** Only what agents share with `defaults` is inherited; the rest of the keys is the agent's own. */
const withDefaults = (defaults: MapNode, agent: MapNode): MapNode => ({
  ...overlay(defaults, agent),
  // What was taken out of the defaults says nothing about what the agent itself lacks.
  partial: agent.partial,
});

/** @returns the agents with the names of their replicas, null when there are too many to look at. */
function expand(agents: MapNode, context: Context): Group[] | null {
  const groups = [...agents.entries].map(([key, entry]) => ({ key, entry, count: replicas(entry, context) }));
  const total = groups.reduce((sum, { count }) => sum + (count ?? 1), 0);
  if (total > MOST_AGENTS) {
    tooMany(agents.at, total, context);
    return null;
  }
  if (total === 0 && !agents.partial)
    context.add(agents.at, 'there are no agents', 'add one: agents: { kaede: { type: worker } }');
  const taken = new Map<string, Place>();
  return groups.map(({ key, entry, count }) => {
    const names = count === null ? [key] : Array.from({ length: count }, (_, index) => `${key}-${index + 1}`);
    if (nameIsFine(key, entry.at, context)) for (const name of names) claim(name, key, entry.at, taken, context);
    return { key, entry, names };
  });
}

export function tooMany(place: Place, total: number, context: Context): void {
  const [most, here] = [MOST_AGENTS, total].map((each) => each.toLocaleString('en'));
  context.add(place, `there are ${here} agents; a session has at most ${most}`, 'use fewer, or several projects');
}

/** @returns null when the agent is not replicated. */
function replicas(entry: Entry, context: Context): number | null {
  const node = mapOf(entry.node, entry.at).entries.get('replicas')?.node;
  if (node?.kind !== 'scalar') return null;
  const { cores } = context.ports;
  if (node.value === 'max') return Math.max(1, cores);
  const asked = Number(node.value);
  if (asked === 0)
    context.add(node.at, 'no replicas at all are asked for', 'leave the agent out, or say `max` for one per processor');
  return asked < 0 ? Math.max(1, cores + asked) : Math.max(1, asked);
}

function nameIsFine(name: string, place: Place, context: Context): boolean {
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
  const rule = 'a small letter, then up to 31 small letters, digits and -; any script goes into `display`';
  context.add(
    place,
    `the name ${quoted(name)} is not possible`,
    plain === '' ? rule : `did you mean ${quoted(plain)}? ${rule}`,
  );
  return false;
}

function claim(name: string, key: string, place: Place, taken: Map<string, Place>, context: Context): void {
  const before = taken.get(name);
  if (before !== undefined) {
    context.add(
      place,
      `${quoted(name)} is there twice: as an agent and as a replica`,
      `the other is on line ${before.line}; rename one`,
    );
  } else if (RESERVED_NAMES.includes(name) || !AGENT_NAME.test(name)) {
    context.add(place, `the replica ${quoted(name)} has a name that is too long`, `shorten ${quoted(key)}`);
  }
  taken.set(name, place);
}

function readCommand(node: MapNode, input: AgentInput, group: Group, context: Context): Command {
  const { type, command } = input;
  const at = node.entries.get('command')?.at ?? group.entry.at;
  if (type === 'worker') {
    if (command !== undefined)
      context.add(at, 'a worker is built in and takes no command', 'use `type: command`, or remove the command');
    return { kind: 'builtin', name: 'worker' };
  }
  if (typeof command === 'string') return { kind: 'shell', script: command };
  if (command !== undefined) return { kind: 'argv', argv: command };
  if (type !== undefined && type !== 'command') return { kind: 'argv', argv: [KNOWN_TYPES[type]] };
  if (!node.partial) {
    const guess = nearest(group.key, Object.keys(KNOWN_TYPES));
    const hint =
      guess === null ? 'add `type: claude`, `type: worker`... or a `command`' : `did you mean { type: ${guess} }?`;
    const what =
      type === 'command' ? 'is of type command and has no `command`' : 'has neither a `type` nor a `command`';
    context.add(group.entry.at, `the agent ${quoted(group.key)} ${what}`, hint);
  }
  return { kind: 'shell', script: 'true' };
}
