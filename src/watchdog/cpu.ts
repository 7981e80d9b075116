import type { ProcessInfo } from '../platform/index.ts';

/** What the processes of one agent had used at one moment, clock ticks. */
export interface CpuSample {
  /** Since boot. */
  readonly at: number;
  readonly used: ReadonlyMap<number, Pick<ProcessInfo, 'startTime' | 'cpuTicks' | 'reapedTicks'>>;
}

/** Taken from the rows as they are: refresh the scan first. */
export const cpuSample = (pids: readonly number[], rows: ReadonlyMap<number, ProcessInfo>, at: number): CpuSample => ({
  at,
  used: new Map(
    pids.flatMap((pid) => {
      const row = rows.get(pid);
      return row === undefined ? [] : [[pid, row] as const];
    }),
  ),
});

/**
 * Percent of one core between two samples; null when no time passed. What a child used that ended in between is found again with its parent, who
 * waited for it: counting only those who live showed a build of a thousand short processes as idle. What nobody of the tree waited for is not
 * known; it makes the number smaller, never negative. A pid that was given to another process since is another process.
 */
export function cpuBetween(before: CpuSample, now: CpuSample): number | null {
  const elapsed = now.at - before.at;
  if (elapsed <= 0) return null;
  let own = 0;
  let reaped = 0;
  for (const [pid, row] of now.used) {
    const known = before.used.get(pid);
    const same = known?.startTime === row.startTime ? known : undefined;
    // Older than the sample and not in it: it came into the tree later, and what it did before is not this agent's.
    if (same === undefined && row.startTime < before.at) continue;
    own += Math.max(0, row.cpuTicks - (same?.cpuTicks ?? 0));
    reaped += Math.max(0, row.reapedTicks - (same?.reapedTicks ?? 0));
  }
  for (const [pid, row] of before.used)
    if (now.used.get(pid)?.startTime !== row.startTime) reaped -= row.cpuTicks + row.reapedTicks;
  return ((own + Math.max(0, reaped)) / elapsed) * 100;
}
