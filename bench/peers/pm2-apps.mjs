import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must, run } from '../lib/run.mjs';

const PM2 = fileURLToPath(new URL('../node_modules/pm2/bin/pm2', import.meta.url));

/** PM2 with apps of any kind and its own defaults, but for what writes logs. */
export class Pm2Apps {
  constructor({ dir, apps }) {
    this.home = join(dir, 'pm2');
    mkdirSync(this.home);
    this.file = join(this.home, 'apps.json');
    const plain = { interpreter: 'none', out_file: 'NULL', error_file: 'NULL', vizion: false };
    writeFileSync(this.file, JSON.stringify({ apps: apps.map((app) => ({ ...plain, ...app })) }));
    this.env = {
      PM2_HOME: this.home,
      PM2_DISCRETE_MODE: 'true',
      PM2_SILENT: 'true',
      PM2_DISABLE_VERSION_CHECK: 'true',
    };
  }

  up() {
    return must([process.execPath, PM2, 'start', this.file], { env: this.env });
  }

  down() {
    return run([process.execPath, PM2, 'kill'], { env: this.env, timeout: 60_000 });
  }
}
