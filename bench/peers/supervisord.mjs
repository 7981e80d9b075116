import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnv } from '../lib/reap.mjs';

/** Where bench/run puts it. */
const PACKAGES = fileURLToPath(new URL('../.build/supervisor/usr/lib/python3/dist-packages', import.meta.url));

/** supervisord with one program and its own defaults. It is ended with everything else of the round. */
export function supervisord({ dir, command }) {
  const home = join(dir, 'supervisord');
  mkdirSync(home);
  const file = join(home, 'supervisord.conf');
  writeFileSync(
    file,
    `[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=${home}/pid\n` +
      `[program:loop]\ncommand=${command}\nautorestart=true\nstdout_logfile=NONE\nstderr_logfile=NONE\n`,
  );
  const env = childEnv({ PYTHONPATH: PACKAGES });
  const child = spawn('python3', ['-m', 'supervisor.supervisord', '-n', '-c', file], {
    cwd: home,
    env,
    stdio: 'ignore',
  });
  child.on('error', () => {});
  return child;
}
