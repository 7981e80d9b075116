import { spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from '../base/index.ts';
import type { KeeperStart } from '../cli/index.ts';
import { fileFacts, pathKind, privateDir } from '../platform/index.ts';
import { OrchestraError, pathsOf } from '../protocol/index.ts';
import { forOurNode } from './environment.ts';
import { takeRefusal } from './refusal.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A script that comes with orchestra, absolute; the same from `src/bin` and from `dist/bin`. */
export const script = (name: string): string => here(`../../scripts/${name}`);

/** Exit status of a keeper whose controller can't be started as things are (EX_CONFIG of sysexits(3)). */
const REFUSED = 78;

const silent = (): OrchestraError => new OrchestraError('failed', 'the controller did not start');

const lacking = (program: string, from: string, code: string): OrchestraError =>
  new OrchestraError(
    'missing',
    code === 'ENOENT' ? `${program} is not installed` : `${program} cannot be started: ${code}`,
    `install ${from}; orchestra doctor says how`,
  );

function makeDir(path: string): void {
  try {
    privateDir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
    throw new OrchestraError('conflict', `${path} is in the way: it is not a folder`, 'move it away, then try again');
  }
}

/** Seconds a keeper waits for the lock of another one, which may be on its way out after a `down`. */
const KEEPER_WAIT = '5';

/** Bytes after which the keeper's log begins anew. */
const LOG_BYTES = 1024 * 1024;

/**
 * Makes the project's private folders and starts its keeper, which starts the controller. Returns at once. When a keeper is there already the
 * new one finds its lock taken and ends. Throws EACCES, ENOSPC ... when the folders can't be made.
 * @returns what tells whether the controller refused to start for good
 * @param mode `resume`: only to keep a session that is there, not for a new one
 */
export function startKeeper(project: string, mode: 'new' | 'resume' = 'new'): KeeperStart {
  const paths = pathsOf(project);
  const wasThere = pathKind(paths.root) !== null;
  for (const dir of [paths.root, paths.run, paths.start, paths.exit, paths.launch, paths.logs, `${paths.logs}/agents`])
    makeDir(dir);
  writeFileSync(`${paths.root}/.gitignore`, '*\n', { mode: 0o600 });
  const old = (fileFacts(paths.keeperLog)?.size ?? 0) > LOG_BYTES;
  const log = openSync(paths.keeperLog, old ? 'w' : 'a', 0o600);
  try {
    const keeper = ['sh', script('keeper.sh'), paths.run, process.execPath, here('../bin/controller.cjs'), project];
    if (mode === 'resume') keeper.push(mode);
    // Its own session: a Ctrl-C or a closed terminal of the person who typed `up` must not reach it.
    const child = spawn('flock', ['-F', '-w', KEEPER_WAIT, '-E', '75', paths.keeperLock, ...keeper], {
      cwd: '/',
      detached: true,
      env: forOurNode(cleanEnvironment(process.env)),
      stdio: ['ignore', log, log],
    });
    let ended: number | null = null;
    let missing: OrchestraError | null = null;
    child.on('error', (error: NodeJS.ErrnoException) => {
      missing = lacking('flock', 'util-linux', error.code ?? error.message);
    });
    child.on('exit', (code) => {
      ended = code;
    });
    child.unref();
    return { wasThere, refused: () => missing ?? (ended === REFUSED ? (takeRefusal(project) ?? silent()) : null) };
  } finally {
    closeSync(log);
  }
}
