import type { QuietHours } from '../protocol/index.ts';

const DAY = 24 * 60;
const MINUTE = 60_000;

/** Making one takes a millisecond, asking it some microseconds. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** Minutes since midnight on a clock on the wall of a time zone. */
export function localMinutes(at: number, zone: string): number {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    clocks.set(zone, clock);
  }
  const [hours = 0, minutes = 0] = clock.format(at).split(':').map(Number);
  return hours * 60 + minutes;
}

export function isQuiet(at: number, { from, to, zone }: QuietHours): boolean {
  const now = localMinutes(at, zone);
  return from < to ? now >= from && now < to : now >= from || now < to;
}

/** Steps of the search where clocks are changed: a change is a day's event, and moves the end by an hour or two. */
const AROUND = 3 * 60;

/**
 * The first moment at or after `at` that is not quiet, wall clock ms; null when it is not quiet at `at`. Where clocks are changed meanwhile the quiet
 * hours are as long as those clocks make them.
 */
export function quietUntil(at: number, hours: QuietHours | null): number | null {
  if (hours === null) return null;
  const known = found.get(hours);
  if (known !== undefined && at >= known.from && at < known.until) return known.until;
  if (!isQuiet(at, hours)) return null;
  const until = search(at, hours);
  found.set(hours, { from: at, until });
  return until;
}

/** The newest stretch of each: it is asked for at every event, and looking for its end takes hundreds of looks at the clock. */
const found = new WeakMap<QuietHours, { readonly from: number; readonly until: number }>();

function search(at: number, hours: QuietHours): number {
  const start = Math.floor(at / MINUTE) * MINUTE;
  const left = (hours.to - localMinutes(at, hours.zone) + DAY) % DAY || DAY;
  // As many minutes before what the clock says as it may be moved by.
  let guess = start + Math.max(0, left - AROUND) * MINUTE;
  for (let steps = 0; steps <= 2 * AROUND + DAY; steps++) {
    if (guess > at && !isQuiet(guess, hours)) return guess;
    guess += MINUTE;
  }
  return guess; // nothing but quiet: cannot be, since `from` and `to` differ
}
