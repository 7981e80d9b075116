import type { AgentUsage, UsagePoint } from '../protocol/index.ts';
import { type Sample, Series } from './series.ts';

export interface UsageStore {
  /** Throws what the disk says. */
  save(minutes: readonly { readonly agent: string; readonly point: UsagePoint }[]): void;
  /** Minutes of an agent that ended since a moment, wall clock ms, oldest first. */
  load(agent: string, since: number): UsagePoint[];
  /** Forgets what is older. */
  forget(before: number): void;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** So long minutes are kept. */
const KEEP = 7 * 24 * HOUR;

/** Whether every look is told since a moment; whoever asks for the last hour asks a moment later. */
export const isFine = (since: number, now: number): boolean => since >= now - HOUR - MINUTE;

/** What the agents used: each look for an hour in memory, minutes for a week in the database. */
export class UsageLog {
  readonly #store: UsageStore;
  readonly #series = new Map<string, Series>();
  #pending: { agent: string; point: UsagePoint }[] = [];
  #forgotAt = 0;

  constructor(store: UsageStore) {
    this.#store = store;
  }

  /** @param wall ms */
  note(agent: string, sample: Sample, wall: number): void {
    let series = this.#series.get(agent);
    if (series === undefined) this.#series.set(agent, (series = new Series()));
    const point = series.note(sample, wall);
    if (point !== null) this.#pending.push({ agent, point });
  }

  /** Writes the minutes that are over, all in one. What the disk refuses is tried again with the next; a day of it at most. Throws what it says. */
  flush(wall: number): void {
    if (wall - this.#forgotAt > HOUR) {
      this.#forgotAt = wall;
      this.#store.forget(wall - KEEP);
    }
    if (this.#pending.length === 0) return;
    this.#pending = this.#pending.slice(-50_000);
    this.#store.save(this.#pending);
    this.#pending = [];
  }

  /** @param since wall clock ms; within the last hour every look is told, else minutes */
  of(agent: string, since: number, now: number): AgentUsage {
    const points = isFine(since, now) ? (this.#series.get(agent)?.fine(since, now) ?? []) : this.minutes(agent, since);
    return { agent, points };
  }

  minutes(agent: string, since: number): UsagePoint[] {
    const pending = this.#pending.flatMap((each) =>
      each.agent === agent && each.point.at >= since ? [each.point] : [],
    );
    return [...this.#store.load(agent, since), ...pending];
  }

  /** Lets go of the looks at agents that are no more: each holds the room of an hour. */
  keepOnly(agents: { has(agent: string): boolean }): void {
    for (const agent of this.#series.keys()) if (!agents.has(agent)) this.#series.delete(agent);
  }
}
