import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';

/**
 * The processes of this machine, read from /proc (proc(5), proc_pid_stat(5)). A process is known by pid *and* start time: a pid
 * alone may belong to a stranger by the time it is signalled (a supervisor once killed an unrelated process after a reboot).
 */
export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  readonly session: number;
  /** R, S, D, T, Z, X ... */
  readonly state: string;
  /** Clock ticks after boot. */
  readonly startTime: number;
  /** Resident set, bytes. */
  readonly rss: number;
  /** User and system time used, clock ticks. */
  readonly cpuTicks: number;
  /** The same of its children that ended and were waited for, theirs included. */
  readonly reapedTicks: number;
  readonly comm: string;
}

export interface ProcessId {
  readonly pid: number;
  readonly startTime: number;
}

const PAGE = 4096;
const buffer = Buffer.allocUnsafe(4096);

/** Opens a /proc file for `read`; null when it is not there, not ours to read, or its process ends meanwhile (ESRCH). */
function reading<T>(path: string, read: (fd: number) => T): T | null {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    return read(fd);
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}

/** Reads a /proc file of less than a page into the shared buffer: no stat, no allocation growing with the file. */
const readSmall = (path: string): string | null =>
  reading(path, (fd) => buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, 0)));

/** Parses proc_pid_stat(5). The command may hold spaces and parentheses: fields are counted after the *last* `)`. */
export function parseStat(text: string): ProcessInfo | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < 0) return null;
  const fields = text.slice(close + 2).split(' ');
  if (fields.length < 22) return null;
  const field = (n: number): number => Number(fields[n - 3]); // numbered as in the man page
  return {
    pid: Number.parseInt(text, 10),
    comm: text.slice(open + 1, close),
    state: fields[0] ?? '?',
    ppid: field(4),
    pgrp: field(5),
    session: field(6),
    cpuTicks: field(14) + field(15),
    reapedTicks: field(16) + field(17),
    startTime: field(22),
    rss: field(24) * PAGE,
  };
}

/** null when there is no such process. */
export function readProcess(pid: number): ProcessInfo | null {
  const text = readSmall(`/proc/${pid}/stat`);
  return text === null ? null : parseStat(text);
}

/** A zombie or dead entry is not alive, although kill(2) with signal 0 says it is. */
export const isAlive = (info: ProcessInfo | null): info is ProcessInfo =>
  info !== null && info.state !== 'Z' && info.state !== 'X';

/** The same process as before, and still alive. */
export function stillRuns(id: ProcessId): boolean {
  const info = readProcess(id.pid);
  return isAlive(info) && info.startTime === id.startTime;
}

/** Reads a /proc file of any size. One read(2) is not enough: seq_file hands out about a page at a time. */
const readLarge = (path: string): Buffer | null =>
  reading(path, (fd) => {
    const chunks: Buffer[] = [];
    for (;;) {
      const length = readSync(fd, large);
      if (length === 0) return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      chunks.push(Buffer.from(large.subarray(0, length)));
    }
  });
const large = Buffer.allocUnsafe(128 * 1024);

/** The value of a variable in the environment a process was started with, null when absent or not ours to read. */
export function environmentOf(pid: number, variable: string): string | null {
  const bytes = readLarge(`/proc/${pid}/environ`);
  if (bytes === null) return null;
  const key = `${variable}=`;
  const first = bytes.subarray(0, key.length).toString('latin1') === key;
  const at = first ? 0 : bytes.indexOf(`\0${key}`) + 1;
  if (at === 0 && !first) return null;
  const end = bytes.indexOf(0, at);
  return bytes.toString('utf8', at + key.length, end < 0 ? bytes.length : end);
}

/** Every process id there is. */
export function processIds(): number[] {
  const pids: number[] = [];
  for (const entry of readdirSync('/proc')) {
    const first = entry.charCodeAt(0);
    if (first >= 49 && first <= 57) pids.push(Number(entry));
  }
  return pids;
}

/** False when there is no such process. Costs a fraction of a failed read, which makes an error with a stack. */
export const processExists = (pid: number): boolean => existsSync(`/proc/${pid}`);

/** Children of a process, oldest first (proc_pid_task_children(5)); empty when it is gone or the kernel does not tell. */
const childrenOf = (pid: number): number[] =>
  (readSmall(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter(Boolean).map(Number);

/**
 * The program in a sandbox: bwrap waits outside for its first process inside, which starts the program as its first child and takes care of orphans. null
 * before the program is there.
 */
export function programInSandbox(bwrap: number): ProcessId | null {
  const [first] = childrenOf(bwrap);
  const [program] = first === undefined ? [] : childrenOf(first);
  const row = program === undefined ? null : readProcess(program);
  return row === null ? null : { pid: row.pid, startTime: row.startTime };
}

/** Clock ticks since boot, what `startTime` counts in (proc_uptime(5), 100 a second on Linux); null when it can't be read. */
export function ticksSinceBoot(): number | null {
  const seconds = Number.parseFloat(readSmall('/proc/uptime') ?? '');
  return Number.isFinite(seconds) ? Math.round(seconds * 100) : null;
}

/** The pid given out last (proc_loadavg(5), fifth field); null when it can't be read. Threads are counted too: not every number is a process. */
export function newestPid(): number | null {
  const pid = Number(readSmall('/proc/loadavg')?.split(' ')[4]);
  return Number.isSafeInteger(pid) ? pid : null;
}

/** Sends a signal to exactly this process; false when it is gone or its pid belongs to another by now. */
export function signal(id: ProcessId, name: NodeJS.Signals): boolean {
  if (!stillRuns(id)) return false;
  try {
    process.kill(id.pid, name);
    return true;
  } catch {
    return false;
  }
}

/** Proportional set size, bytes: shared pages are split among those who map them (proc_pid_smaps(5)). null when unreadable. */
export function proportionalMemory(pid: number): number | null {
  const text = readSmall(`/proc/${pid}/smaps_rollup`);
  const match = text === null ? null : /^Pss:\s+(\d+) kB/m.exec(text);
  return match ? Number(match[1]) * 1024 : null;
}

/** Bytes it had written to disks, later taken back or not (proc_pid_io(5), write_bytes); null when that is not ours to read. */
export function bytesWritten(pid: number): number | null {
  const match = /^write_bytes: (\d+)$/m.exec(readSmall(`/proc/${pid}/io`) ?? '');
  return match ? Number(match[1]) : null;
}

/**
 * The file in which the kernel counts what it killed for memory in the cgroup of a process: memory.events of cgroup v2, memory.oom_control of
 * v1. null where processes have no memory cgroup of their own: nothing less than that can tell an agent's end from any other SIGKILL.
 */
export function memoryEventsOf(pid: number): string | null {
  const groups = readSmall(`/proc/${pid}/cgroup`) ?? '';
  const v2 = /^0::(.*)$/m.exec(groups)?.[1];
  const v1 = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(groups)?.[1];
  const files = [
    ...(v2 === undefined ? [] : [`/sys/fs/cgroup${v2}/memory.events`]),
    ...(v1 === undefined ? [] : [`/sys/fs/cgroup/memory${v1}/memory.oom_control`]),
  ];
  return files.find((file) => existsSync(file)) ?? null;
}

/** How often the kernel has killed for memory there; null when it can't be read. */
export function outOfMemoryKills(memoryEvents: string): number | null {
  const match = /^oom_kill (\d+)$/m.exec(readSmall(memoryEvents) ?? '');
  return match ? Number(match[1]) : null;
}

/** Inode number to the pid that holds an exclusive flock(2) on it, as the kernel tells in /proc/locks (proc_locks(5)). */
export function lockHolders(): Map<number, number> {
  const holders = new Map<number, number>();
  const text = readLarge('/proc/locks')?.toString('latin1') ?? '';
  for (const line of text.split('\n')) {
    // "1: FLOCK  ADVISORY  WRITE 3510 fe:00:2146437 0 EOF"; a waiter's line has "->" after the number.
    const parts = line.split(/\s+/);
    if (parts[1] !== 'FLOCK' || parts[3] !== 'WRITE') continue;
    const inode = Number(parts[5]?.split(':')[2]);
    if (Number.isSafeInteger(inode)) holders.set(inode, Number(parts[4]));
  }
  return holders;
}
