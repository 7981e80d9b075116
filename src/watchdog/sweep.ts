import {
  listDir,
  type ProcessInfo,
  bytesWritten,
  proportionalMemory,
  removeFile,
  signal as sendSignal,
  ticksSinceBoot,
} from '../platform/index.ts';
import { cpuBetween, cpuSample } from './cpu.ts';
import { mayHaveProcess } from './phase.ts';
import { parseRecords } from './shim-records.ts';
import type { Supervisor } from './supervisor.ts';
import { writtenBetween } from './written.ts';
import { treesOf } from './tree.ts';
import type { Unit } from './unit.ts';

/** An agent that is gone without an exit record gets this long for the record to appear, ms. */
const RECORD_GRACE = 1000;

/**
 * Shims that died: they report nothing, so they are looked at, one small read each. `kill(pid, 0)` would do for less, but tmux 3.3a and 3.4
 * miss the death of a pane about half of the time and keep a zombie, which it calls alive.
 */
export function sweepShims(supervisor: Supervisor): void {
  const lost = lostShims(supervisor);
  if (lost.length === 0) return;
  sweepRecords(supervisor); // it may have reported an exit in its last moment
  for (const unit of lost) onShimLost(supervisor, unit);
}

/** Agents whose shim died, and nobody drew anything from it yet. */
export const lostShims = (supervisor: Supervisor): Unit[] =>
  [...supervisor.units.values()].filter((unit) => unit.shim !== null && !unit.shimRuns());

function onShimLost(supervisor: Supervisor, unit: Unit): void {
  unit.shim = null;
  if (!mayHaveProcess(unit.machine)) return;
  // The kernel kills the agent with its shim; an agent whose program dropped that wish (setuid) is ended here.
  if (unit.process !== null) sendSignal(unit.process, 'SIGKILL');
  const kind = supervisor.ports.panes.serverAlive() ? 'shim-lost' : 'server-lost';
  supervisor.onExited(unit, unit.machine.incarnation, null, kind);
}

/** Start and exit records whose hint was lost. */
export function sweepRecords(supervisor: Supervisor): void {
  const { paths } = supervisor.ports;
  const started = parseRecords(listDir(paths.start));
  const exited = parseRecords(listDir(paths.exit));
  for (const record of started) {
    const unit = supervisor.units.get(record.agent);
    if (unit?.machine.pending) {
      supervisor.onStarted(unit, record.incarnation, record.value);
    } else if (unit === undefined || record.incarnation < unit.machine.incarnation - 1) {
      removeFile(`${paths.start}/${record.file}`);
    }
  }
  for (const record of exited) {
    const unit = supervisor.units.get(record.agent);
    if (unit !== undefined && record.incarnation === unit.machine.incarnation) {
      supervisor.onExited(unit, record.incarnation, record.value);
    } else if (unit === undefined || record.incarnation < unit.machine.incarnation - 1) {
      removeFile(`${paths.exit}/${record.file}`);
    }
  }
}

/** The process is gone, its shim lives, and no record came: the disk was full. */
function sweepMissing(supervisor: Supervisor, unit: Unit, now: number): void {
  if (unit.process === null || unit.shim === null || unit.processRuns()) {
    unit.missingSince = null;
    return;
  }
  unit.missingSince ??= now;
  if (now - unit.missingSince < RECORD_GRACE) return;
  supervisor.ports.degraded('exit records', `${unit.name} ended and its shim could not say how: is the disk full?`);
  supervisor.onExited(unit, unit.machine.incarnation, null, 'unknown');
}

/** Reads every process of ours anew: who belongs to whom, how much memory each tree holds, and who holds too much. */
export function sampleTrees(supervisor: Supervisor, strangersToo: boolean): void {
  const { scan, clock } = supervisor.ports;
  const now = ticksSinceBoot();
  if (strangersToo) scan.refreshAll();
  else scan.refresh();
  const units = [...supervisor.units.values()];
  const trees = treesOf(
    scan.rows,
    (pid) => scan.cookie(pid),
    units.map((unit) => supervisor.mark(unit)),
  );
  for (const unit of units) {
    const pids = trees.get(unit.name) ?? [];
    for (const pid of pids) scan.claim(pid, supervisor.mark(unit).cookie);
    unit.memory = unit.process === null ? null : pids.reduce((sum, pid) => sum + (scan.rows.get(pid)?.rss ?? 0), 0);
    sampleCpu(unit, pids, scan.rows, now);
    const written = writtenBetween(unit.writtenBefore, unit.process === null ? [] : pids, scan.rows, bytesWritten);
    unit.written = written.bytes;
    unit.writtenBefore = written.now;
    checkMemory(supervisor, unit, pids);
    sweepMissing(supervisor, unit, clock.mono());
  }
}

function sampleCpu(
  unit: Unit,
  pids: readonly number[],
  rows: ReadonlyMap<number, ProcessInfo>,
  now: number | null,
): void {
  const sample = unit.process === null || now === null ? null : cpuSample(pids, rows, now);
  unit.cpu = sample === null || unit.cpuSample === null ? null : cpuBetween(unit.cpuSample, sample);
  unit.cpuSample = sample;
}

/** Resident sizes count shared pages once a process; only when they add up to too much is the exact share asked for, which is dear. */
function checkMemory(supervisor: Supervisor, unit: Unit, pids: readonly number[]): void {
  const { memory: limit } = unit.spec.limits;
  if (limit === null || unit.memory === null || unit.memory <= limit) return;
  const exact = pids.reduce(
    (sum, pid) => sum + (proportionalMemory(pid) ?? supervisor.ports.scan.rows.get(pid)?.rss ?? 0),
    0,
  );
  unit.memory = exact;
  if (exact <= limit) return;
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  const detail = `used ${megabytes(exact)} of memory, its limit is ${megabytes(limit)}`;
  supervisor.signal(unit, { kind: 'unfit', fault: 'memory', detail });
}
