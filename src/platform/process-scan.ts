import { environmentOf, newestPid, processExists, type ProcessInfo, processIds, readProcess } from './process-table.ts';

/** Pids are given out in order: with more of them since the last look than this, listing the folder costs less than asking for each. */
const MOST_PROBES = 256;
const ASK_AGAIN = 8;
/** After this many looks by number the folder is listed again: gone processes are forgotten. */
const LIST_AFTER = 100;

/**
 * A view of all processes that is cheap to bring up to date: only pids that were not there last time are read, and which those can be is
 * known from the newest pid there is. That makes the look before a restart (is anything of the old incarnation left?) take a tenth of a
 * millisecond, so that it can be done before *each* start.
 *
 * A process is *claimed* by an owner when it was born with the owner's cookie in its environment. Claims are kept for the life of the process: one that
 * later cleared its environment, changed its session or lost its parents stays claimed. Membership by descent or terminal session is
 * decided by the caller from the rows.
 */
export class ProcessScan {
  readonly #variable: string;
  #rows = new Map<number, ProcessInfo>();
  #claims = new Map<number, string>();
  #newest = 0;
  #looks = 0;
  #listed = 0;

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

  /** A process that was found gone. */
  forget(pid: number): void {
    this.#rows.delete(pid);
    this.#claims.delete(pid);
  }

  /** Reads new processes; what was known keeps its row, also when it is gone: whoever acts on a row looks at the process first. */
  update(): void {
    const newest = newestPid();
    const young = newest === null ? Number.POSITIVE_INFINITY : newest - this.#newest;
    const many = this.#rows.size - this.#listed > MOST_PROBES; // most of them are gone by now
    if (young < 0 || young > MOST_PROBES || many || ++this.#looks > LIST_AFTER) return this.#scan(() => false);
    // A number is given out a moment before its process can be seen: the last few are asked for once more.
    for (let pid = this.#newest - ASK_AGAIN; pid <= this.#newest + young; pid++) {
      const known = pid <= this.#newest && this.#rows.has(pid);
      const row = known || !processExists(pid) ? null : readProcess(pid);
      if (row !== null) this.#take(row, this.#rows, this.#claims);
    }
    this.#newest += young;
  }

  /** Reads the rows of claimed processes anew too: memory, CPU, parents, states. */
  refresh(): void {
    this.update();
    for (const pid of this.#claims.keys()) {
      const row = readProcess(pid);
      if (row === null) this.forget(pid);
      else this.#take(row, this.#rows, this.#claims);
    }
  }

  /** Reads every row anew. Dear on a machine with many processes, but the only way to see that a pid went from one stranger to another. */
  refreshAll(): void {
    this.#scan(() => true);
  }

  #scan(again: (pid: number) => boolean): void {
    this.#newest = newestPid() ?? 0; // before the list: what is born meanwhile is asked for next time
    this.#looks = 0;
    const rows = new Map<number, ProcessInfo>();
    const claims = new Map<number, string>();
    for (const pid of processIds()) {
      const known = this.#rows.get(pid);
      const row = known === undefined || again(pid) ? readProcess(pid) : known;
      if (row === null) continue;
      this.#take(row, rows, claims);
    }
    this.#rows = rows;
    this.#claims = claims;
    this.#listed = rows.size;
  }

  #take(row: ProcessInfo, rows: Map<number, ProcessInfo>, claims: Map<number, string>): void {
    const known = this.#rows.get(row.pid);
    const same = known !== undefined && known.startTime === row.startTime;
    // A claim made since the last look belongs to a process that was not there then.
    const mine = same || known === undefined;
    // Between fork and exec a child still shows its parent's environment, so reading once at first sight is enough, unless
    // the program was replaced since: a row whose name changed is read again.
    const claim = same && known.comm === row.comm ? this.#claims.get(row.pid) : this.#readCookie(row, mine);
    rows.set(row.pid, row);
    if (claim === undefined) claims.delete(row.pid);
    else claims.set(row.pid, claim);
  }

  #readCookie(row: ProcessInfo, mine: boolean): string | undefined {
    // Kernel threads have no environment; reading costs a failed read each.
    if (row.rss === 0 && row.ppid === 2) return undefined;
    return environmentOf(row.pid, this.#variable) ?? (mine ? this.#claims.get(row.pid) : undefined);
  }
}
