import { nearest } from '../base/index.ts';
import { AGENT_NAME, type AgentSpec, type AgentTypeSpec, type Command, RESERVED_NAMES } from '../protocol/index.ts';
import type { Context } from './context.ts';
import { dependenciesOf, type Group, refuseCycles, refuseHopeless } from './dependencies.ts';
import { readInherited } from './inherited.ts';
import { overlay } from './overlay.ts';
import { type Place, quoted } from './problem.ts';
import { KNOWN_TYPES, knownCommand, TYPES } from './known-types.ts';
import { nameIsFine } from './names.ts';
import type { AgentInput } from './schema.ts';
import { childOf, type Entry, type MapNode, mapOf, toPlain } from './tree.ts';

/** Agents one session may have. The controller is measured to 200; above 1,000 a typing error is likelier than a wish. */
export const MOST_AGENTS = 1_000;

type Types = ReadonlyMap<string, AgentTypeSpec>;

/** Every agent of these groups, checked, in the order of the file. */
export function readAgents(groups: readonly Group[], defaults: MapNode, types: Types, context: Context): AgentSpec[] {
  refuseCycles(groups, context);
  const agents = groups.flatMap((group) => {
    const node = withDefaults(defaults, mapOf(group.entry.node, group.entry.at));
    const input = toPlain(node) as AgentInput;
    const type = readType(node, input, types, context);
    const shared = {
      type: type ?? 'command',
      role: input.role ?? '',
      skills: input.skills ?? [],
      command: readCommand(node, type, group, types, context),
      ...readInherited(node, context),
      dependsOn: dependenciesOf(group, groups, context),
      account: input.account ?? type ?? 'command',
      adHoc: false,
    };
    const display = input.display ?? '';
    return group.names.map((name, index) => {
      const numbered = input.replicas === undefined || display === '' ? display : `${display} ${index + 1}`;
      return { name, display: numbered, ...shared };
    });
  });
  refuseHopeless(groups, agents, context);
  return agents;
}

function readType(node: MapNode, { type }: AgentInput, types: Types, context: Context): string | undefined {
  if (type === undefined || TYPES.includes(type) || types.has(type)) return type;
  const known = [...types.keys(), ...TYPES];
  const meant = nearest(type, known);
  const hint =
    meant === null ? `possible: ${known.join(', ')}, or one under agent_types` : `did you mean ${quoted(meant)}?`;
  context.add(childOf(node, 'type')?.at ?? node.at, `${quoted(type)} is not possible here`, hint);
  return type;
}

/** Only what agents share with `defaults` is inherited; the rest of the keys is the agent's own. */
const withDefaults = (defaults: MapNode, agent: MapNode): MapNode => ({
  ...overlay(defaults, agent),
  // What was taken out of the defaults says nothing about what the agent itself lacks.
  partial: agent.partial,
});

/** @returns the agents with the names of their replicas; none, and a problem, when there are too many to look at. */
export function expandAgents(agents: MapNode, context: Context): Group[] {
  const groups = [...agents.entries].map(([key, entry]) => ({ key, entry, count: replicas(entry, context) }));
  const total = groups.reduce((sum, { count }) => sum + (count ?? 1), 0);
  if (total > MOST_AGENTS) {
    tooMany(agents.at, total, context);
    return [];
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

function readCommand(node: MapNode, type: string | undefined, group: Group, types: Types, context: Context): Command {
  const { command } = toPlain(node) as AgentInput;
  const at = node.entries.get('command')?.at ?? group.entry.at;
  if (type === 'worker') {
    if (command !== undefined)
      context.add(at, 'a worker is built in and takes no command', 'use `type: command`, or remove the command');
    return { kind: 'builtin', name: 'worker' };
  }
  if (typeof command === 'string') return { kind: 'shell', script: command };
  if (command !== undefined) return { kind: 'argv', argv: command };
  const argv = commandOf(type ?? 'command', types);
  if (argv !== null) return { kind: 'argv', argv };
  // Of a type that does not exist nothing more is said.
  if (!node.partial && (type === undefined || TYPES.includes(type) || types.has(type))) noCommand(group, type, context);
  return { kind: 'shell', script: 'true' };
}

/** What agents of a type run when they name no command; null when the type has none. */
function commandOf(type: string, types: Types): readonly string[] | null {
  const own = types.get(type);
  const known = knownCommand(own?.extends ?? type);
  return own?.command ?? (known === null ? null : [known]);
}

function noCommand({ key, entry }: Group, type: string | undefined, context: Context): void {
  if (type !== undefined && type !== 'command') {
    const hint = `add a \`command\`, here or under agent_types.${type}`;
    context.add(entry.at, `the agent ${quoted(key)} is of type ${type}, which has no command`, hint);
    return;
  }
  const guess = nearest(key, Object.keys(KNOWN_TYPES));
  const hint =
    guess === null ? 'add `type: claude`, `type: worker`... or a `command`' : `did you mean { type: ${guess} }?`;
  const what = type === 'command' ? 'is of type command and has no `command`' : 'has neither a `type` nor a `command`';
  context.add(entry.at, `the agent ${quoted(key)} ${what}`, hint);
}
