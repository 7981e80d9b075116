import {
  environmentOf,
  fileFacts,
  isAlive,
  listDir,
  lockHolders,
  type ProcessId,
  type ProcessInfo,
  readProcess,
  signal as sendSignal,
} from '../platform/index.ts';
import type { ShimRecord } from './shim-records.ts';
import { parseRecords } from './shim-records.ts';
import type { Supervisor } from './supervisor.ts';
import type { Unit } from './unit.ts';

/** A pane that says it is an agent's. */
export interface FoundPane {
  readonly id: string;
  readonly agent: string;
  readonly pid: number;
  readonly dead: boolean;
}

/** What runs of an agent when a controller comes (back): looked at, not remembered. */
export interface Found {
  readonly pane: string | null;
  readonly shim: ProcessId | null;
  readonly process: ProcessId | null;
  /** The newest incarnation there is any trace of. */
  readonly incarnation: number;
  /** The newest incarnation ended with this status while nobody looked; null when it runs or nothing is known. */
  readonly exitCode: number | null;
  /** Its records that still lie there, oldest first: value is a pid, or a status. */
  readonly starts: readonly ShimRecord[];
  readonly exits: readonly ShimRecord[];
}

/**
 * Reads locks, processes and records once for all agents. A lock holder without a pane is ended: nobody could ever see it.
 * @param server the tmux server the panes are of; null when none answers
 */
export function lookAround(
  supervisor: Supervisor,
  panes: readonly FoundPane[],
  server: number | null,
): (unit: Unit) => Found {
  const { paths, scan } = supervisor.ports;
  const holders = lockHolders();
  const starts = parseRecords(listDir(paths.start));
  const exits = parseRecords(listDir(paths.exit));
  scan.refreshAll();
  return (unit) => {
    const inode = fileFacts(paths.agentLock(unit.name))?.inode;
    const holder = inode === undefined ? undefined : holders.get(inode);
    const pane = panes.find((each) => each.agent === unit.name && each.pid === holder && !each.dead);
    const shim = pane === undefined ? null : identity(readProcess(pane.pid));
    if (shim === null && holder !== undefined) endStray(holder, server);
    const start = newest(starts, unit.name);
    const exit = newest(exits, unit.name);
    const child = shim === null ? null : childOf(scan.rows, shim.pid, start);
    const incarnation = Math.max(start?.incarnation ?? 0, exit?.incarnation ?? 0, child?.incarnation ?? 0);
    const ended = child === null && exit !== undefined && exit.incarnation === incarnation;
    return {
      pane: pane?.id ?? null,
      shim,
      process: child?.id ?? null,
      incarnation,
      exitCode: ended ? exit.value : null,
      starts: starts.filter((record) => record.agent === unit.name),
      exits: exits.filter((record) => record.agent === unit.name),
    };
  };
}

const newest = (records: readonly ShimRecord[], agent: string): ShimRecord | undefined =>
  records.findLast((record) => record.agent === agent);

const identity = (row: ProcessInfo | null): ProcessId | null =>
  isAlive(row) ? { pid: row.pid, startTime: row.startTime } : null;

/**
 * The agent is the child of its shim: the kernel says so, no file can be stale about it. Which incarnation it is stands in its environment;
 * before it has become the agent its start record tells.
 */
function childOf(
  rows: ReadonlyMap<number, ProcessInfo>,
  shim: number,
  start: ShimRecord | undefined,
): { id: ProcessId; incarnation: number } | null {
  for (const row of rows.values()) {
    if (row.ppid !== shim || !isAlive(row)) continue;
    const told = Number(environmentOf(row.pid, 'ORCHESTRA_INCARNATION'));
    const incarnation = told > 0 ? told : row.pid === start?.value ? start.incarnation : 0;
    if (incarnation > 0) return { id: { pid: row.pid, startTime: row.startTime }, incarnation };
  }
  return null;
}

/**
 * The lock file is in our private folder: whoever holds it is a shim of ours, left without its pane. A tmux server that still has it, and is not the
 * one that answers, hangs: it is ended too, or it would stay for ever with nobody who knows its socket.
 */
function endStray(pid: number, server: number | null): void {
  const row = readProcess(pid);
  if (row === null) return;
  const parent = readProcess(row.ppid);
  sendSignal({ pid, startTime: row.startTime }, 'SIGKILL');
  if (parent !== null && parent.pid !== server && parent.comm === TMUX_SERVER) {
    sendSignal({ pid: parent.pid, startTime: parent.startTime }, 'SIGKILL');
  }
}

/** What tmux calls its server process (setproctitle). */
const TMUX_SERVER = 'tmux: server';
