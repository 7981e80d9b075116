import './environment.ts';
import { readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment, TESTED_VERSIONS } from '../base/index.ts';
import { type Builtins, Controller, type ControllerOptions } from '../controller/index.ts';
import { Desired, Journal, JOURNAL_DEFAULTS } from '../journal/index.ts';
import {
  fileFacts,
  listDir,
  lockHolders,
  openDatabase,
  ownLimits,
  pathKind,
  privateDir,
  removeFile,
  removeTree,
  run,
  systemClock,
} from '../platform/index.ts';
import { OrchestraError, type Paths, pathsOf } from '../protocol/index.ts';
import { loadServer } from '../rpc/index.ts';
import { eventWords } from '../view/index.ts';
import { script, startKeeper } from './keeper.ts';
import { LateLog } from './late-log.ts';
import { tellRefusal } from './refusal.ts';
import { makeTmux, tmuxSocket, tmuxVersion } from './tmux.ts';

/** Milliseconds after which the log is opened. */
const LOG_AFTER = 1_000;
const KEEPER_EVERY = 2_000;
const PRUNE_EVERY = 10 * 60_000;
/** A controller without a session ends after at most twice this long. */
const IDLE_AFTER = 30_000;

const env = cleanEnvironment(process.env);
// Read when the first file is synced: with four threads no more than four messages are on their way to the disk at once (libuv, thread pool).
process.env.UV_THREADPOOL_SIZE ??= '16';

async function main(project: string): Promise<void> {
  const paths = pathsOf(project);
  makeDirs(paths);
  const asked = tmuxVersion(); // answers while the database is opened
  asked.catch(() => {});
  const database = openDatabase(paths.database);
  const desired = new Desired(database);
  let controller: Controller | null = null;
  const journal = new Journal(database, systemClock, JOURNAL_DEFAULTS, (message) =>
    controller?.degraded('journal', message),
  );
  // A session that is there is tried again whatever is missing now; a new one is refused for good, with the reason.
  keeping = desired.spec !== null;
  if (resume && !keeping) process.exit(0);
  const version = await asked;
  const socket = tmuxSocket(paths);
  const log = new LateLog(paths.controllerLog, process.env.ORCHESTRA_LOG ?? 'info');
  if (!TESTED_VERSIONS.includes(version)) {
    log.say((open) => open.warn({ version, tested: TESTED_VERSIONS }, 'tmux of a version not tested'));
  }
  journal.listen((event) =>
    log.say((open) => open.info({ agent: event.agent ?? undefined, ...event.data }, event.type)),
  );

  let ended: () => void = () => {};
  const down = new Promise<void>((resolve) => {
    ended = resolve;
  });
  controller = new Controller(optionsOf(paths, version), {
    clock: systemClock,
    random: Math.random,
    self: () => ({ pid: process.pid, memory: process.memoryUsage.rss() }),
    database,
    journal,
    desired,
    run,
    words: eventWords,
    tmux: (session, onNotice, onTrouble) => makeTmux(paths, socket, session, onNotice, onTrouble),
    onDown: () => ended(),
  });

  await controller.start();
  const { serve } = await loadServer();
  const endIfIdle = (): void => {
    if (!controller.hasSession) ended();
  };
  // Nobody is left who could give it something to do.
  const server = await serve(paths.run, controller.services, process.pid, endIfIdle);
  systemClock.after(LOG_AFTER, () => void log.open());
  systemClock.every(KEEPER_EVERY, () => ensureKeeper(paths));
  // Whoever had it started may have gone away before saying what for.
  systemClock.every(IDLE_AFTER, endIfIdle);
  systemClock.every(PRUNE_EVERY, () => journal.prune());

  onLeave((signal) => {
    journal.append('controller.stopping', null, { signal });
    return log.open().then(() => Promise.all([server.close(), controller.close()]));
  });
  await down;
  await log.open();
  cleanUp(paths);
  await server.close();
  await controller.close();
  database.close();
  process.exit(0);
}

const optionsOf = (paths: Paths, version: string): ControllerOptions => ({
  paths,
  version: packageVersion(),
  tmuxVersion: version,
  builtins: builtins(),
  setpriv: inPath('setpriv'),
  shimScript: script('pane-shim.sh'),
  logScript: script('pane-log.sh'),
  env,
  size: { width: 200, height: 50 },
  cores: availableParallelism(),
  bounds: bounds(),
});

const bounds = (): ControllerOptions['bounds'] => ({
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
  home: homedir(),
  programs: [fileURLToPath(new URL('../..', import.meta.url)), dirname(process.execPath)],
  find: (program) => {
    const path = inPath(program);
    return path === program ? null : path;
  },
  ownLimits,
  // As sd_booted(3) tells it. A person's own manager is reached through the folder that names it.
  systemd: () => {
    const path = pathKind('/run/systemd/system') === null ? 'systemd-run' : inPath('systemd-run');
    if (path === 'systemd-run') return null;
    if (process.getuid?.() === 0) return [path];
    return env.XDG_RUNTIME_DIR === undefined ? null : [path, '--user'];
  },
  serve: async (folder, services) => (await loadServer()).serve(folder, services, process.pid),
});

function makeDirs(paths: Paths): void {
  const dirs = [paths.run, paths.start, paths.exit, paths.launch, paths.status, paths.logs, `${paths.logs}/agents`];
  for (const dir of dirs) privateDir(dir);
}

/** Asked to leave, it leaves its agents running; not with status 0, so that the keeper starts it again. */
function onLeave(leave: (signal: string) => Promise<unknown>): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.once(signal, () => void leave(signal).then(() => process.exit(signal === 'SIGTERM' ? 143 : 130)));
  }
}

/** What a session leaves in `run/`: nothing that the next one could take for its own. Locks stay: removing one that is held splits it. */
function cleanUp(paths: Paths): void {
  for (const file of [paths.notify, paths.tmuxConf, `${paths.run}/controller.sock`]) removeFile(file);
  const files = [paths.start, paths.exit, paths.launch, paths.status, `${paths.run}/tokens`].flatMap((dir) =>
    listDir(dir).map((file) => `${dir}/${file}`),
  );
  const fifos = listDir(paths.run).filter((file) => file.endsWith('.go'));
  for (const file of [...files, ...fifos.map((fifo) => `${paths.run}/${fifo}`), paths.secret]) removeFile(file);
  for (const folder of ['agents', 'doors']) removeTree(`${paths.run}/${folder}`);
}

const originalParent = process.ppid;
/** Somebody ended our keeper: a new one waits for our lock. */
function ensureKeeper(paths: Paths): void {
  if (process.ppid === originalParent) return;
  const lock = fileFacts(paths.keeperLock);
  if (lock === null || !lockHolders().has(lock.inode)) startKeeper(paths.project, 'resume');
}

/** Where a program lies; its bare name when it is nowhere, so that whoever runs it says what is missing. */
function inPath(name: string): string {
  const folders = (env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => `${folder}/${name}`).find((path) => pathKind(path) === 'file') ?? name;
}

function builtins(): Builtins {
  const main = fileURLToPath(new URL('../bin/orchestra.js', import.meta.url));
  return {
    worker: [process.execPath, main, 'worker'],
    dashboard: [process.execPath, main, 'dashboard'],
    mcp: [process.execPath, main, 'mcp'],
    hook: script('hook.sh'),
  };
}

const packageVersion = (): string =>
  String(
    (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version,
  );

const [, , project, mode] = process.argv;
const resume = mode === 'resume';
/** There is a session to take up again. */
let keeping = false;
if (project === undefined) {
  process.stderr.write('usage: controller PROJECT (started by the keeper; use: orchestra up)\n');
  process.exit(2);
}
main(project).catch((error: unknown) => {
  const told =
    error instanceof OrchestraError
      ? `${error.message}${error.hint === '' ? '' : ` (${error.hint})`}`
      : String((error as Error)?.stack ?? error);
  process.stderr.write(`controller: ${told}\n`);
  if (!(error instanceof OrchestraError) || keeping) process.exit(70);
  tellRefusal(project, error);
  process.exit(78);
});
