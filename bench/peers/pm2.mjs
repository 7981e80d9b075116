import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AGENT } from '../lib/crew.mjs';
import { must, run } from '../lib/run.mjs';

const PM2 = fileURLToPath(new URL('../node_modules/pm2/bin/pm2', import.meta.url));

/** PM2 with plain children: no interpreter, no delay, no back-off, never giving up. */
export class Pm2 {
  constructor({ dir, agents, reports }) {
    this.home = join(dir, 'pm2');
    this.agents = agents;
    mkdirSync(this.home);
    this.file = join(this.home, 'crew.json');
    const apps = agents.map((name) => ({
      name,
      script: AGENT,
      args: [reports, name],
      interpreter: 'none',
      exec_mode: 'fork',
      autorestart: true,
      restart_delay: 0,
      exp_backoff_restart_delay: 0,
      // A life that long counts as stable, and 16 unstable ones are the end: with 0 none is.
      min_uptime: 0,
      max_restarts: 1_000_000,
      out_file: 'NULL',
      error_file: 'NULL',
      pmx: false,
      vizion: false,
      watch: false,
    }));
    writeFileSync(this.file, JSON.stringify({ apps }));
  }

  get #env() {
    return { PM2_HOME: this.home, PM2_DISCRETE_MODE: 'true', PM2_SILENT: 'true', PM2_DISABLE_VERSION_CHECK: 'true' };
  }

  up() {
    return must([process.execPath, PM2, 'start', this.file], { env: this.#env });
  }

  /** The daemon that keeps the children. */
  get pid() {
    return Number(readFileSync(join(this.home, 'pm2.pid'), 'utf8'));
  }

  down() {
    return run([process.execPath, PM2, 'kill'], { env: this.#env, timeout: 60_000 });
  }
}
