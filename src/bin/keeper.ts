import { spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from '../base/index.ts';
import { privateDir } from '../platform/index.ts';
import { pathsOf } from '../protocol/index.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A script that comes with orchestra, absolute; the same from `src/bin` and from `dist/bin`. */
export const script = (name: string): string => here(`../../scripts/${name}`);

/**
 * Makes the project's private folders and starts its keeper, which starts the controller. Returns at once. When a keeper is there already the
 * new one finds its lock taken and ends. Throws EACCES, ENOSPC ... when the folders can't be made.
 */
export function startKeeper(project: string): void {
  const paths = pathsOf(project);
  for (const dir of [paths.root, paths.run, paths.start, paths.exit, paths.launch, paths.logs, `${paths.logs}/agents`])
    privateDir(dir);
  writeFileSync(`${paths.root}/.gitignore`, '*\n', { mode: 0o600 });
  const log = openSync(paths.keeperLog, 'w', 0o600);
  try {
    const keeper = ['sh', script('keeper.sh'), paths.run, process.execPath, here('./controller.js'), project];
    // Its own session: a Ctrl-C or a closed terminal of the person who typed `up` must not reach it.
    const child = spawn('flock', ['-F', '-n', '-E', '75', paths.keeperLock, ...keeper], {
      cwd: '/',
      detached: true,
      env: cleanEnvironment(process.env),
      stdio: ['ignore', log, log],
    });
    child.on('error', () => {}); // ENOENT: `up` sees that no controller comes and says what is missing
    child.unref();
  } finally {
    closeSync(log);
  }
}
