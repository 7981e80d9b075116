import { Document, isMap, isScalar, type Node, type Pair, visit, type YAMLMap } from 'yaml';
import { SESSION_NAME } from '../../protocol/index.ts';
import { hasControl, visible } from '../problem.ts';
import { posix } from 'node:path';
import type { Draft, DraftAgent, Left } from './draft.ts';
import { agentNames, plainName } from './names.ts';

/** What an import made. */
export interface Written {
  readonly text: string;
  readonly session: string;
  /** Names of the agents, as in the file. */
  readonly agents: readonly string[];
  readonly left: readonly Left[];
}

/** How the file is begun. */
interface Head {
  readonly tool: string;
  /** The file that was read, as it was asked for. */
  readonly source: string;
  /** Name of the session when the file gives none. */
  readonly session: string;
}

/** Writes `orchestra.yaml`: names made possible, the reasons of what is missing as comments. */
export function write(draft: Draft, left: readonly Left[], head: Head): Written {
  const names = namesOf(draft.agents);
  const session = sessionName(draft.session ?? '') ?? sessionName(head.session) ?? 'crew';
  const told = [...left]
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .map((each) => ({
      ...each,
      agent: each.agent === null ? null : (names.get(each.agent) ?? plainName(each.agent)),
    }));
  const always = draft.agents.filter(({ profiles }) => profiles.length === 0);
  const document = new Document(
    {
      version: 1,
      session,
      layout: draft.layout,
      ...(isEmpty(draft.defaults) ? {} : { defaults: draft.defaults }),
      agents: Object.fromEntries(always.map((agent) => [names.get(agent.original), agentOf(agent, names)])),
      ...groupsOf(draft, names),
      ...profilesOf(draft, names),
    },
    { aliasDuplicateObjects: false },
  );
  document.commentBefore = ` From ${visible(posix.basename(head.source))} (${head.tool}), by \`orchestra import\`. Look for mistakes with: orchestra config check`;
  comment(document.get('agents'), told, new Set());
  const profiles = document.get('profiles');
  if (isMap(profiles))
    for (const { value } of profiles.items)
      if (isMap(value))
        comment(value.get('agents'), told, new Set(always.map(({ original }) => names.get(original) ?? '')));
  visit(document, {
    Seq: (_, node) =>
      void (node.flow = node.items.every(
        (item) => isScalar(item) && String(item.value).length < 60 && !String(item.value).includes('\n'),
      )),
  });
  for (const pair of mapsOf(document.get('agents')).flatMap(mapPairs)) flow(pair);
  return { text: document.toString({ lineWidth: 120 }), session, agents: [...new Set(names.values())], left: told };
}

function namesOf(agents: readonly DraftAgent[]): ReadonlyMap<string, string> {
  const names = agentNames(agents.map(({ original, keys }) => ({ original, replicated: keys.replicas !== undefined })));
  return new Map(agents.map(({ original }, index) => [original, names[index] ?? original]));
}

function sessionName(wish: string): string | null {
  const plain = wish
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
  return SESSION_NAME.test(plain) ? plain : null;
}

function agentOf({ original, keys, dependsOn }: DraftAgent, names: ReadonlyMap<string, string>): object {
  const name = names.get(original);
  const display = Array.from(original)
    .filter((char) => !hasControl(char))
    .join('')
    .trim()
    .slice(0, 64);
  const needs = Object.entries(dependsOn).flatMap(([other, condition]) => {
    const known = names.get(other);
    return known === undefined ? [] : [[known, condition]];
  });
  return {
    ...(display === name || display === '' ? {} : { display }),
    ...keys,
    ...(needs.length === 0 ? {} : { depends_on: Object.fromEntries(needs) }),
  };
}

function groupsOf({ groups }: Draft, names: ReadonlyMap<string, string>): object {
  const found = new Map<string, string[]>();
  for (const [group, members] of Object.entries(groups)) {
    const name = plainName(group).slice(0, 32).replace(/-+$/, '');
    if (name !== '')
      found.set(name, [...(found.get(name) ?? []), ...members.flatMap((member) => names.get(member) ?? [])]);
  }
  return found.size === 0
    ? {}
    : { groups: Object.fromEntries([...found].map(([name, members]) => [name, [...new Set(members)]])) };
}

function profilesOf(draft: Draft, names: ReadonlyMap<string, string>): object {
  const found = new Map<string, Record<string, object>>();
  const of = (profile: string): Record<string, object> => {
    const name = plainName(profile) || 'other';
    const agents = found.get(name) ?? {};
    found.set(name, agents);
    return agents;
  };
  for (const agent of draft.agents)
    for (const profile of agent.profiles) of(profile)[names.get(agent.original) ?? ''] = agentOf(agent, names);
  for (const [profile, agents] of Object.entries(draft.profiles))
    for (const [original, env] of Object.entries(agents)) {
      const name = names.get(original);
      if (name !== undefined) of(profile)[name] = { env };
    }
  return found.size === 0
    ? {}
    : { profiles: Object.fromEntries([...found].map(([name, agents]) => [name, { agents }])) };
}

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

const mapsOf = (node: unknown): YAMLMap[] =>
  isMap(node) ? node.items.flatMap(({ value }) => (isMap(value) ? [value] : [])) : [];
const mapPairs = (map: YAMLMap): Pair[] => map.items;

/** Small maps on one line, as a person writes them: `restart: { policy: never }`. Environments stay one to a line. */
function flow({ key, value }: Pair): void {
  if (!isMap(value) || (isScalar(key) && key.value === 'env')) return;
  const text = JSON.stringify(value.toJSON());
  if (text.length <= 90) value.flow = true;
}

/** Longest comment that is still read, letters. */
const LONGEST = 110;

/** What is missing of an agent stands above it, once. */
function comment(agents: unknown, left: readonly Left[], besides: ReadonlySet<string>): void {
  if (!isMap(agents)) return;
  for (const { key } of agents.items) {
    if (!isScalar(key) || besides.has(String(key.value))) continue;
    const options = left
      .filter(({ agent }) => agent === key.value)
      .map(({ line, option, why }) => ` ${line === 0 ? '' : `line ${line}, `}${lastOf(option)}: ${why}`);
    if (options.length > 0)
      (key as Node).commentBefore = options
        .map((text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text))
        .join('\n');
  }
}

const lastOf = (option: string): string => option.split('.').at(-1) || 'this';
