import { posix } from 'node:path';
import { quoted } from '../problem.ts';
import { childOf, type Entry, type MapNode, type Tree } from '../tree.ts';
import { AgentKeys } from './agent-keys.ts';
import type { Draft, DraftAgent } from './draft.ts';
import { child, type Gathering, isName, numberOf, plainText } from './gathering.ts';
import { pm2Command } from './pm2-command.ts';
import { canonical, OPTIONS } from './pm2-options.ts';
import { plainName } from './names.ts';
import { envValue, resolved, textOf } from './text.ts';

/** One app of the file, while its options are taken over. */
export interface App {
  readonly name: string;
  readonly node: MapNode;
  readonly keys: AgentKeys;
  readonly env: Record<string, string>;
  /** Folder it runs in, absolute. */
  readonly cwd: string;
  readonly gathering: Gathering;
}

type Profiles = Record<string, Record<string, Record<string, string>>>;

/** Reads PM2's ecosystem file (PM2 7.0). @returns null, and problems, when there is no app in it. */
export function importPm2(tree: Tree, gathering: Gathering): Draft | null {
  const root = tree.kind === 'map' ? (child(tree, 'apps', 'pm2')?.node ?? tree) : tree;
  const items = root.kind === 'list' ? root.items : [root];
  const apps = items.filter((item): item is MapNode => item.kind === 'map');
  for (const item of items)
    if (item.kind !== 'map') gathering.refuse(item.at, 'this is no app', 'an app is an object with a script');
  if (apps.length === 0)
    gathering.refuse(root.at, 'there are no apps in the file', 'it needs apps: [{ script: "app.js" }]');
  if (tree.kind === 'map' && root !== tree) topLevel(tree, gathering);
  const draft = { groups: {} as Record<string, string[]>, profiles: {} as Profiles };
  const agents = apps.flatMap((app) => readApp(app, draft, gathering));
  if (gathering.problems.length > 0) return null;
  return { session: null, layout: 'nine', defaults: {}, agents, ...draft };
}

function topLevel(tree: MapNode, gathering: Gathering): void {
  for (const [key, { at }] of tree.entries) {
    if (key === 'apps' || key === 'pm2') continue;
    if (key === 'deploy')
      gathering.leave(
        at,
        null,
        'orchestra runs agents of this machine and copies nothing to others',
        'keep deploying as you do; on the other machine: orchestra up --no-attach, or orchestra reload',
      );
    else gathering.leave(at, null, `PM2 reads no ${quoted(key)} here`, '');
  }
}

function readApp(
  node: MapNode,
  draft: { groups: Record<string, string[]>; profiles: Profiles },
  gathering: Gathering,
): DraftAgent[] {
  const script = child(node, 'script', 'exec', 'cmd', 'command');
  const text = script === undefined ? null : textOf(script.node);
  if (text === null) {
    gathering.refuse(node.at, 'an app has no script that can be read', 'write its path out: script: "app.js"');
    return [];
  }
  const name = plainText(child(node, 'name')?.node) ?? nameOfScript(resolved(text, gathering.ports.env));
  const cwd = textOf(child(node, 'cwd')?.node);
  const folder = cwd === null ? gathering.here : gathering.absolute(resolved(cwd, gathering.ports.env), gathering.here);
  const app: App = { name, node, keys: new AgentKeys(), env: {}, cwd: folder, gathering };
  app.keys.set('command', pm2Command(text, app));
  if (folder !== gathering.to) app.keys.set('cwd', gathering.path([folder], gathering.here));
  for (const [key, entry] of node.entries) takeOption(key, entry, app, draft);
  if (Object.keys(app.env).length > 0) app.keys.set('env', app.env);
  return instancesOf(app).map(({ original, keys }) => {
    const namespace = plainText(childOf(node, 'namespace'));
    if (namespace !== null && namespace !== 'default') (draft.groups[namespace] ??= []).push(original);
    return { original, at: node.at, keys, dependsOn: {}, profiles: [] };
  });
}

function nameOfScript(script: string): string {
  const base = posix.basename(script.trim().split(/\s/)[0] ?? '');
  const dot = base.lastIndexOf('.');
  return (dot > 0 ? base.slice(0, dot) : base) || 'app';
}

function takeOption(key: string, { at, node }: Entry, app: App, draft: { profiles: Profiles }): void {
  const { gathering, name } = app;
  const place = { ...node.at, path: at.path };
  const profile = /^env_(\S+)$/.exec(key)?.[1];
  if (profile !== undefined) {
    if (!isName(plainName(profile)))
      gathering.leave(place, name, 'a profile needs a name of letters, digits and -', 'write it under `profiles:`');
    else (draft.profiles[profile] ??= {})[name] ??= {};
    Object.assign(draft.profiles[profile]?.[name] ?? {}, gathering.environment(node, name));
    return;
  }
  const option = OPTIONS[canonical(key)];
  if (option === undefined) gathering.leave(place, name, `PM2 7.0 knows no option ${quoted(key)}`, '');
  else if (option.take !== undefined) option.take(node, app, place);
  else if (!(option.nothing?.(node) ?? false)) gathering.leave(place, name, option.why, option.instead);
}

/** Instances that are numbered by a variable become agents of their own; all others are replicas. */
function instancesOf(app: App): { original: string; keys: Record<string, unknown> }[] {
  const keys = app.keys.done();
  const variable = plainText(childOf(app.node, 'increment_var') ?? childOf(app.node, 'incrementVar'));
  const { replicas, ...others } = keys;
  const single = [{ original: app.name, keys }];
  if (variable === null) return single;
  const entry = child(app.node, 'increment_var', 'incrementVar');
  const place = entry?.at ?? app.node.at;
  if (typeof replicas !== 'number' || replicas < 2 || replicas > MOST_NUMBERED) {
    if (replicas !== undefined)
      app.gathering.leave(
        place,
        app.name,
        'replicas of one agent have one environment',
        `write each as an agent of its own, with its ${variable}`,
      );
    return single;
  }
  const base = numberOf(childOf(childOf(app.node, 'env'), variable)) ?? 0;
  return Array.from({ length: replicas }, (_, index) => ({
    original: `${app.name}-${index + 1}`,
    keys: { ...others, env: { ...app.env, [variable]: envValue([String(base + index)], {}) } },
  }));
}

/** Agents one app may become by `increment_var`. */
const MOST_NUMBERED = 64;
