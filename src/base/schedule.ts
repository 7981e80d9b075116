import { Cron } from 'croner';

/**
 * A cron expression (crontab(5): minute, hour, day, month, weekday; a sixth field in front is seconds) in a time zone of the IANA's names, null for the
 * machine's own. Where a clock is set forward the times that are left out count as the moment after; where it is set back, the first of two counts.
 */
export interface Schedule {
  readonly cron: string;
  readonly zone: string | null;
}

/** @returns what is wrong with it, in a sentence; null when it can be used */
export function scheduleProblem(schedule: Schedule): string | null {
  if (schedule.zone !== null && !isZone(schedule.zone)) return 'there is no such time zone';
  try {
    return cronOf(schedule).nextRun() === null ? 'this never comes' : null;
  } catch (error) {
    return (error as Error).message.replace(/^CronPattern: /, '');
  }
}

export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The last time it came at or before `wall` and the first after it, both wall clock ms; null where there is none. */
export function around(
  schedule: Schedule,
  wall: number,
): { readonly last: number | null; readonly next: number | null } {
  const cron = cronOf(schedule);
  const [last] = cron.previousRuns(1, new Date(wall + 1));
  return { last: last?.getTime() ?? null, next: cron.nextRun(new Date(wall))?.getTime() ?? null };
}

/** Paused: only asked, it sets no timer. */
const cronOf = ({ cron, zone }: Schedule): Cron =>
  new Cron(cron, { paused: true, ...(zone === null ? {} : { timezone: zone }) });
