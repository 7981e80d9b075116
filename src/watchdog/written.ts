import type { ProcessInfo } from '../platform/index.ts';

/** What each process of a tree had written at the last look, bytes. */
export type Written = ReadonlyMap<number, { readonly startTime: number; readonly cpu: number; readonly bytes: number }>;

/**
 * Bytes the processes of a tree wrote since the last look. Only those that used the processor are asked: what stood still wrote nothing, and asking costs a
 * file each. What a process wrote after its last look is lost with it; whoever is seen first counts from then on.
 */
export function writtenBetween(
  before: Written,
  pids: readonly number[],
  rows: ReadonlyMap<number, ProcessInfo>,
  read: (pid: number) => number | null,
): { readonly now: Written; readonly bytes: number } {
  const now = new Map<number, { startTime: number; cpu: number; bytes: number }>();
  let bytes = 0;
  for (const pid of pids) {
    const row = rows.get(pid);
    if (row === undefined) continue;
    const known = before.get(pid);
    const same = known?.startTime === row.startTime ? known : undefined;
    if (same !== undefined && same.cpu === row.cpuTicks) {
      now.set(pid, same);
      continue;
    }
    const total = read(pid);
    if (total === null) continue;
    if (same !== undefined) bytes += Math.max(0, total - same.bytes);
    now.set(pid, { startTime: row.startTime, cpu: row.cpuTicks, bytes: total });
  }
  return { now, bytes };
}
