import { cronProblem } from '../schedule.ts';
import type { Place } from '../problem.ts';
import { childOf, type Tree } from '../tree.ts';
import { bytesOf, duration, size } from './agent-keys.ts';
import { child, isFalse, isNothing, isTrue, listOf, numberOf, plainText } from './gathering.ts';
import { runAs } from './identity.ts';
import type { App } from './pm2.ts';
import { envValue, literalOf, resolved, textOf } from './text.ts';

/** What becomes of one option of PM2's ecosystem file. */
type Option =
  | { readonly take: (node: Tree, app: App, place: Place) => void }
  | {
      readonly take?: undefined;
      readonly why: string;
      readonly instead: string;
      /** The value says what is so anyway: not a word is lost about it. */
      readonly nothing?: (node: Tree) => boolean;
    };

const leave = (app: App, place: Place, why: string, instead: string): void =>
  app.gathering.leave(place, app.name, why, instead);

const LOGS: Option = {
  why: 'what an agent prints goes to one log, .orchestra/logs/agents/NAME.log, kept short by itself',
  instead: 'orchestra logs NAME',
};
const unless = (option: Option, nothing: (node: Tree) => boolean): Option =>
  option.take === undefined ? { ...option, nothing } : option;
const done: Option = { take: () => {} };
const METRICS: Option = {
  why: 'this belongs to the monitoring service of PM2',
  instead: 'orchestra dashboard shows processor time and memory',
  nothing: isFalse,
};

/** Milliseconds of an option, `5s` and bare numbers as PM2 takes them; null, and a word about it, for anything else. */
function time(node: Tree, app: App, place: Place): number | null {
  const text = plainText(node)?.trim() ?? '';
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(h|m|s)?$/.exec(text) ?? [];
  if (amount === undefined) {
    leave(app, place, 'this is no time as PM2 writes it', 'write it like 10s');
    return null;
  }
  return Number(amount) * ({ h: 3_600_000, m: 60_000, s: 1_000 }[unit] ?? 1);
}

function number(node: Tree, app: App, place: Place): number | null {
  const given = numberOf(node);
  if (given !== null) return given;
  const text = textOf(node);
  if (text !== null && literalOf(text) === null) {
    const now = resolved(text, app.gathering.ports.env);
    if (/^-?\d+$/.test(now)) {
      leave(
        app,
        place,
        'this comes from the environment; it was read as that is here and now',
        'for other environments write a profile',
      );
      return Number(now);
    }
  }
  leave(app, place, 'this is no number', '');
  return null;
}

function instances(node: Tree, app: App, place: Place): void {
  const max = plainText(node) === 'max';
  const count = max ? 0 : number(node, app, place);
  if (count === null) return;
  if (count === 0) app.keys.set('replicas', 'max');
  else if (count !== 1) app.keys.set('replicas', Math.min(1_000, Math.max(-1_024, Math.trunc(count))));
  const mode = plainText(childOf(app.node, 'exec_mode') ?? childOf(app.node, 'execMode'));
  const numbered = childOf(app.node, 'increment_var') ?? childOf(app.node, 'incrementVar');
  if (count === 1 || mode?.startsWith('fork') || numbered !== undefined) return;
  leave(
    app,
    place,
    "PM2 lets its instances share one port by Node's cluster module, and gives each a NODE_APP_INSTANCE; replicas are programs of their own",
    'give each a port of its own (increment_var becomes agents with their own values), or let one agent use node:cluster; ORCHESTRA_AGENT (name-1, name-2) tells which one it is',
  );
}

function restarts(node: Tree, app: App, place: Place): void {
  const most = number(node, app, place);
  if (most === null) return;
  if (most < 1) return app.keys.under('restart', { policy: 'never' });
  const uptime = childOf(app.node, 'min_uptime') ?? childOf(app.node, 'minUptime');
  const least = uptime === undefined ? 1_000 : (time(uptime, app, place) ?? 1_000);
  // Waits between restarts grow to a minute here: counted in PM2's few seconds, no agent would ever be given up.
  const within = Math.ceil((most * (least + 60_000)) / 60_000) * 60_000;
  app.keys.under('restart', {
    breaker: { exits: Math.min(10_000, Math.trunc(most)), within: duration(Math.max(600_000, within)) },
  });
}

function stopCodes(node: Tree, app: App, place: Place): void {
  const codes = listOf(node).map(numberOf);
  const fine = codes.filter((code) => code !== null && Number.isInteger(code) && code >= 0 && code <= 255);
  if (fine.length < codes.length) leave(app, place, 'an exit status is a number from 0 to 255', '');
  if (fine.length > 0) app.keys.under('restart', { stop_codes: fine });
}

function cron(node: Tree, app: App, place: Place): void {
  const text = plainText(node)?.trim() ?? '';
  if (text === '0' || isFalse(node)) return;
  const problem = cronProblem(text);
  if (problem === null) app.keys.under('restart', { cron: text });
  else leave(app, place, `this is not a cron expression: ${problem}`, "write it like restart: { cron: '0 3 * * *' }");
}

/** What PM2 does not look at when it is not told: hidden files. */
const HIDDEN = ['.*'];

function watch(node: Tree, app: App, place: Place): void {
  if (isFalse(node) || isNothing(node)) return;
  const of = (...names: string[]): Tree | undefined => child(app.node, ...names)?.node;
  const given = isTrue(node) ? [] : listOf(node).map(plainText);
  const paths = given
    .filter((path) => path !== null && path !== '')
    .map((path) => path?.replace(/\/?[^/]*[*?[{].*$/, '') || '.');
  if (given.some((path) => path === null || /[*?[{]/.test(path)))
    leave(
      app,
      place,
      'files and folders are watched, no patterns',
      'their folders are; what is not meant goes to restart.watch.ignore',
    );
  const ignored = of('ignore_watch', 'ignoreWatch');
  const ignore = ignored === undefined ? HIDDEN : listOf(ignored).flatMap((each) => plainText(each) ?? []);
  const delay = of('watch_delay', 'watchDelay');
  const ms =
    delay === undefined ? null : number(delay, app, { ...place, path: place.path.replace(/watch$/, 'watch_delay') });
  app.keys.under('restart', {
    watch: {
      ...(paths.length === 0 ? {} : { paths: [...new Set(paths)] }),
      ...(ignore.length === 0 ? {} : { ignore }),
      ...(ms === null || ms < 0 ? {} : { delay: duration(ms) }),
    },
  });
}

function killTimeout(node: Tree, app: App, place: Place): void {
  const ms = number(node, app, place);
  if (ms !== null && ms >= 1) app.keys.set('stop', { keys: [], timeout: duration(ms), steps: { term: '0s' } });
}

function memory(node: Tree, app: App, place: Place): void {
  const bytes = bytesOf(plainText(node) ?? '');
  if (bytes === null) leave(app, place, 'this is no size as PM2 writes it', 'write it like 300MiB');
  else app.keys.under('limits', { memory: size(bytes) });
}

function backoff(node: Tree, app: App, place: Place, keys: (ms: number) => object): void {
  const ms = number(node, app, place);
  if (ms !== null && ms >= 1) app.keys.under('restart', { backoff: keys(ms) });
}

/** Every option of `lib/API/schema.json` of PM2 7.0.3, by its first name there. */
export const OPTIONS: Readonly<Record<string, Option | undefined>> = {
  script: done,
  name: done,
  cwd: done,
  args: done,
  exec_interpreter: done,
  node_args: done,
  increment_var: done,
  namespace: {
    take: (node, app, place) => {
      if (plainText(node) === null) leave(app, place, 'this is no name', '');
    },
  },
  name_prefix: { why: 'names of agents are written whole', instead: '' },
  filter_env: {
    why: 'agents get the environment `orchestra up` was started in',
    instead: 'start it in a smaller one: env -i HOME="$HOME" PATH="$PATH" TERM="$TERM" orchestra up',
    nothing: isFalse,
  },
  install_url: { why: 'PM2 uses it for its own modules', instead: '' },
  out_file: LOGS,
  error_file: LOGS,
  log_file: unless(LOGS, isFalse),
  merge_logs: unless({ ...LOGS, why: 'each agent, and each replica, has a log of its own' }, isFalse),
  disable_logs: { why: 'each agent has a log, which never grows beyond 32 MB', instead: '', nothing: isFalse },
  log_type: { ...LOGS, why: 'a log holds what the agent printed, as it printed it' },
  log_date_format: {
    why: 'a log holds what the agent printed, without times',
    instead: 'let the program print them; orchestra events has the times of starts and ends',
  },
  time: {
    why: 'a log holds what the agent printed, without times',
    instead: 'let the program print them; orchestra events has the times of starts and ends',
    nothing: isFalse,
  },
  env: {
    take: (node, app) => void Object.assign(app.env, app.gathering.environment(node, app.name)),
  },
  max_memory_restart: { take: memory },
  pid_file: { why: 'no file holds the process of an agent', instead: 'orchestra status --json tells each pid' },
  restart_delay: {
    take: (node, app, place) =>
      backoff(node, app, place, (ms) => ({ initial: duration(ms), max: duration(ms), factor: 1, jitter: 0 })),
  },
  exp_backoff_restart_delay: {
    take: (node, app, place) =>
      backoff(node, app, place, (ms) => ({
        initial: duration(ms),
        max: duration(Math.max(15_000, ms)),
        factor: 1.5,
        jitter: 0,
        reset_after: '30s',
      })),
  },
  source_map_support: { take: () => {} },
  disable_source_map_support: { why: 'nothing maps sources unless it is asked to', instead: '', nothing: () => true },
  wait_ready: {
    why: "there is no process.send('ready') from an agent",
    instead: 'let it print a line, or touch a file, when it is ready: ready: { log: listening }',
    nothing: isFalse,
  },
  listen_timeout: {
    why: 'it goes with wait_ready',
    instead: 'ready: { log: listening, timeout: 3s }: who is not ready by then has failed',
  },
  instances: { take: instances },
  exec_mode: {
    take: (node, app, place) => {
      const mode = plainText(node) ?? '';
      const many = childOf(app.node, 'instances') !== undefined;
      if (mode.startsWith('cluster') && !many)
        leave(
          app,
          place,
          "no agent is started by Node's cluster module",
          'one instance of it runs, as a program of its own',
        );
    },
  },
  kill_timeout: { take: killTimeout },
  kill_retry_time: { why: 'what does not end is sent SIGKILL again every 100 ms', instead: '' },
  shutdown_with_message: {
    why: "there is no process.send('shutdown') to an agent",
    instead: 'let it end at SIGINT or SIGTERM, or name the keys that quit it: stop: { keys: [q] }',
    nothing: isFalse,
  },
  cron_restart: { take: cron },
  vizion: { why: 'nothing is read of the version control of a project', instead: '', nothing: () => true },
  autostart: {
    why: 'all agents of the file are started',
    instead: 'orchestra stop NAME: it stays stopped, also at the next up',
    nothing: isTrue,
  },
  autorestart: {
    take: (node, app) => {
      if (isFalse(node)) app.keys.under('restart', { policy: 'never' });
    },
  },
  stop_exit_codes: { take: stopCodes },
  watch: { take: watch },
  watch_delay: done,
  ignore_watch: done,
  watch_options: {
    why: 'these are options of the library PM2 watches with',
    instead: 'restart: { watch: { paths, ignore, delay } }',
  },
  min_uptime: {
    take: (node, app, place) => {
      const ms = time(node, app, place);
      if (ms !== null) app.keys.under('restart', { healthy_after: duration(ms) });
    },
  },
  max_restarts: { take: restarts },
  execute_command: { why: 'every agent is a program of its own', instead: '', nothing: () => true },
  force: { why: 'the same script may run as several agents: each has its own name', instead: '', nothing: () => true },
  append_env_to_name: { why: 'agents keep their names with every profile', instead: '', nothing: isFalse },
  post_update: { why: 'nothing is pulled or updated', instead: 'run these commands, then: orchestra restart NAME' },
  trace: METRICS,
  disable_trace: { ...METRICS, nothing: () => true },
  v8: METRICS,
  event_loop_inspector: METRICS,
  deep_monitoring: METRICS,
  pmx: { ...METRICS, nothing: () => true },
  automation: { ...METRICS, nothing: () => true },
  io: METRICS,
  instance_var: {
    why: 'no variable holds the number of a replica',
    instead: 'ORCHESTRA_AGENT is its name: ${ORCHESTRA_AGENT##*-} is the number, from 1',
  },
  treekill: {
    why: 'a stop always ends the whole process tree',
    instead: 'what has to live on is an agent of its own, or started outside',
    nothing: isTrue,
  },
  port: {
    take: (node, app) => {
      const text = textOf(node);
      if (text !== null) app.env.PORT = envValue(text, app.gathering.ports.env);
    },
  },
  username: { why: 'PM2 writes it itself', instead: '', nothing: () => true },
  uid: { take: (node, app, place) => runAs('user', plainText(node), app.name, app.keys, app.gathering, place) },
  gid: { take: (node, app, place) => runAs('group', plainText(node), app.name, app.keys, app.gathering, place) },
  windowsHide: { why: 'there is no Windows', instead: '', nothing: () => true },
  write: { why: 'PM2 uses it for its own modules', instead: '', nothing: () => true },
};

/** Other names of options, those that are not just written in camelCase. */
const ALIASES: Readonly<Record<string, string>> = {
  exec: 'script',
  cmd: 'script',
  command: 'script',
  interpreter: 'exec_interpreter',
  interpreterArgs: 'node_args',
  interpreter_args: 'node_args',
  out: 'out_file',
  output: 'out_file',
  out_log: 'out_file',
  error: 'error_file',
  err: 'error_file',
  err_file: 'error_file',
  err_log: 'error_file',
  log: 'log_file',
  pid: 'pid_file',
  cron: 'cron_restart',
  combine_logs: 'merge_logs',
  user: 'uid',
};

/** The first name of an option, as PM2's schema has it: `errFile` is `error_file`. */
export function canonical(key: string): string {
  if (key === 'windowsHide') return key;
  const snake = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return ALIASES[key] ?? ALIASES[snake] ?? snake;
}
