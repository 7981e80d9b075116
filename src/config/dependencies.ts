import { nearest } from '../base/index.ts';
import type { Dependency } from '../protocol/index.ts';
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
  readonly condition: 'started' | 'ready';
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
    const ready = entry.node.kind === 'scalar' && entry.node.value === 'ready';
    return { to, condition: ready ? 'ready' : 'started', at: entry.at };
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
      if (found.get(agent)?.condition !== 'ready') found.set(agent, { agent, condition });
    }
  }
  return [...found.values()];
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
