import type { Breaker, ExitClass, RestartPolicy } from '../protocol/index.ts';

/** What is remembered between deaths. Times are monotonic milliseconds. */
export interface DeathRecord {
  /** When it died, newest last, no older than the breaker's window. */
  readonly deaths: readonly number[];
  /** The immediate restart after a healthy run was used since the last reset. */
  readonly freeUsed: boolean;
  /** Delayed restarts since the last reset: the exponent of the back-off. */
  readonly delays: number;
  /** How often in a row the breaker has opened: the exponent of its retries. */
  readonly trips: number;
  /** The breaker is half open: what runs is a trial. */
  readonly trial: boolean;
}

export const NO_DEATHS: DeathRecord = { deaths: [], freeUsed: false, delays: 0, trips: 0, trial: false };

export interface Death {
  readonly class: ExitClass;
  /** Its exit status as the shell saw it; null when nobody did. */
  readonly code: number | null;
  /** Milliseconds it ran. */
  readonly uptime: number;
  readonly now: number;
  /** 0..1, for the jitter. */
  readonly random: number;
}

export type AfterDeath =
  | { readonly next: 'stop'; readonly record: DeathRecord } // the policy wants it to stay down
  | { readonly next: 'restart'; readonly delay: number; readonly record: DeathRecord }
  /** `retry`: milliseconds until a trial, null for none. */
  | { readonly next: 'break'; readonly retry: number | null; readonly record: DeathRecord };

/**
 * What follows a death.
 *
 * The breaker counts every death in a sliding window, however long each run was: counters that look only at fast crashes let an agent that dies
 * each 1.2 s restart for ever (PM2, supervisord). The back-off is geometric with a cap; only a run of `resetAfter` sets it back, so that
 * one dying just after `healthyAfter` gets one free restart and then slows down too.
 *
 * The death of the tmux server is nobody's crash: it is neither counted nor delayed.
 */
export function afterDeath(policy: RestartPolicy, before: DeathRecord, death: Death): AfterDeath {
  if (!wantsRestart(policy, death)) return { next: 'stop', record: before };
  if (death.class === 'server-lost') return { next: 'restart', delay: 0, record: before };

  const { breaker } = policy;
  const failed = before.trial && breaker !== null && death.uptime < provenAfter(breaker);
  const record = before.trial && !failed ? NO_DEATHS : before;
  const deaths = recentDeaths(policy, [...record.deaths, death.now], death.now);
  if (breaker !== null && (failed || deaths.length >= breaker.exits))
    return {
      next: 'break',
      retry: retryAfter(breaker, record.trips),
      record: { ...record, deaths, trips: record.trips + 1, trial: false },
    };
  if (policy.backoff === null) return { next: 'restart', delay: 0, record: { ...record, deaths } };

  const rested = death.uptime >= policy.backoff.resetAfter;
  const delays = rested ? 0 : record.delays;
  const free = death.uptime >= policy.healthyAfter && (rested || !record.freeUsed);
  if (free) return { next: 'restart', delay: 0, record: { ...record, deaths, freeUsed: true, delays } };
  return {
    next: 'restart',
    delay: backoffDelay(policy.backoff, delays, death.random),
    record: { ...record, deaths, freeUsed: true, delays: delays + 1 },
  };
}

/** Whether the policy alone wants another start after such an end. */
export const wantsRestart = (policy: RestartPolicy, { class: kind, code }: Pick<Death, 'class' | 'code'>): boolean =>
  !(code !== null && policy.stopCodes.includes(code)) &&
  (policy.policy === 'always' || (policy.policy === 'on-failure' && kind !== 'success'));

/** initial * factor^n, at most max; of that the share `jitter` is random, so that a crew that died together does not return together. */
export function backoffDelay(backoff: NonNullable<RestartPolicy['backoff']>, n: number, random: number): number {
  const full = Math.min(backoff.max, backoff.initial * backoff.factor ** n);
  return Math.round(full * (1 - backoff.jitter * random));
}

/** Milliseconds from the opening of a breaker to the trial, after it opened `trips` times in a row before; null: there is none. */
export const retryAfter = ({ retry }: Breaker, trips: number): number | null =>
  retry === null ? null : Math.min(retry.max, retry.after * retry.factor ** trips);

/**
 * A trial that lives so long, in ms, closes the breaker: dying each time after that it would not open again. Any shorter measure has the hole that one
 * dying a little later is started again for ever, as with a `min_uptime`.
 */
export const provenAfter = ({ exits, within }: Breaker): number => within / exits;

function recentDeaths(policy: RestartPolicy, deaths: readonly number[], now: number): number[] {
  if (policy.breaker === null) return [];
  const { exits, within } = policy.breaker;
  return deaths.filter((at) => at > now - within).slice(-exits);
}
