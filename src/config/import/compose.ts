import { posix } from 'node:path';
import { quoted } from '../problem.ts';
import { childOf, type MapNode, type Tree } from '../tree.ts';
import { AgentKeys } from './agent-keys.ts';
import { SERVICE_KEYS, SERVICE_READ, TOP_KEYS } from './compose-keys.ts';
import { healthOf, limitsOf, replicasOf, restartOf, stopOf, userOf } from './compose-policies.ts';
import { ComposeEnv } from './compose-env.ts';
import type { Draft, DraftAgent } from './draft.ts';
import { isNothing, listOf, plainText, type Gathering } from './gathering.ts';
import { commandLine, splitWords } from './pm2-command.ts';
import { leaveKeys } from './tmuxp.ts';
import type { Text } from './text.ts';

/** A service, while it is taken over. */
export interface Service {
  readonly name: string;
  readonly node: MapNode;
  readonly keys: AgentKeys;
  readonly gathering: Gathering;
  /** Others wait for it to be healthy. */
  readonly awaited: boolean;
  /** The command that runs another in its container; null when it runs here. */
  readonly container: readonly string[] | null;
}

/** Reads a file of Docker Compose (compose-spec of June 2026). */
export function importCompose(tree: Tree, gathering: Gathering): Draft | null {
  const services = childOf(tree, 'services');
  if (tree.kind !== 'map' || services?.kind !== 'map' || services.entries.size === 0) {
    gathering.refuse(tree.at, 'there are no services in the file', 'a file of Compose has services:');
    return null;
  }
  leaveKeys(plain(tree), TOP_KEYS, ['services', 'name', 'version'], null, gathering);
  const env = new ComposeEnv(gathering);
  const healthy = awaitedHealthy(services);
  const agents = [...services.entries].flatMap(([name, { at, node }]) => {
    if (node.kind !== 'map') {
      gathering.refuse(at, 'this is no service', 'a service is a map');
      return [];
    }
    return readService(name, node, services, healthy.has(name), env, gathering);
  });
  if (gathering.problems.length > 0) return null;
  const here = gathering.from === gathering.to ? {} : { cwd: gathering.path([gathering.from], gathering.from) };
  return {
    session: plainText(childOf(tree, 'name')),
    layout: 'nine',
    defaults: here,
    agents,
    groups: {},
    profiles: {},
  };
}

/** Without `x-...`: whatever stands there is for nobody. */
const plain = (node: MapNode): MapNode => ({
  ...node,
  entries: new Map([...node.entries].filter(([key]) => !key.startsWith('x-'))),
});

function awaitedHealthy(services: MapNode): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { node } of services.entries.values()) {
    const needs = childOf(node, 'depends_on');
    if (needs?.kind !== 'map') continue;
    for (const [other, { node: how }] of needs.entries)
      if (plainText(childOf(how, 'condition')) === 'service_healthy') found.add(other);
  }
  return found;
}

function readService(
  name: string,
  node: MapNode,
  services: MapNode,
  awaited: boolean,
  env: ComposeEnv,
  gathering: Gathering,
): DraftAgent[] {
  const words = commandOf(node, env);
  const keys = new AgentKeys();
  const docker = ['docker', 'compose', '-f', gathering.path([gathering.file], gathering.from)];
  const container = words === null ? [...docker, 'exec', '-T', name] : null;
  const service: Service = { name, node, keys, gathering, awaited, container };
  const replicas = replicasOf(service);
  if (replicas === 0) {
    gathering.leave(
      node.at,
      name,
      'a service of no replicas is not started',
      'it was left out; add it when it is wanted',
    );
    return [];
  }
  if (replicas !== null && replicas !== 1 && words !== null) keys.set('replicas', replicas);
  if (words === null) inContainer(service, docker);
  else here(service, words, env);
  restartOf(service);
  healthOf(service);
  const profiles = listOf(childOf(node, 'profiles')).flatMap((each) => plainText(each) ?? []);
  return [
    { original: name, at: node.at, keys: keys.done(), dependsOn: needsOf(service, profiles, services), profiles },
  ];
}

function here(service: Service, words: readonly Text[], env: ComposeEnv): void {
  const { name, node, keys, gathering } = service;
  keys.set('command', commandLine(words));
  const folder = folderOf(service);
  if (folder !== gathering.from) keys.set('cwd', gathering.path([folder], gathering.from));
  env.give(service);
  stopOf(service);
  limitsOf(service);
  userOf(service);
  leaveKeys(plain(node), SERVICE_KEYS, SERVICE_READ, name, gathering);
}

/** Nothing of it is lost: Compose reads the same file. */
function inContainer({ name, node, keys, gathering }: Service, docker: readonly string[]): void {
  keys.set('command', [...docker, 'up', '--no-deps', '--exit-code-from', name, name]);
  // C-c lets Compose stop the container, for which it takes ten seconds.
  keys.set('stop', { keys: ['C-c'], timeout: '20s', steps: { int: '0s', term: '5s' } });
  const at = childOf(node, 'image')?.at ?? childOf(node, 'build')?.at ?? node.at;
  gathering.leave(
    at,
    name,
    'what runs is in its image, and orchestra makes no containers',
    'the agent has docker compose start it, by the same file and with all its options; to run it here, give it a command',
  );
}

/** The words of entrypoint and command; null when what runs is known to the image alone. */
function commandOf(node: MapNode, env: ComposeEnv): Text[] | null {
  const [entry, command] = ['entrypoint', 'command'].map((key) => wordsAt(childOf(node, key), env));
  const words = [...(entry ?? []), ...(command ?? [])];
  const [first] = words;
  // `command: --flag` is for the entrypoint of the image.
  return first === undefined || (typeof first[0] === 'string' && first[0].startsWith('-')) ? null : words;
}

function wordsAt(node: Tree | undefined, env: ComposeEnv): Text[] {
  if (node === undefined || isNothing(node)) return [];
  if (node.kind === 'list')
    return node.items.flatMap((item) => {
      const text = env.text(item);
      return text === null ? [] : [text];
    });
  const text = env.text(node);
  return text === null ? [] : splitWords(text);
}

/** Where the files of the service are on this machine: what is mounted at its working directory, or what its image is built of. */
function folderOf({ name, node, gathering }: Service): string {
  const inside = plainText(childOf(node, 'working_dir'));
  const build = childOf(node, 'build');
  const context = plainText(build?.kind === 'map' ? childOf(build, 'context') : build);
  const own =
    context === null || /^[a-z]+:|^git@/.test(context) ? gathering.from : gathering.absolute(context, gathering.from);
  if (inside === null) return own;
  for (const [source, target] of mounts(node)) {
    const below = posix.relative(target, inside);
    if (!below.startsWith('..') && /^[./~]/.test(source))
      return posix.join(gathering.absolute(source, gathering.from), below);
  }
  const at = childOf(node, 'working_dir')?.at ?? node.at;
  if (!posix.isAbsolute(inside)) return posix.join(own, inside);
  gathering.leave(
    at,
    name,
    'this folder is in the container',
    'it runs in the folder it is built from; correct `cwd` where that is wrong',
  );
  return own;
}

/** Folders of this machine and where they are mounted. */
function mounts(node: MapNode): [string, string][] {
  return listOf(childOf(node, 'volumes')).flatMap((volume): [string, string][] => {
    if (volume.kind === 'map') {
      const [source, target] = [plainText(childOf(volume, 'source')), plainText(childOf(volume, 'target'))];
      return source === null || target === null ? [] : [[source, target]];
    }
    const [source, target] = (plainText(volume) ?? '').split(':');
    return source === undefined || target === undefined ? [] : [[source, target]];
  });
}

const CONDITIONS: Readonly<Record<string, string>> = {
  service_started: 'started',
  service_healthy: 'ready',
  service_completed_successfully: 'completed_successfully',
};

function needsOf(
  { name, node, gathering }: Service,
  profiles: readonly string[],
  services: MapNode,
): Record<string, string> {
  const needs = childOf(node, 'depends_on');
  const found: Record<string, string> = {};
  const list: [string, Tree | undefined, Tree][] =
    needs?.kind === 'map'
      ? [...needs.entries].map(([other, { node: how }]) => [other, childOf(how, 'condition'), how])
      : listOf(needs).flatMap((item): [string, undefined, Tree][] => [[plainText(item) ?? '', undefined, item]]);
  for (const [other, condition, at] of list) {
    const target = services.entries.get(other)?.node;
    const of = listOf(childOf(target, 'profiles')).flatMap((each) => plainText(each) ?? []);
    if (target === undefined) gathering.leave(at.at, name, `there is no service ${quoted(other)}`, '');
    else if (of.length > 0 && !profiles.some((profile) => of.includes(profile)))
      gathering.leave(
        at.at,
        name,
        `${quoted(other)} is only there with a profile`,
        'add it to depends_on in that profile',
      );
    else {
      const word = plainText(condition) ?? 'service_started';
      found[other] = CONDITIONS[word] ?? 'started';
      if (!Object.hasOwn(CONDITIONS, word))
        gathering.leave((condition ?? at).at, name, 'there is no such condition', 'it waits for its start');
    }
  }
  return found;
}
