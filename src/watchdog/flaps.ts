/** A start by a change of files: when, monotonic ms, and what had changed, relative to the working directory. */
export interface ChangedStart {
  readonly at: number;
  readonly paths: readonly string[];
}

/** Entries of advice: more would not be read. */
const MOST_ADVICE = 5;

/**
 * Whether an agent changes its own files: so many starts by changes within a while that no person saves that often. Restarting on them went on for ever
 * (a build that writes into what is watched).
 * @returns the starts that still count, and whether that is too many
 */
export function flapping(
  starts: readonly ChangedStart[],
  limit: { readonly starts: number; readonly within: number } | null,
  now: number,
): { readonly starts: readonly ChangedStart[]; readonly tooMany: boolean } {
  if (limit === null) return { starts: [], tooMany: false };
  const recent = starts.filter(({ at }) => at > now - limit.within).slice(-limit.starts);
  return { starts: recent, tooMany: recent.length >= limit.starts };
}

/** What changed before at least half of the starts, as patterns for `ignore`: a folder in place of three or more of its files. */
export function adviceFor(starts: readonly ChangedStart[]): string[] {
  const counts = new Map<string, number>();
  for (const { paths } of starts) for (const path of new Set(paths)) counts.set(path, (counts.get(path) ?? 0) + 1);
  const often = [...counts].filter(([, count]) => count * 2 >= starts.length).map(([path]) => path);
  // A name that is new each time is never the same file twice: its folder is.
  const guilty = often.length > 0 ? often : [...counts.keys()];
  const folders = groupByFolder(guilty);
  return [...folders]
    .flatMap(([folder, files]) => (folder !== '' && files.length > 2 ? [`${folder}/`] : files))
    .slice(0, MOST_ADVICE);
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

function groupByFolder(paths: readonly string[]): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const path of paths) folders.set(folderOf(path), [...(folders.get(folderOf(path)) ?? []), path]);
  return folders;
}
