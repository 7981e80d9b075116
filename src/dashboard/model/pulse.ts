import type { OrchestraEvent } from '../../protocol/index.ts';

const MINUTE = 60_000;
/** A day of minutes, and the one that has just begun. */
const KEPT = 24 * 60 + 1;
/** Messages that wait for an answer and are remembered; the oldest is forgotten first, so that a crew that never answers costs nothing. */
const OPEN_MOST = 10_000;
/** Upper ends of the bins of response times, ms: each 1.25 times the one before, 10 ms to about 2 days. */
const BINS = Array.from({ length: 75 }, (_, index) => 10 * 1.25 ** index);

/** What happened in one minute. */
export interface Minute {
  /** Number of the minute since 1970. */
  readonly at: number;
  /** Messages that were taken in. */
  sent: number;
  /** Messages that are done: acknowledged, answered, or typed and the turn is over. */
  done: number;
  /** Messages that were given up. */
  dead: number;
  /** Starts after a death. */
  restarts: number;
  /** Response times by bin; null: there were none. */
  responses: Uint32Array | null;
}

/**
 * Counts by minute over the last day: a fold over events and nothing else, so that no number is counted twice. Takes events in the order of the
 * journal, each once. Its size does not grow with what passes through: 1,441 minutes and at most 10,000 open messages.
 */
export class Pulse {
  readonly #minutes = new Map<number, Minute>();
  /** When each was queued; `done`: its turn is over, and an answer may come all the same. */
  readonly #open = new Map<string, { readonly at: number; readonly done: boolean }>();
  #seq = 0;

  add(event: OrchestraEvent): void {
    // A snapshot may be older than events that came before it on the wire, and a history is read anew after a gap.
    if (event.seq !== 0 && event.seq <= this.#seq) return;
    this.#seq = Math.max(this.#seq, event.seq);
    const time = Date.parse(event.time);
    if (!Number.isFinite(time)) return;
    this.#count(event, time);
  }

  /** Begins anew, for a history that is read from its start. */
  clear(): void {
    this.#minutes.clear();
    this.#open.clear();
    this.#seq = 0;
  }

  #count(event: OrchestraEvent, time: number): void {
    const minute = this.#minute(time);
    switch (event.type) {
      case 'message.queued':
        minute.sent++;
        this.#wait(event.data.id, event.agent, time);
        return;
      case 'message.over':
        this.#over(keyOf(event.data.id, event.agent), minute);
        return;
      case 'message.acked':
      case 'message.answered':
        this.#settle(event.data.id, event.agent, time, minute);
        return;
      case 'message.dead':
        minute.dead++;
        this.#open.delete(keyOf(event.data.id, event.agent));
        return;
      case 'agent.started':
        if (AFTER_DEATH.has(event.data.reason)) minute.restarts++;
        return;
      default:
        return;
    }
  }

  #wait(id: string, agent: string | null, time: number): void {
    this.#open.set(keyOf(id, agent), { at: time, done: false });
    const [oldest] = this.#open.keys();
    if (this.#open.size > OPEN_MOST && oldest !== undefined) this.#open.delete(oldest);
  }

  #over(key: string, minute: Minute): void {
    const open = this.#open.get(key);
    if (open === undefined || open.done) return;
    this.#open.set(key, { ...open, done: true });
    minute.done++;
  }

  /** An acknowledged message may be answered later: it counts once. */
  #settle(id: string, agent: string | null, time: number, minute: Minute): void {
    const open = this.#open.get(keyOf(id, agent));
    if (open === undefined) return;
    const since = open.at;
    this.#open.delete(keyOf(id, agent));
    if (!open.done) minute.done++;
    const bin = BINS.findIndex((end) => time - since <= end);
    const at = bin < 0 ? BINS.length - 1 : bin;
    minute.responses ??= new Uint32Array(BINS.length);
    minute.responses[at] = (minute.responses[at] as number) + 1;
  }

  #minute(time: number): Minute {
    const at = Math.floor(time / MINUTE);
    const known = this.#minutes.get(at);
    if (known !== undefined) return known;
    const fresh: Minute = { at, sent: 0, done: 0, dead: 0, restarts: 0, responses: null };
    this.#minutes.set(at, fresh);
    for (const old of this.#minutes.keys()) {
      if (this.#minutes.size <= KEPT) break;
      this.#minutes.delete(old);
    }
    return fresh;
  }

  /** What it holds, which is all that it costs. */
  get size(): { readonly minutes: number; readonly open: number } {
    return { minutes: this.#minutes.size, open: this.#open.size };
  }

  /** Sums over `count` periods of `minutes` each, oldest first; the last one ends with the minute of `now` (wall clock, ms). */
  series(now: number, count: number, minutes: number, of: (minute: Minute) => number): number[] {
    const end = Math.floor(now / MINUTE);
    return Array.from({ length: count }, (_, index) => {
      const from = end - (count - index) * minutes + 1;
      let sum = 0;
      for (let at = from; at < from + minutes; at++) {
        const minute = this.#minutes.get(at);
        if (minute !== undefined) sum += of(minute);
      }
      return sum;
    });
  }

  /** The response time (queued to acknowledged or answered, ms) that `share` of the messages kept, by period; null where there were none. */
  responses(now: number, count: number, minutes: number, share: number): (number | null)[] {
    const end = Math.floor(now / MINUTE);
    return Array.from({ length: count }, (_, index) => {
      const from = end - (count - index) * minutes + 1;
      const bins = new Float64Array(BINS.length);
      for (let at = from; at < from + minutes; at++)
        this.#minutes.get(at)?.responses?.forEach((times, bin) => {
          bins[bin] = (bins[bin] as number) + times;
        });
      return quantile(bins, share);
    });
  }

  /** Settled since `since` (wall clock, ms), whole minutes. */
  doneSince(since: number): number {
    let sum = 0;
    for (const { at, done } of this.#minutes.values()) if ((at + 1) * MINUTE > since) sum += done;
    return sum;
  }
}

const AFTER_DEATH: ReadonlySet<string> = new Set([
  'exited',
  'not-ready',
  'not-live',
  'memory',
  'pane-lost',
  'server-lost',
]);

/** A message to a group has a copy, and an answer, for each recipient. */
const keyOf = (id: string, agent: string | null): string => `${agent ?? ''} ${id}`;

function quantile(bins: Float64Array, share: number): number | null {
  let left = bins.reduce((sum, times) => sum + times, 0) * share;
  if (left === 0) return null;
  const at = bins.findIndex((times) => {
    left -= times;
    return times > 0 && left <= 0;
  });
  return BINS[at] ?? null;
}
