import type { Clock } from '../../platform/index.ts';

/** A heavy program that has not shown itself ready gives its slot up after so long, ms. */
const LONGEST = 10_000;

/**
 * Staggers the starts of heavy programs: five agent CLIs that were started together took 13 s on two processors before the first was ready, one
 * after the other each takes two.
 */
export class StartSlots {
  readonly #clock: Clock;
  readonly #slots: number;
  /** Who is starting, since when (monotonic ms). */
  readonly #taken = new Map<string, number>();

  /** @param slots how many may start at a time: one a processor */
  constructor(clock: Clock, slots: number) {
    this.#clock = clock;
    this.#slots = Math.max(1, slots);
  }

  /** Takes a slot; false while none is free. */
  take(agent: string): boolean {
    const now = this.#clock.mono();
    for (const [other, since] of this.#taken) if (now - since >= LONGEST) this.#taken.delete(other);
    if (!this.#taken.has(agent) && this.#taken.size >= this.#slots) return false;
    this.#taken.set(agent, now);
    return true;
  }

  /** It is ready, or it ended: the next may start. True when it held a slot. */
  free(agent: string): boolean {
    return this.#taken.delete(agent);
  }
}
