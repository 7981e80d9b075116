import type { ProcessInfo } from '../platform/index.ts';

/** The environment variable every process of an agent is born with; its value names the project and the agent. */
export const COOKIE = 'ORCHESTRA_TREE';

/** Values are per project, so that two projects with agents of the same name never touch each other's. */
export const cookieOf = (project: string, agent: string): string => `${project}#${agent}`;

/** What marks an agent's processes. */
export interface Mark {
  readonly agent: string;
  readonly cookie: string;
  /** pid of the shim that owns the pane, or null when the agent has none. */
  readonly shim: number | null;
}

/**
 * Which process belongs to which agent; shims themselves belong to none. A process belongs to an agent when it carries the agent's
 * cookie, lives in the pane's terminal session (tmux calls setsid(2) for each pane: the shim's pid is its id), or descends from one that
 * does. One way alone misses some: a child that made its own session has left the pane, one whose parent died has lost its line, one that
 * cleared its environment has no cookie.
 *
 * @returns agent name to its pids
 */
export function treesOf(
  rows: ReadonlyMap<number, ProcessInfo>,
  cookieOfPid: (pid: number) => string | undefined,
  marks: readonly Mark[],
): Map<string, number[]> {
  const byCookie = new Map(marks.map((mark) => [mark.cookie, mark.agent]));
  const byShim = new Map(marks.flatMap((mark) => (mark.shim === null ? [] : [[mark.shim, mark.agent]])));
  const trees = new Map<string, number[]>(marks.map((mark) => [mark.agent, []]));
  const own = (row: ProcessInfo): string | undefined => {
    const cookie = cookieOfPid(row.pid);
    return (cookie && byCookie.get(cookie)) || byShim.get(row.session) || byShim.get(row.ppid);
  };
  if (!some(rows, (row) => !byShim.has(row.pid) && own(row) !== undefined)) return trees; // nobody could descend from it either

  const owners = new Map<number, string | null>();
  const ownerOf = (pid: number): string | null => {
    const known = owners.get(pid);
    if (known !== undefined) return known;
    const row = rows.get(pid);
    if (row === undefined || byShim.has(pid)) return null;
    owners.set(pid, null); // a loop of parents cannot be, but stale rows may show one
    const owner = own(row) ?? ownerOf(row.ppid);
    owners.set(pid, owner);
    return owner;
  };

  for (const pid of rows.keys()) {
    const owner = ownerOf(pid);
    if (owner !== null) trees.get(owner)?.push(pid);
  }
  return trees;
}

function some(rows: ReadonlyMap<number, ProcessInfo>, test: (row: ProcessInfo) => boolean): boolean {
  for (const row of rows.values()) if (test(row)) return true;
  return false;
}
