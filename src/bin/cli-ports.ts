import { spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  linkSync,
  mkdirSync,
  realpathSync,
  renameSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { uuid7 } from '../base/index.ts';
import { type CliPorts, connectOrTell, type Files, type Input, type Machine, type Output } from '../cli/index.ts';
import {
  fileFacts,
  groupIdOf,
  listDir,
  lockHolders,
  pathKind,
  readFrom,
  readIfThere,
  readAtMost,
  readText,
  removeFile,
  removeTree,
  run,
  systemClock,
  systemRandom,
  userOf,
} from '../platform/index.ts';
import type { KeptConfigs } from '../journal/index.ts';
import { connect } from '../rpc/index.ts';
import { startedAhead } from './environment.ts';
import { takeRefusal } from './refusal.ts';
import { stderr, stdout } from './standard-streams.ts';

/** The command line's hands. What only some commands need is loaded by them: each module here is on the way of every command. */
export function cliPorts(): CliPorts {
  return {
    out: output(stdout),
    err: output(stderr),
    input,
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock,
    files,
    machine,
    version,
    connect: (runDir) => connectOrTell({ files, machine, clock: systemClock, connectNow: connect, remains }, runDir),
    connectNow: connect,
    remains,
    startedAhead: startedByLauncher(),
    startKeeper: async (project) => (await import('./keeper.ts')).startKeeper(project),
    ended,
    readJournal: async (database, filter) =>
      pathKind(database) === null ? null : (await import('../journal/index.ts')).readJournal(database, filter),
    readApplied: (database) => appliedIn(database, (kept) => kept.list()),
    readAppliedConfig: (database, n) => appliedIn(database, (kept) => kept.get(n)),
    run: (argv, timeout) => run(argv, { timeout }),
    interactive,
    onInterrupt,
    worker: async () => (await import('./worker.ts')).runWorker(),
    dashboard: async (project, look) => (await import('./dashboard.ts')).showDashboard(project, look),
    mcp: async (project, agent) => (await import('./mcp.ts')).runMcp(project, agent, version()),
    get self() {
      return [process.execPath, fileURLToPath(new URL('../bin/orchestra.js', import.meta.url))];
    },
    newId: () => uuid7(systemClock.wall(), systemRandom(10)),
    testNotices: async (spec, channels) => (await import('./notices.ts')).testNotices(spec, channels),
    mailFiles: async () => (await import('./mail-files.ts')).mailFiles,
  };
}

async function appliedIn<T>(database: string, use: (kept: KeptConfigs) => T): Promise<T> {
  const kept = (await import('../journal/index.ts')).readApplied(database);
  try {
    return use(kept);
  } finally {
    kept.close();
  }
}

/** The launcher starts one in the folder of this process, before there is a process. */
function startedByLauncher(): CliPorts['startedAhead'] {
  let ahead = startedAhead;
  return (project) => {
    if (ahead === null) return null;
    const wasThere = ahead === 'there';
    ahead = null;
    return { wasThere, refused: () => takeRefusal(project) };
  };
}

/** Milliseconds a controller and its keeper may take to end, and between two looks. */
const ENDING = 5_000;
const ENDING_POLL = 4;

const NOT_AGENTS: ReadonlySet<string> = new Set(['controller.lock', 'keeper.lock']);

function remains(runDir: string): boolean {
  const held = lockHolders();
  return listDir(runDir).some((file) => {
    const inode = file.endsWith('.lock') && !NOT_AGENTS.has(file) ? fileFacts(`${runDir}/${file}`)?.inode : undefined;
    return inode !== undefined && held.has(inode);
  });
}

async function ended(runDir: string): Promise<boolean> {
  const locks = ['controller.lock', 'keeper.lock'].map((name) => fileFacts(`${runDir}/${name}`)?.inode);
  const deadline = systemClock.mono() + ENDING;
  while (systemClock.mono() < deadline) {
    const held = lockHolders();
    if (!locks.some((inode) => inode !== undefined && held.has(inode))) return true;
    await systemClock.pause(ENDING_POLL);
  }
  return false;
}

/** Columns to lay out for when nobody looks: a pipe, a file. COLUMNS is what a shell may export (POSIX, 8.3). */
const UNSEEN_COLUMNS = 120;

function output(stream: () => NodeJS.WriteStream): Output {
  return {
    get isTTY() {
      return stream().isTTY === true;
    },
    write: (text) => void stream().write(text),
    // A terminal of zero columns exists (a pty nobody sized yet).
    columns: () => stream().columns || Number(process.env.COLUMNS) || UNSEEN_COLUMNS,
    rows: () => stream().rows || 24,
    onResize(listener) {
      stream().on('resize', listener);
      return () => void stream().off('resize', listener);
    },
  };
}

const input: Input = {
  get isTTY() {
    return process.stdin.isTTY === true;
  },
  onKey(listener) {
    const { stdin } = process;
    const onData = (data: Buffer): void => listener(data.toString('latin1'));
    stdin.setRawMode?.(true);
    stdin.on('data', onData);
    stdin.resume();
    return () => {
      stdin.off('data', onData);
      stdin.setRawMode?.(false);
      stdin.pause();
    };
  },
  async text(most) {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > most) return null;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  },
};

const files: Files = {
  read: readIfThere,
  readAtMost,
  readText,
  kind: pathKind,
  list: listDir,
  removeTree,
  facts: fileFacts,
  readFrom,
  create,
  rename: renameSync,
  replace(path, text) {
    mkdirSync(dirname(path), { recursive: true });
    const old = statSync(path, { throwIfNoEntry: false });
    const target = old === undefined ? path : realpathSync(path);
    const temporary = `${target}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, text, { flag: 'wx', mode: old === undefined ? 0o644 : old.mode & 0o777 });
      renameSync(temporary, target);
    } catch (error) {
      removeFile(temporary);
      throw error;
    }
  },
};

/** Under its name stands the whole text or nothing, also when the disk fills up in the middle: link(2) never replaces a file. */
function create(path: string, text: string): boolean {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    removeFile(temporary);
  }
}

const root = (): URL => new URL('../../', import.meta.url);

function version(): string {
  return (
    (JSON.parse(readIfThere(new URL('package.json', root()).pathname) ?? '{}') as { version?: string }).version ??
    '0.0.0'
  );
}

const machine: Machine = {
  node: process.versions.node,
  uid: process.getuid?.() ?? 0,
  get home() {
    return homedir();
  },
  get cores() {
    return availableParallelism();
  },
  which(program) {
    if (program.includes('/')) return isExecutable(resolve(program)) ? resolve(program) : null;
    const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
    return folders.map((folder) => join(folder, program)).find(isExecutable) ?? null;
  },
  account: (kind, name) => (kind === 'user' ? userOf(name) : groupIdOf(name)) !== null,
  diskFree(path) {
    try {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    } catch {
      return null;
    }
  },
  mode(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? null : { bits: stat.mode & 0o777, uid: stat.uid };
  },
  isDevice: (path) => statSync(path, { throwIfNoEntry: false })?.isCharacterDevice() ?? false,
  writable(path) {
    try {
      accessSync(path, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
  lockHolders: () => (pathKind('/proc/locks') === null ? null : lockHolders()),
  get layoutDirs() {
    return [new URL('layouts', root()).pathname];
  },
};

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function interactive(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const [file = '', ...args] = argv;
  // The terminal sends its signals to the child as well: it is the child's to answer them.
  const ignore = (): void => {};
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, ignore);
  return new Promise((done, fail) => {
    const child = spawn(file, args, { stdio: 'inherit', env });
    child.on('error', fail);
    child.on('exit', (code) => done(code ?? 1));
  });
}

function onInterrupt(listener: () => void): () => void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, listener);
  return () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, listener);
  };
}
