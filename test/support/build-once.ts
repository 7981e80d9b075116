import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** vitest globalSetup: what the real tests start is the built program. Built only when a source is newer, since running sessions read from it. */
export default function buildOnce(): void {
  const changed = Math.max(newest(join(root, 'src'), '.ts'), newest(join(root, 'scripts'), '.mjs'));
  if (changed <= newest(join(root, 'dist/bin'), '.js')) return;
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: 'inherit', timeout: 120_000 });
}

/** Milliseconds since the epoch of the youngest file below a folder; 0 when there is none. */
function newest(folder: string, extension: string): number {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith(extension) && !file.endsWith(`.test${extension}`))
      .reduce((latest, file) => Math.max(latest, statSync(join(folder, file)).mtimeMs), 0);
  } catch {
    return 0;
  }
}
