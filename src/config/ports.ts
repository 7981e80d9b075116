/** What reading a configuration needs from the machine. All paths are absolute. */
export interface ConfigPorts {
  /** @returns the text of a file. Throws an error with a `code` (`ENOENT`, `EACCES`, `EISDIR`...) as node:fs does. */
  readFile(path: string): string;
  /** @returns what lies there, links followed; null when nothing does. */
  kind(path: string): 'file' | 'directory' | null;
  /** @returns the names in a folder. Throws as readFile does. */
  listDir(path: string): string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Processors this process may use: what `replicas: max` means. */
  readonly cores: number;
  /** Home folder of the person, for a leading `~/`. */
  readonly home: string;
  /** Who checks: 0 is root. */
  readonly uid: number;
  /** True when this machine knows a user or a group by this name or number. */
  account(kind: 'user' | 'group', name: string): boolean;
  /** A program of this name is on PATH. */
  has(program: string): boolean;
  /** Folders of the layouts that come with orchestra, searched in order after the project's own. */
  readonly layoutDirs: readonly string[];
}

/** @returns the text, or why there is none in words a person knows. */
export function readText(ports: ConfigPorts, path: string): { ok: true; text: string } | { ok: false; why: string } {
  try {
    return { ok: true, text: ports.readFile(path) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { ok: false, why: WHY[code] ?? `cannot be read${code === '' ? '' : ` (${code})`}` };
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read by you',
  EPERM: 'may not be read by you',
  EISDIR: 'is a folder, not a file',
};
