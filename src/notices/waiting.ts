import type { NoticesSpec } from '../protocol/index.ts';
import { atLeast, type Item } from './item.ts';
import { SETTLED } from './match.ts';
import { quietUntil } from './quiet-hours.ts';

/** What one channel has still to tell, and what it told. Plain JSON; every function here gives a new one. */
export interface Waiting {
  /** Oldest first. */
  readonly items: readonly Item[];
  /** Events beyond those that are kept. */
  readonly more: number;
  /** Events that could not be told at all: said with the next notice. */
  readonly lost: number;
  /** When the newest notices were sent, wall clock ms, oldest first. */
  readonly sent: readonly number[];
}

export const NOTHING_WAITS: Waiting = { items: [], more: 0, lost: 0, sent: [] };

/** Events a channel keeps by themselves; nobody reads a longer notice. */
export const MOST_KEPT = 50;

/** What is decided about when, of the whole specification. */
export type Timing = Pick<NoticesSpec, 'groupWait' | 'rateLimit' | 'quietHours' | 'maxAge'>;

/** Adds an event. Of too many the least severe goes, the newest of those: how it began tells more. */
export function taken(waiting: Waiting, item: Item): Waiting {
  const items = [...waiting.items, item];
  if (items.length <= MOST_KEPT) return { ...waiting, items };
  const least = items.reduce(
    (low, each, index) => (atLeast((items[low] as Item).severity, each.severity) ? index : low),
    0,
  );
  return { ...waiting, items: items.filter((_, index) => index !== least), more: waiting.more + 1 };
}

/** An agent no longer asks: whoever was not told yet need not be. */
export const settled = (waiting: Waiting, agent: string): Waiting => ({
  ...waiting,
  items: waiting.items.filter((item) => item.agent !== agent || !SETTLED.includes(item.event)),
});

/** What is to be done for a channel now: something is told, or at `wake` (wall clock ms) it is looked again; never when that is null. */
export type Next =
  | { readonly send: readonly Item[]; readonly more: number; readonly lost: number; readonly rest: Waiting }
  | { readonly send: null; readonly wake: number | null };

/**
 * @param now wall clock, ms. One that was set back makes nobody wait longer than the wait itself
 */
export function next(waiting: Waiting, timing: Timing, now: number): Next {
  const quiet = quietUntil(now, timing.quietHours);
  const except = timing.quietHours?.except ?? null;
  const telling =
    quiet === null
      ? waiting.items
      : waiting.items.filter(({ severity }) => except !== null && atLeast(severity, except));
  if (telling.length === 0) return { send: null, wake: waiting.items.length === 0 ? null : quiet };
  const due = Math.min(...telling.map(({ at }) => at), now) + timing.groupWait;
  if (due > now) return { send: null, wake: due };
  const free = freeAt(waiting.sent, timing.rateLimit, now);
  if (free > now) return { send: null, wake: free };
  const { more, lost } = waiting;
  const sent = [...recent(waiting.sent, timing.rateLimit, now), now];
  const items = waiting.items.filter((item) => !telling.includes(item));
  return { send: telling, more, lost, rest: { items, more: 0, lost: 0, sent } };
}

/** Moments that still count. One in the future is of a clock that was set back since. */
const recent = (sent: readonly number[], limit: Timing['rateLimit'], now: number): readonly number[] =>
  limit === null ? [] : sent.filter((at) => at <= now && at > now - limit.within);

/** When the next notice may go: once the first of the last so many is old enough. */
function freeAt(sent: readonly number[], limit: Timing['rateLimit'], now: number): number {
  const counted = recent(sent, limit, now);
  if (limit === null || counted.length < limit.notices) return now;
  return (counted.at(-limit.notices) as number) + limit.within;
}

/** Whether it is too late to tell of an event that nobody could tell in time. What quiet hours held back counts from their end. */
export function isStale(at: number, { quietHours, maxAge }: Timing, now: number): boolean {
  return (quietUntil(at, quietHours) ?? at) + maxAge < now;
}
