import { spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from '../base/index.ts';
import { fileFacts, privateDir, readIfThere, removeFile, replaceFile } from '../platform/index.ts';
import { OrchestraError, pathsOf } from '../protocol/index.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A script that comes with orchestra, absolute; the same from `src/bin` and from `dist/bin`. */
export const script = (name: string): string => here(`../../scripts/${name}`);

export interface Starting {
  /** Why there will be no controller (no tmux, say); null as long as one may come. */
  refused(): OrchestraError | null;
}

/** Exit status of a keeper whose controller can't be started as things are (EX_CONFIG of sysexits(3)). */
const REFUSED = 78;
const refusalFile = (project: string): string => `${pathsOf(project).run}/refused`;

/** Leaves word for whoever waits for this controller. */
export const tellRefusal = (project: string, error: OrchestraError): void =>
  replaceFile(refusalFile(project), JSON.stringify(error), { durable: false });

function refusalOf(project: string): OrchestraError {
  const told = JSON.parse(readIfThere(refusalFile(project)) ?? '{}') as Partial<OrchestraError>;
  removeFile(refusalFile(project));
  return new OrchestraError(told.code ?? 'failed', told.message ?? 'the controller did not start', told.hint);
}

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
export function startKeeper(project: string, mode: 'new' | 'resume' = 'new'): Starting {
  const paths = pathsOf(project);
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
      env: cleanEnvironment(process.env),
      stdio: ['ignore', log, log],
    });
    child.on('error', () => {}); // ENOENT: `up` sees that no controller comes and says what is missing
    let ended: number | null = null;
    child.on('exit', (code) => {
      ended = code;
    });
    child.unref();
    return { refused: () => (ended === REFUSED ? refusalOf(project) : null) };
  } finally {
    closeSync(log);
  }
}
