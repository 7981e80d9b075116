import { basename, relative } from 'node:path';
import type { FSWatcher } from 'chokidar';

/**
 * Says when something appears in a small folder that is drained at once. A hint, never the truth: chokidar drops a second change of one path
 * within 50 ms, and looks through the whole folder at each event (13 ms with 1,000 files lying there). chokidar is loaded when first asked for.
 * @param hint called for each entry that appears @param failed called with a sentence when the kernel takes no more watches (inotify(7), ENOSPC)
 */
export async function watchFolder(
  path: string,
  hint: () => void,
  failed: (why: string) => void,
): Promise<{ close(): Promise<void> }> {
  const { watch } = await import('chokidar');
  const watcher: FSWatcher = watch(path, {
    depth: 0,
    ignoreInitial: true,
    followSymlinks: false,
    persistent: true,
    alwaysStat: false,
  });
  watcher.on('add', hint);
  watcher.on('addDir', hint);
  watcher.on('error', (error) => failed(error instanceof Error ? error.message : String(error)));
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return { close: () => watcher.close() };
}

/** Never of interest: what version control, package managers and orchestra itself write. */
const NEVER = ['.git', '.orchestra', 'node_modules'];

/**
 * Tells of each change below some paths, as a path relative to `cwd`.
 * @param asked `paths` absolute; `ignore` as in gitignore(5), relative to `cwd`
 * @param failed called with a sentence when the kernel takes no more watches (inotify(7), ENOSPC)
 */
export async function watchFiles(
  asked: { readonly cwd: string; readonly paths: readonly string[]; readonly ignore: readonly string[] },
  changed: (path: string) => void,
  failed: (why: string) => void,
): Promise<{ close(): Promise<void> }> {
  const [{ watch }, { default: ignore }] = await Promise.all([import('chokidar'), import('ignore')]);
  const rules = ignore()
    .add(NEVER)
    .add([...asked.ignore]);
  const ignored = (path: string, isFolder: boolean): boolean => {
    const inside = relative(asked.cwd, path);
    // Patterns say nothing about what lies outside of their folder.
    if (inside === '' || inside.startsWith('..')) return NEVER.includes(basename(path));
    return rules.ignores(inside) || (isFolder && rules.ignores(`${inside}/`));
  };
  const watcher: FSWatcher = watch([...asked.paths], {
    ignoreInitial: true,
    followSymlinks: false,
    // Asked first without knowing what it is: a folder is passed over before all that lies in it is looked at.
    ignored: (path, facts) => ignored(path, facts?.isDirectory() ?? true),
  });
  const tell = (path: string): void => {
    if (!ignored(path, false)) changed(relative(asked.cwd, path));
  };
  for (const event of ['add', 'change', 'unlink'] as const) watcher.on(event, tell);
  watcher.on('error', (error) => failed(error instanceof Error ? error.message : String(error)));
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return { close: () => watcher.close() };
}
