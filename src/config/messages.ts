import { nearest } from '../base/index.ts';
import { DEFAULT_MESSAGES, EXTERNAL, type MessageRule, type MessagesSpec } from '../protocol/index.ts';
import type { Context } from './context.ts';
import type { Group } from './dependencies.ts';
import { nameIsFine } from './names.ts';
import { isOff, ms } from './policies.ts';
import { type Place, quoted } from './problem.ts';
import type { MessagesInput, RuleInput } from './schema-mail.ts';
import { childOf, type MapNode, mapOf, toPlain, type Tree } from './tree.ts';

/** Groups one session may have. Each may stand for all agents of the session: more of them would not fit into memory. */
const MOST_GROUPS = 500;

/** `messages`, `groups` and `policy` of a file, checked against its agents. */
export function readMessages(root: MapNode, crew: readonly Group[], context: Context): MessagesSpec {
  const node = mapOf(childOf(root, 'messages'), root.at);
  const given = toPlain(node) as MessagesInput;
  const { depth, attempts, backoff } = DEFAULT_MESSAGES;
  const initial = ms(given.backoff?.initial, `${backoff.initial}ms`);
  const max = ms(given.backoff?.max, `${backoff.max}ms`);
  if (initial > max) {
    const at = childOf(node, 'backoff')?.at ?? node.at;
    context.add(at, '`initial` is longer than `max`', 'the first wait may not be longer than the longest');
  }
  const names = namesOf(crew);
  const groups = readGroups(mapOf(childOf(root, 'groups'), root.at), names, context);
  return {
    depth: given.depth ?? depth,
    ttl: orOff(given.ttl, DEFAULT_MESSAGES.ttl),
    attempts: given.attempts ?? attempts,
    backoff: { initial, max, factor: given.backoff?.factor ?? backoff.factor },
    lease: orOff(given.lease, DEFAULT_MESSAGES.lease),
    keep: ms(given.keep, `${DEFAULT_MESSAGES.keep}ms`),
    groups: Object.fromEntries(groups),
    policy: readPolicy(childOf(root, 'policy'), new Set(groups.keys()), names, context),
  };
}

const orOff = (value: string | false | undefined, otherwise: number | null): number | null =>
  value === undefined ? otherwise : isOff(value) ? null : ms(value, '0s');

/** Agents by every name they can be called: their own, and that of all replicas together. */
export type Names = ReadonlyMap<string, readonly string[]>;

export function namesOf(crew: readonly Group[]): Names {
  const names = new Map<string, readonly string[]>();
  for (const group of crew) for (const name of group.names) names.set(name, [name]);
  for (const group of crew) names.set(group.key, group.names);
  return names;
}

function readGroups(node: MapNode, names: Names, context: Context): Map<string, readonly string[]> {
  const groups = new Map<string, readonly string[]>();
  if (node.entries.size > MOST_GROUPS) {
    context.add(node.at, `there are ${node.entries.size} groups; a session has at most ${MOST_GROUPS}`);
    return groups;
  }
  for (const [name, { at, node: members }] of node.entries) {
    if (members.kind !== 'list') continue;
    // Kept although its name is wrong, so that a policy which uses the name is not wrong as well.
    nameIsFine(name, at, context);
    const found = scalars(members).flatMap(([member, place]) => membersOf(member, place, names, context));
    groups.set(name, [...new Set(found)]);
  }
  return groups;
}

function membersOf(member: string, place: Place, names: Names, context: Context): readonly string[] {
  const found = names.get(member);
  if (found !== undefined) return found;
  if (member.startsWith('@')) context.add(place, 'a group cannot hold another group', 'name the agents themselves');
  else if (member === '*') context.add(place, '`*` is not a member', 'a message to `broadcast` goes to all agents');
  else unknown('agent', member, place, [...names.keys()], context);
  return [];
}

function readPolicy(
  node: Tree | undefined,
  groups: ReadonlySet<string>,
  names: Names,
  context: Context,
): MessageRule[] {
  if (node?.kind !== 'list') return [];
  return node.items.flatMap((item) => {
    const rule = toPlain(item) as RuleInput;
    const [verb, second] = (['allow', 'deny'] as const).filter((each) => rule[each] !== undefined);
    if (verb === undefined || second !== undefined) {
      const partial = item.kind === 'map' && item.partial;
      if (verb !== undefined) context.add(item.at, '`allow` and `deny` exclude each other', 'write two rules');
      else if (!partial)
        context.add(item.at, 'this rule has neither `allow` nor `deny`', 'write - deny: { to: [kaede] }');
      return [];
    }
    const clause = childOf(item, verb);
    const side = (key: 'from' | 'to'): string[] => readSide(childOf(clause, key), groups, names, context);
    return [{ allow: verb === 'allow', from: side('from'), to: side('to'), types: rule[verb]?.types ?? [] }];
  });
}

function readSide(node: Tree | undefined, groups: ReadonlySet<string>, names: Names, context: Context): string[] {
  if (node === undefined || node.kind === 'map') return ['*'];
  const found = scalars(node).flatMap(([name, place]) => {
    if (name === '*' || name === EXTERNAL) return [name];
    if (name.startsWith('@')) {
      if (!groups.has(name.slice(1)))
        unknown(
          'group',
          name,
          place,
          [...groups].map((each) => `@${each}`),
          context,
        );
      return [name];
    }
    const agents = names.get(name);
    if (agents !== undefined) return agents;
    notOne(name, place, groups, names, context);
    return [];
  });
  return [...new Set(found)];
}

function notOne(name: string, place: Place, groups: ReadonlySet<string>, names: Names, context: Context): void {
  if (name === 'broadcast' || name === 'all')
    context.add(place, `${quoted(name)} is not possible here`, "write '*' for all agents");
  else if (groups.has(name)) context.add(place, `${quoted(name)} is a group`, `did you mean ${quoted(`@${name}`)}?`);
  else unknown('agent', name, place, [...names.keys()], context);
}

export function unknown(what: string, name: string, place: Place, known: readonly string[], context: Context): void {
  const meant = nearest(name, known);
  context.add(place, `there is no ${what} ${quoted(name)}`, meant === null ? '' : `did you mean ${quoted(meant)}?`);
}

/** The words of a list, or the one word that stands for it, each with its place. */
export const scalars = (node: Tree): [string, Place][] =>
  (node.kind === 'list' ? node.items : [node]).flatMap((item): [string, Place][] =>
    item.kind === 'scalar' ? [[String(item.value), item.at]] : [],
  );
