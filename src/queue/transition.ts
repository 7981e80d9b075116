import type { MailName } from '../mailbox/index.ts';
import type { DeadReason, MessagesSpec } from '../protocol/index.ts';

/*
 * The life of a message in one mailbox, as names. Which way is gone when is decided in moves.ts.
 *
 *   new ──begun──▶ cur/delivering ──▶ cur/submitted ──▶ cur/started ──▶ done/acked | answered
 *    ▲ ▲                │  │               │                │    └────▶ done/started   (turn over, nobody had to acknowledge)
 *    │ └──deferred──────┘  └───────────────┴──retried───────┘           done/submitted (the same, no start was seen)
 *    └─────────────────────────────────────────┘      any of them ────▶ dead/REASON ──redriven──▶ new
 */

export const begun = (name: MailName): MailName => ({
  ...name,
  box: 'cur',
  state: 'delivering',
  attempt: name.attempt + 1,
  notBefore: null,
});

/** Handed over to an agent that reads its own mail: nothing is in between. */
export const taken = (name: MailName): MailName => ({ ...begun(name), state: 'submitted' });

/** Nothing was typed: as if it had not begun. */
export const deferred = (name: MailName): MailName => ({ ...queued(name), attempt: Math.max(0, name.attempt - 1) });

export const handled = (name: MailName, state: 'submitted' | 'started' | 'acked' | 'answered'): MailName => ({
  ...name,
  box: 'done',
  state,
  reason: null,
  notBefore: null,
});

export const died = (name: MailName, reason: DeadReason): MailName => ({
  ...name,
  box: 'dead',
  state: 'dead',
  reason,
  notBefore: null,
});

/** @param notBefore milliseconds since the epoch, null: at once */
export const queued = (name: MailName, notBefore: number | null = null): MailName => ({
  ...name,
  box: 'new',
  state: 'queued',
  reason: null,
  notBefore,
});

export const redriven = (name: MailName): MailName => ({ ...queued(name), attempt: 0, redriven: true });

/** Milliseconds before the next delivery after `attempt` of them; null when that was the last. */
export function waitAfter(attempt: number, { attempts, backoff }: MessagesSpec): number | null {
  if (attempt >= attempts) return null;
  return Math.min(backoff.max, backoff.initial * backoff.factor ** Math.max(0, attempt - 1));
}

/**
 * Milliseconds a back-off found at the start has still to wait. The wall clock may have been set meanwhile: none is longer than the longest that is
 * configured, and one that is further away counts as over.
 */
export function restOf(notBefore: number | null, wall: number, { backoff }: MessagesSpec): number {
  const rest = (notBefore ?? wall) - wall;
  return rest > backoff.max ? 0 : Math.max(0, rest);
}

/** Milliseconds until a message is of no use any more: never more than its ttl, whatever the clocks of sender and reader say. */
export function timeLeft(timestamp: string, ttl: number | null, wall: number): number {
  if (ttl === null) return Number.POSITIVE_INFINITY;
  const age = Math.max(0, wall - Date.parse(timestamp));
  return ttl - age;
}
