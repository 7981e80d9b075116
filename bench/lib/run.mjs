import { spawn } from 'node:child_process';
import { childEnv } from './reap.mjs';

/**
 * Runs a program to its end.
 * @returns {Promise<{ code: number | null, out: string }>} its status and everything it said
 */
export function run(argv, { cwd = '/', env = {}, timeout = 120_000, quiet = false } = {}) {
  const [file, ...args] = argv;
  return new Promise((resolve, reject) => {
    const stdio = quiet ? 'ignore' : ['ignore', 'pipe', 'pipe'];
    const child = spawn(file, args, { cwd, env: childEnv(env), stdio, timeout, killSignal: 'SIGKILL' });
    let out = '';
    for (const stream of quiet ? [] : [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        out += text;
      });
    }
    child.once('error', reject);
    // 'exit', not 'close': a daemon that keeps our pipe open must not be waited for.
    child.once('exit', (code) => resolve({ code, out }));
  });
}

/** The same; rejects with what it said when it fails. */
export async function must(argv, options) {
  const { code, out } = await run(argv, options);
  if (code !== 0) throw new Error(`${argv.slice(0, 4).join(' ')} ... ended with ${code}: ${out.trim().slice(-600)}`);
  return out;
}
