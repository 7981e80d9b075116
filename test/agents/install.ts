import { spawnSync } from 'node:child_process';
import { accessSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CLIS, type CliType } from './catalogue.ts';

/** Out of git's sight, and gone with the other packages. */
const CACHE = 'node_modules/.cache/agents';

/** The folder a CLI is installed in, below `root` (the checkout). */
export const installFolder = (type: CliType, root: string): string => {
  const { package: name, version } = CLIS[type];
  return join(root, CACHE, `${name.replaceAll('/', '+')}@${version}`);
};

/** The words that start a CLI. */
export function programOf(type: CliType, root: string): string[] {
  const program = join(installFolder(type, root), CLIS[type].program);
  return program.endsWith('.js') ? [process.execPath, program] : [program];
}

const isInstalled = (type: CliType, root: string): boolean => {
  try {
    accessSync(join(installFolder(type, root), CLIS[type].program));
    return true;
  } catch {
    return false;
  }
};

/**
 * Installs a CLI from npm when it is not there. Made beside its place and moved into it whole, so that two at once do not disturb each
 * other. No install script of any package is run: none of these needs one (native parts come as packages for each platform).
 * @throws with a sentence for people when npm cannot hand it out
 */
export function install(type: CliType, root: string): void {
  if (isInstalled(type, root)) return;
  const { package: name, version, program } = CLIS[type];
  const folder = installFolder(type, root);
  mkdirSync(dirname(folder), { recursive: true });
  const fresh = mkdtempSync(`${folder}.`);
  try {
    writeFileSync(join(fresh, 'package.json'), '{"private":true}\n');
    const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const ran = spawnSync('npm', [...args, `${name}@${version}`], { cwd: fresh, encoding: 'utf8', timeout: 300_000 });
    accessOr(join(fresh, program), () => {
      const why = ran.error?.message ?? complaint(ran.stderr);
      return new Error(
        `The tests with real agents need ${name}@${version}, and npm could not install it here: ${why || `there is no ${program} in it`}. ` +
          'Check that `npm view` reaches a registry, then run ./scripts/test again.',
      );
    });
    moveInto(fresh, folder, () => isInstalled(type, root));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** What npm complains about, without its stack and its advice. */
const complaint = (said: string): string =>
  said
    .split('\n')
    .flatMap((line) => /^npm error (code .*|[A-Z]\w*: .*|\d{3} .*)$/.exec(line)?.[1] ?? [])
    .join(', ');

function moveInto(fresh: string, folder: string, there: () => boolean): void {
  try {
    renameSync(fresh, folder);
  } catch (error) {
    // Another run was faster; or what lies there is half an install of an earlier day.
    if (there()) return;
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  }
}

function accessOr(path: string, failure: () => Error): void {
  try {
    accessSync(path);
  } catch {
    throw failure();
  }
}
