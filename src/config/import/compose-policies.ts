import { parseDuration } from '../../base/index.ts';
import { childOf, type Tree } from '../tree.ts';
import { bytesOf, duration, size } from './agent-keys.ts';
import type { Service } from './compose.ts';
import { isTrue, numberOf, plainText } from './gathering.ts';
import { runAs } from './identity.ts';
import { leaveKeys } from './tmuxp.ts';

const leave = ({ gathering, name }: Service, node: Tree, why: string, instead = ''): void =>
  gathering.leave(node.at, name, why, instead);

/** Milliseconds; null, and a word about it, for what is no duration. */
function time(node: Tree | undefined, service: Service): number | null {
  if (node === undefined) return null;
  const parsed = parseDuration(plainText(node) ?? '');
  if (parsed.ok) return parsed.value;
  leave(service, node, 'this is no duration', 'write it like 10s');
  return null;
}

/** null: not said. */
export function replicasOf(service: Service): number | null {
  const node = childOf(childOf(service.node, 'deploy'), 'replicas') ?? childOf(service.node, 'scale');
  if (node === undefined) return null;
  const count = numberOf(node);
  if (count !== null && Number.isInteger(count) && count >= 0) return Math.min(count, 1_000);
  leave(service, node, 'the number of replicas is not written here', 'write it out: replicas: 2');
  return null;
}

const POLICIES: Readonly<Record<string, string>> = {
  no: 'never',
  false: 'never',
  none: 'never',
  always: 'always',
  any: 'always',
  'unless-stopped': 'always',
  'on-failure': 'on-failure',
};

/** `restart` and `deploy`: a service that says nothing is not started again. */
export function restartOf(service: Service): void {
  const { node, keys, gathering, name } = service;
  const given = childOf(node, 'restart');
  const [word = 'no', most] = (plainText(given) ?? 'no').split(':');
  const policy = POLICIES[word];
  if (policy === undefined && given !== undefined)
    leave(service, given, 'this is no policy of restarts', 'no, always, on-failure or unless-stopped');
  const deploy = childOf(node, 'deploy');
  const restart = childOf(deploy, 'restart_policy');
  const condition = plainText(childOf(restart, 'condition'));
  // Compose starts again whatever ended when a restart_policy names no condition.
  keys.under('restart', {
    policy: restart === undefined ? (policy ?? 'never') : (POLICIES[condition ?? 'any'] ?? 'always'),
  });
  if (most !== undefined && Number(most) >= 1)
    keys.under('restart', { breaker: { exits: Number(most), within: '1h' } });
  if (restart?.kind === 'map') ofDeploy(service, restart);
  if (deploy?.kind === 'map' && service.container === null)
    leaveKeys(deploy, DEPLOY_KEYS, ['replicas', 'restart_policy', 'resources'], name, gathering);
}

const CLUSTER = ['one machine runs all agents', ''] as const;
const DEPLOY_KEYS = {
  mode: CLUSTER,
  placement: CLUSTER,
  endpoint_mode: CLUSTER,
  labels: CLUSTER,
  update_config: ['a changed agent is started anew at once', 'orchestra reload'],
  rollback_config: ['nothing is rolled back by itself', 'orchestra config rollback'],
} as const;

function ofDeploy(service: Service, restart: Tree): void {
  const { keys } = service;
  const delay = time(childOf(restart, 'delay'), service);
  if (delay !== null && delay > 0)
    keys.under('restart', { backoff: { initial: duration(delay), max: duration(delay), factor: 1, jitter: 0 } });
  const most = numberOf(childOf(restart, 'max_attempts'));
  const window = time(childOf(restart, 'window'), service);
  if (window !== null && window > 0) keys.under('restart', { healthy_after: duration(window) });
  if (most !== null && most >= 1)
    keys.under('restart', {
      breaker: { exits: Math.trunc(most), within: duration(Math.max(600_000, (window ?? 0) * most)) },
    });
}

/** What the health of a service is asked by. `ready` waits for the first success, `liveness` for the failures after it. */
export function healthOf(service: Service): void {
  const node = childOf(service.node, 'healthcheck');
  if (node === undefined || isTrue(childOf(node, 'disable'))) return;
  const exec = testOf(service, childOf(node, 'test'));
  if (exec === null) return;
  const [interval, timeout, period] = ['interval', 'timeout', 'start_period'].map((key) =>
    time(childOf(node, key), service),
  );
  const failures = numberOf(childOf(node, 'retries')) ?? 3;
  const every = interval || 30_000;
  service.keys.set('liveness', {
    exec,
    interval: duration(every),
    timeout: duration(timeout || 30_000),
    failures: Math.max(1, failures),
  });
  if (!service.awaited && !period) return;
  const first = time(childOf(node, 'start_interval'), service) || Math.min(every, 5_000);
  service.keys.set('ready', {
    exec,
    interval: duration(first),
    timeout: duration((period ?? 0) + every * Math.max(1, failures)),
  });
}

/** The command that tells the health, in the container when the service is in one. */
function testOf(service: Service, test: Tree | undefined): string | string[] | null {
  if (test === undefined) {
    return null; // what it is lies in the image
  }
  const script = (text: string): string | string[] =>
    service.container === null ? text : [...service.container, 'sh', '-c', text];
  if (test.kind === 'scalar') return script(unescaped(plainText(test) ?? 'true'));
  if (test.kind !== 'list') return null;
  const [kind = '', ...words] = test.items.map((item) => unescaped(plainText(item) ?? ''));
  if (kind === 'NONE' || words.length === 0) return null;
  if (kind === 'CMD-SHELL') return script(words.join(' '));
  if (kind === 'CMD') return [...(service.container ?? []), ...words];
  leave(service, test, 'a test begins with CMD, CMD-SHELL or NONE', '');
  return null;
}

/** `$$` is how Compose writes a dollar sign. */
const unescaped = (text: string): string => text.replaceAll('$$', () => '$');

/** What it may use, by the old keys and those of `deploy`. */
export function limitsOf(service: Service): void {
  const { node, keys, gathering, name } = service;
  const resources = childOf(childOf(node, 'deploy'), 'resources');
  const limits = childOf(resources, 'limits');
  const memory = childOf(limits, 'memory') ?? childOf(node, 'mem_limit');
  if (memory !== undefined) {
    const bytes = bytesOf(plainText(memory) ?? '');
    if (bytes === null) leave(service, memory, 'this is no size', 'write it like 512m');
    else keys.under('limits', { memory: size(bytes) });
  }
  const cpus = childOf(limits, 'cpus') ?? childOf(node, 'cpus');
  const processes = childOf(limits, 'pids') ?? childOf(node, 'pids_limit');
  const ulimits = childOf(node, 'ulimits');
  const files = childOf(ulimits, 'nofile');
  count(service, cpus, 'cpu', (n) => n > 0);
  count(service, processes, 'processes', (n) => Number.isInteger(n) && n > 0);
  count(
    service,
    files?.kind === 'map' ? (childOf(files, 'soft') ?? files) : files,
    'open_files',
    (n) => Number.isInteger(n) && n >= 16,
  );
  const machine = [
    'orchestra limits memory, processors, processes and open files only',
    'ulimit in the command, or systemd-run --user --scope -p',
  ] as const;
  if (ulimits?.kind === 'map')
    leaveKeys(
      ulimits,
      Object.fromEntries([...ulimits.entries.keys()].map((key) => [key, machine])),
      ['nofile'],
      name,
      gathering,
    );
  if (limits?.kind === 'map') leaveKeys(limits, {}, ['memory', 'cpus', 'pids'], name, gathering);
  if (resources?.kind === 'map')
    leaveKeys(resources, { reservations: ['nothing is kept free for an agent', ''] }, ['limits'], name, gathering);
}

/** `0` and `-1` are how Compose says that there is no limit. */
function count(service: Service, node: Tree | undefined, key: string, possible: (n: number) => boolean): void {
  const given = numberOf(node);
  if (node === undefined || given === 0 || given === -1) return;
  if (given !== null && possible(given)) service.keys.under('limits', { [key]: given });
  else leave(service, node, 'this is no number that can be a limit', '');
}

/** `name`, `uid`, `name:group`. */
export function userOf({ node, keys, gathering, name }: Service): void {
  const given = childOf(node, 'user');
  if (given === undefined) return;
  const [user = '', group] = (plainText(given) ?? '').split(':');
  runAs('user', user, name, keys, gathering, given.at);
  if (group !== undefined) runAs('group', group, name, keys, gathering, given.at);
}

/** How it is asked to end, where that is said: by one signal, then SIGKILL. */
export function stopOf(service: Service): void {
  const { node, keys } = service;
  const grace = time(childOf(node, 'stop_grace_period'), service);
  const signal = childOf(node, 'stop_signal');
  const word = (plainText(signal) ?? 'SIGTERM').replace(/^SIG/, '').toUpperCase();
  if (grace === null && signal === undefined) return;
  if (!['TERM', 'INT', '15', '2'].includes(word) && signal !== undefined)
    leave(
      service,
      signal,
      'agents are asked to end by keys, SIGINT and SIGTERM',
      'it gets SIGTERM; or name the keys that quit it: stop: { keys: [q] }',
    );
  const int = word === 'INT' || word === '2';
  // A grace of nothing is SIGKILL at once.
  const steps = grace === 0 ? { int: '0s', term: '0s' } : int ? { term: '0s' } : { int: '0s' };
  keys.set('stop', { keys: [], ...(grace === 0 ? {} : { timeout: duration(grace ?? 10_000) }), steps });
}
