import { Cron } from 'croner';
import type { RestartPolicy } from '../protocol/index.ts';

/**
 * The last time of a schedule at or before `wall` and the first after it, both wall clock ms; null where there is none. Where a clock is set forward the times
 * that are left out count as the moment after.
 */
export function around(
  { cron, zone }: NonNullable<RestartPolicy['schedule']>,
  wall: number,
): { readonly last: number | null; readonly next: number | null } {
  // Paused: only asked, it sets no timer.
  const times = new Cron(cron, { paused: true, ...(zone === null ? {} : { timezone: zone }) });
  const [last] = times.previousRuns(1, new Date(wall + 1));
  return { last: last?.getTime() ?? null, next: times.nextRun(new Date(wall))?.getTime() ?? null };
}
