import type { ExitClass, RestartPolicy } from '../protocol/index.ts';

/** What is remembered between deaths. Times are monotonic milliseconds. */
export interface DeathRecord {
  /** When it died, newest last, no older than the breaker's window. */
  readonly deaths: readonly number[];
  /** The immediate restart after a healthy run was used since the last reset. */
  readonly freeUsed: boolean;
  /** Delayed restarts since the last reset: the exponent of the back-off. */
  readonly delays: number;
}

export const NO_DEATHS: DeathRecord = { deaths: [], freeUsed: false, delays: 0 };

export interface Death {
  readonly class: ExitClass;
  /** Milliseconds it ran. */
  readonly uptime: number;
  readonly now: number;
  /** 0..1, for the jitter. */
  readonly random: number;
}

export type AfterDeath =
  | { readonly next: 'stop'; readonly record: DeathRecord } // the policy wants it to stay down
  | { readonly next: 'restart'; readonly delay: number; readonly record: DeathRecord }
  | { readonly next: 'break'; readonly record: DeathRecord };

/**
 * What follows a death.
 *
 * The breaker counts every death in a sliding window, however long each run was: counters that look only at fast crashes let an agent that dies
 * each 1.2 s restart for ever (PM2, supervisord). The back-off is geometric with a cap; only a run of `resetAfter` sets it back, so that
 * one dying just after `healthyAfter` gets one free restart and then slows down too.
 *
 * The death of the tmux server is nobody's crash: it is neither counted nor delayed.
 */
export function afterDeath(policy: RestartPolicy, record: DeathRecord, death: Death): AfterDeath {
  if (!wantsRestart(policy, death.class)) return { next: 'stop', record };
  if (death.class === 'server-lost') return { next: 'restart', delay: 0, record };

  const deaths = recentDeaths(policy, [...record.deaths, death.now], death.now);
  if (policy.breaker !== null && deaths.length >= policy.breaker.exits) {
    return { next: 'break', record: { ...record, deaths } };
  }
  if (policy.backoff === null) return { next: 'restart', delay: 0, record: { ...record, deaths } };

  const rested = death.uptime >= policy.backoff.resetAfter;
  const delays = rested ? 0 : record.delays;
  const free = death.uptime >= policy.healthyAfter && (rested || !record.freeUsed);
  if (free) return { next: 'restart', delay: 0, record: { deaths, freeUsed: true, delays } };
  return {
    next: 'restart',
    delay: backoffDelay(policy.backoff, delays, death.random),
    record: { deaths, freeUsed: true, delays: delays + 1 },
  };
}

/** Whether the policy alone wants another start after such an end. */
export const wantsRestart = (policy: RestartPolicy, kind: ExitClass): boolean =>
  policy.policy === 'always' || (policy.policy === 'on-failure' && kind !== 'success');

/** initial * factor^n, at most max; of that the share `jitter` is random, so that a crew that died together does not return together. */
export function backoffDelay(backoff: NonNullable<RestartPolicy['backoff']>, n: number, random: number): number {
  const full = Math.min(backoff.max, backoff.initial * backoff.factor ** n);
  return Math.round(full * (1 - backoff.jitter * random));
}

function recentDeaths(policy: RestartPolicy, deaths: readonly number[], now: number): number[] {
  if (policy.breaker === null) return [];
  const { exits, within } = policy.breaker;
  return deaths.filter((at) => at > now - within).slice(-exits);
}
