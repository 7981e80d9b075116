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
