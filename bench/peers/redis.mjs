import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../lib/measure.mjs';
import { childEnv } from '../lib/reap.mjs';

export const REDIS = fileURLToPath(new URL('../.build/redis-server', import.meta.url));

/** A Redis of our own: a private socket and no port, every write on the disk before it is answered (`appendfsync always`). */
export class Redis {
  #child = null;

  /** @param {string} dir an existing folder of ours */
  constructor(dir) {
    this.dir = join(dir, 'redis');
    this.socket = join(this.dir, 'redis.sock');
    mkdirSync(this.dir, { mode: 0o700 });
  }

  async start() {
    const options = {
      port: '0',
      unixsocket: this.socket,
      unixsocketperm: '700',
      dir: this.dir,
      appendonly: 'yes',
      appendfsync: 'always',
      save: '',
      daemonize: 'no',
      // Its title would be written over the environment by which it is found and ended.
      'set-proc-title': 'no',
    };
    const args = Object.entries(options).flatMap(([key, value]) => [`--${key}`, value]);
    this.#child = spawn(REDIS, args, { cwd: this.dir, env: childEnv(), stdio: 'ignore' });
    await until(10_000, 'Redis', () => answers(this.socket));
  }

  async stop() {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
}

/** Whether a PING is answered. */
function answers(path) {
  return new Promise((resolve) => {
    const socket = connect(path, () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });
}
