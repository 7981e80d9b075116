import { environmentOf, type ProcessInfo, processIds, readProcess } from './process-table.ts';

/**
 * A view of all processes that is cheap to bring up to date: only pids that were not there last time are read in full. That makes
 * the look before a restart (is anything of the old incarnation left?) take a fraction of a millisecond, so that it can be done
 * before *each* start.
 *
 * A process is *claimed* by an owner when it was born with the owner's cookie in its environment. Claims are kept for the life of the process: one that
 * later cleared its environment, changed its session or lost its parents stays claimed. Membership by descent or terminal session is
 * decided by the caller from the rows.
 */
export class ProcessScan {
  readonly #variable: string;
  #rows = new Map<number, ProcessInfo>();
  #claims = new Map<number, string>();

  /** @param variable name of the environment variable that carries the cookie. */
  constructor(variable: string) {
    this.#variable = variable;
  }

  get rows(): ReadonlyMap<number, ProcessInfo> {
    return this.#rows;
  }

  /** The cookie a process was born with, if any. */
  cookie(pid: number): string | undefined {
    return this.#claims.get(pid);
  }

  /** Remembers for the rest of its life that a process belongs to an owner, whatever becomes of its parents and its session. */
  claim(pid: number, cookie: string): void {
    this.#claims.set(pid, cookie);
  }

  /** Reads new pids and forgets gone ones; what was known keeps its old row. */
  update(): void {
    this.#scan(() => false);
  }

  /** Reads the rows of claimed processes anew too: memory, CPU, parents, states. */
  refresh(): void {
    this.#scan((pid) => this.#claims.has(pid));
  }

  /** Reads every row anew. Dear on a machine with many processes, but the only way to see that a pid went from one stranger to another. */
  refreshAll(): void {
    this.#scan(() => true);
  }

  #scan(again: (pid: number) => boolean): void {
    const rows = new Map<number, ProcessInfo>();
    const claims = new Map<number, string>();
    for (const pid of processIds()) {
      const known = this.#rows.get(pid);
      const row = known === undefined || again(pid) ? readProcess(pid) : known;
      if (row === null) continue;
      rows.set(pid, row);
      const same = known !== undefined && known.startTime === row.startTime;
      // Between fork and exec a child still shows its parent's environment, so reading once at first sight is enough, unless
      // the program was replaced since: a row whose name changed is read again.
      // A claim made since the last look belongs to a pid that was not there then.
      const mine = same || known === undefined;
      const claim = same && known.comm === row.comm ? this.#claims.get(pid) : this.#readCookie(row, mine);
      if (claim !== undefined) claims.set(pid, claim);
    }
    this.#rows = rows;
    this.#claims = claims;
  }

  #readCookie(row: ProcessInfo, mine: boolean): string | undefined {
    // Kernel threads have no environment; reading costs a failed read each.
    if (row.rss === 0 && row.ppid === 2) return undefined;
    return environmentOf(row.pid, this.#variable) ?? (mine ? this.#claims.get(row.pid) : undefined);
  }
}
