import { readdirSync, readFileSync } from 'node:fs';
import { parseStat, type ProcessInfo } from '../../src/platform/index.ts';

/** One process of a test project, with its command line for people. */
export interface Seen extends ProcessInfo {
  readonly args: string;
  readonly env: ReadonlyMap<string, string>;
}

/** Each process a test starts carries this variable, and so does all that comes from it. */
export const TEST_MARK = 'GARDEN_TEST';

/** Everything that was started from a project: by its mark, or by its folder in the command line. Zombies have neither and count as gone. */
export function processesOf(folder: string): Seen[] {
  return allProcesses().filter(
    (each) => each.pid !== process.pid && (each.env.get(TEST_MARK) === folder || each.args.includes(`${folder}/`)),
  );
}

export function allProcesses(): Seen[] {
  const seen: Seen[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const row = statOf(Number(entry));
    if (row === null) continue;
    const environment = read(`/proc/${entry}/environ`).split('\0');
    const pairs = environment.map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    });
    seen.push({ ...row, args: read(`/proc/${entry}/cmdline`).replaceAll('\0', ' ').trim(), env: new Map(pairs) });
  }
  return seen;
}

export function statOf(pid: number): ProcessInfo | null {
  const text = read(`/proc/${pid}/stat`);
  return text === '' ? null : parseStat(text);
}

export const isUp = (pid: number): boolean => {
  const row = statOf(pid);
  return row !== null && row.state !== 'Z' && row.state !== 'X';
};

/** Children that ended and nobody waited for. */
export const zombiesOf = (parent: number): ProcessInfo[] =>
  allProcesses().filter((each) => each.ppid === parent && each.state === 'Z');

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Ends a process of a test; one that is gone already is fine. */
export function kill(pid: number, name: NodeJS.Signals = 'SIGKILL'): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
