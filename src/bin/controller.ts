import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from '../base/index.ts';
import { Controller } from '../controller/index.ts';
import { Desired, Journal, JOURNAL_DEFAULTS } from '../journal/index.ts';
import {
  fileFacts,
  listDir,
  loadLog,
  lockHolders,
  openDatabase,
  openPipe,
  privateDir,
  removeFile,
  replaceFile,
  run,
  systemClock,
} from '../platform/index.ts';
import { OrchestraError, type Paths, pathsOf } from '../protocol/index.ts';
import { loadServer } from '../rpc/index.ts';
import { checkVersion, TmuxServer, tmuxConf } from '../tmux/index.ts';
import { script, startKeeper } from './keeper.ts';

/** sockaddr_un holds 107 bytes and the terminating zero (unix(7)). */
const LONGEST_SOCKET = 107;
/** Milliseconds a tmux command may take before the way to tmux counts as wedged. */
const TMUX_TIMEOUT = 5_000;
const RECONNECT_AFTER = 2_000;
const KEEPER_EVERY = 2_000;
const PRUNE_EVERY = 10 * 60_000;
/** A controller without a session ends after at most twice this long. */
const IDLE_AFTER = 30_000;

const env = cleanEnvironment(process.env);

/** tmux's socket lies with the rest; where that path is too long for a socket, in a private folder of ours in the temporary directory. */
function tmuxSocket(paths: Paths): string {
  const near = `${paths.run}/tmux.sock`;
  if (Buffer.byteLength(near) <= LONGEST_SOCKET) return near;
  const dir = `${tmpdir()}/orchestra-${process.getuid?.() ?? 0}`;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const stat = lstatSync(dir);
  // Anybody may make a folder of this name in /tmp first, and would own our terminals.
  if (!stat.isDirectory() || stat.uid !== process.getuid?.() || (stat.mode & 0o077) !== 0) {
    throw new OrchestraError('conflict', `${dir} is not a private folder of yours`, `remove it: rm -r ${dir}`);
  }
  return `${dir}/${createHash('sha256').update(paths.project).digest('hex').slice(0, 16)}.sock`;
}

function tmuxVersion(): string {
  const result = spawnSync('tmux', ['-V'], { encoding: 'utf8', timeout: TMUX_TIMEOUT, env });
  if (result.error !== undefined) throw new OrchestraError('missing', 'tmux is not installed', 'apt-get install tmux');
  const check = checkVersion(result.stdout);
  if (!check.ok) throw new OrchestraError('missing', check.message, 'apt-get install tmux');
  return check.version;
}

async function main(project: string): Promise<void> {
  const paths = pathsOf(project);
  for (const dir of [paths.run, paths.start, paths.exit, paths.launch, paths.logs, `${paths.logs}/agents`])
    privateDir(dir);
  const { openLog } = await loadLog();
  const log = openLog(paths.controllerLog, process.env.ORCHESTRA_LOG ?? 'info');
  const database = openDatabase(paths.database);
  const desired = new Desired(database);
  let controller: Controller | null = null;
  const journal = new Journal(database, systemClock, JOURNAL_DEFAULTS, (message) =>
    controller?.degraded('journal', message),
  );
  // A session that is there is tried again whatever is missing now; a new one is refused for good, with the reason.
  keeping = desired.spec !== null;
  if (resume && !keeping) process.exit(0);
  const version = tmuxVersion();
  const socket = tmuxSocket(paths);
  journal.listen((event) => log.info({ agent: event.agent ?? undefined, ...event.data }, event.type));

  const options = {
    paths,
    version: packageVersion(),
    tmuxVersion: version,
    builtins: builtins(),
    shimScript: script('pane-shim.sh'),
    logScript: script('pane-log.sh'),
    env,
    size: { width: 200, height: 50 },
  };
  let ended: () => void = () => {};
  const down = new Promise<void>((resolve) => {
    ended = resolve;
  });
  controller = new Controller(options, {
    clock: systemClock,
    random: Math.random,
    self: () => ({ pid: process.pid, memory: process.memoryUsage.rss() }),
    database,
    journal,
    desired,
    run,
    tmux(session, onNotice, onTrouble) {
      const conf = tmuxConf(session, `${process.env.XDG_CONFIG_HOME ?? `${homedir()}/.config`}/orchestra/tmux.conf`);
      replaceFile(paths.tmuxConf, conf, { durable: false });
      const ports = {
        clock: systemClock,
        run: (argv: readonly string[], timeout: number) => run(argv, { timeout, env, cwd: '/' }),
        pipe: (argv: readonly string[], onLine: (line: string) => void) => openPipe(argv, env, onLine),
      };
      return new TmuxServer(
        ports,
        { socket, conf: paths.tmuxConf, session, timeout: TMUX_TIMEOUT, reconnectAfter: RECONNECT_AFTER },
        onNotice,
        onTrouble,
      );
    },
    onDown: () => ended(),
  });

  await controller.start();
  const { serve } = await loadServer();
  const server = await serve(paths.run, controller, process.pid);
  systemClock.every(KEEPER_EVERY, () => ensureKeeper(paths));
  // Whoever had it started may have gone away before saying what for.
  systemClock.every(IDLE_AFTER, () => {
    if (!controller.hasSession) ended();
  });
  systemClock.every(PRUNE_EVERY, () => journal.prune());

  // Asked to leave, it leaves its agents running; not status 0, so that the keeper starts it again.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.once(signal, () => {
      journal.append('controller.stopping', null, { signal });
      void Promise.all([server.close(), controller.close()]).then(() => process.exit(signal === 'SIGTERM' ? 143 : 130));
    });
  }
  await down;
  cleanUp(paths);
  await server.close();
  await controller.close();
  database.close();
  process.exit(0);
}

/** What a session leaves in `run/`: nothing that the next one could take for its own. Locks stay: removing one that is held splits it. */
function cleanUp(paths: Paths): void {
  for (const file of [paths.notify, paths.tmuxConf, `${paths.run}/controller.sock`]) removeFile(file);
  const files = [paths.start, paths.exit, paths.launch].flatMap((dir) => listDir(dir).map((file) => `${dir}/${file}`));
  const fifos = listDir(paths.run).filter((file) => file.endsWith('.go'));
  for (const file of [...files, ...fifos.map((fifo) => `${paths.run}/${fifo}`)]) removeFile(file);
}

const originalParent = process.ppid;
/** Somebody ended our keeper: a new one waits for our lock. */
function ensureKeeper(paths: Paths): void {
  if (process.ppid === originalParent) return;
  const lock = fileFacts(paths.keeperLock);
  if (lock === null || !lockHolders().has(lock.inode)) startKeeper(paths.project, 'resume');
}

function builtins(): { worker: string[]; dashboard: string[] } {
  const main = fileURLToPath(new URL('./orchestra.js', import.meta.url));
  return { worker: [process.execPath, main, 'worker'], dashboard: [process.execPath, main, 'dashboard'] };
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
  process.exit(error instanceof OrchestraError && !keeping ? 78 : 70);
});
