import { nearest } from '../base/index.ts';
import { type AgentSpec, type Condition, CONDITIONS, type Dependency } from '../protocol/index.ts';
import type { Context } from './context.ts';
import { type Place, quoted } from './problem.ts';
import { childOf, type Entry } from './tree.ts';

/** One key under `agents` with the names of all its replicas (its own name when it has none). */
export interface Group {
  readonly key: string;
  readonly entry: Entry;
  readonly names: readonly string[];
}

interface Wish {
  /** As written: the name of an agent, of a replicated one, or of one replica. */
  readonly to: string;
  readonly condition: Condition;
  readonly at: Place;
}

function wishesOf(group: Group): Wish[] {
  const node = childOf(group.entry.node, 'depends_on');
  if (node?.kind === 'list') {
    return node.items.flatMap((item) =>
      item.kind === 'scalar' ? [{ to: String(item.value), condition: 'started' as const, at: item.at }] : [],
    );
  }
  if (node?.kind !== 'map') return [];
  return [...node.entries].map(([to, entry]) => {
    const word = entry.node.kind === 'scalar' ? entry.node.value : null;
    return { to, condition: CONDITIONS.find((each) => each === word) ?? 'started', at: entry.at };
  });
}

/** What a group waits for, replicas one by one. An unknown name is a problem. */
export function dependenciesOf(group: Group, groups: readonly Group[], context: Context): Dependency[] {
  const found = new Map<string, Dependency>();
  for (const { to, condition, at } of wishesOf(group)) {
    const names =
      groups.find((each) => each.key === to)?.names ??
      groups.flatMap((each) => each.names).filter((name) => name === to);
    if (names.length === 0) {
      const meant = nearest(
        to,
        groups.map((each) => each.key),
      );
      context.add(
        at,
        `there is no agent ${quoted(to)} to depend on`,
        meant === null ? '' : `did you mean ${quoted(meant)}?`,
      );
    }
    for (const agent of names) {
      const before = found.get(agent)?.condition ?? 'started';
      // Of two for one agent the one that asks for more.
      if (CONDITIONS.indexOf(condition) >= CONDITIONS.indexOf(before)) found.set(agent, { agent, condition });
    }
  }
  return [...found.values()];
}

/** What can never come about: an end for good of what is always started again, the health of what nobody asks for it. */
export function refuseHopeless(groups: readonly Group[], agents: readonly AgentSpec[], context: Context): void {
  const byName = new Map(agents.map((agent) => [agent.name, agent]));
  for (const group of groups) {
    for (const { to, condition, at } of wishesOf(group)) {
      const name = groups.find(({ key }) => key === to)?.names[0] ?? to;
      const other = byName.get(name);
      if (other === undefined) continue;
      if (condition.startsWith('completed') && other.restart.policy === 'always') {
        const message = `${quoted(to)} never completes: it is started again whenever it ends`;
        context.add(at, message, `give it \`restart: on-failure\` or \`restart: never\``);
      }
      if (condition === 'healthy' && other.liveness === null) {
        context.add(at, `nobody asks whether ${quoted(to)} is healthy`, 'give it a `liveness`, or wait for `ready`');
      }
    }
  }
}

/** Reports each cycle once, at the dependency that closes it. Replicas share their dependencies, so groups are enough to see all. */
export function refuseCycles(groups: readonly Group[], context: Context): void {
  const owner = new Map<string, Group>();
  for (const group of groups) for (const name of [...group.names, group.key]) owner.set(name, group);
  const done = new Set<Group>();
  const path: Group[] = [];
  const visit = (group: Group): void => {
    path.push(group);
    for (const { to, at } of wishesOf(group)) {
      const next = owner.get(to);
      if (next === undefined || done.has(next)) continue;
      const from = path.indexOf(next);
      if (from === -1) visit(next);
      else {
        const circle = [...path.slice(from), next].map((each) => each.key);
        const shown = circle.length > 12 ? [...circle.slice(0, 6), '...', ...circle.slice(-5)] : circle;
        context.add(at, `agents wait for each other: ${shown.join(' -> ')}`, 'take one of these out of depends_on');
      }
    }
    path.pop();
    done.add(group);
  };
  for (const group of groups) if (!done.has(group)) visit(group);
}
