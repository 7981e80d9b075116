import type { UsagePoint } from '../protocol/index.ts';

/** What one look at a tree gave. */
export interface Sample {
  /** Percent of one core since the look before; null when that is not known. */
  readonly cpu: number | null;
  readonly memory: number;
  /** Bytes written since the look before. */
  readonly written: number;
}

const MINUTE = 60_000;
/** Looks that are kept: an hour of them, one a second. */
const FINE = 3_600;
const HOUR = 60 * MINUTE;

/** What one agent used: each look of the last hour, and the minutes that are over. */
export class Series {
  // Times in a ring of their own: a float of 4 bytes can't hold one.
  readonly #times = new Float64Array(FINE);
  readonly #values = new Float32Array(FINE * 3);
  #count = 0;
  #minute: { readonly start: number; cpu: number; looks: number; memory: number; written: number } | null = null;

  /** @param wall ms @returns the minute that is over with this look, if one is */
  note(sample: Sample, wall: number): UsagePoint | null {
    const slot = this.#count % FINE;
    this.#times[slot] = wall;
    this.#values.set([sample.cpu ?? 0, sample.memory, sample.written], slot * 3);
    this.#count++;
    const start = wall - (wall % MINUTE);
    const over = this.#minute !== null && this.#minute.start !== start ? this.#close() : null;
    this.#minute ??= { start, cpu: 0, looks: 0, memory: 0, written: 0 };
    if (sample.cpu !== null) {
      this.#minute.cpu += sample.cpu;
      this.#minute.looks++;
    }
    this.#minute.memory = Math.max(this.#minute.memory, sample.memory);
    this.#minute.written += sample.written;
    return over;
  }

  #close(): UsagePoint | null {
    const minute = this.#minute;
    this.#minute = null;
    if (minute === null) return null;
    const { start, cpu, looks, memory, written } = minute;
    return { at: start + MINUTE, cpu: looks === 0 ? 0 : cpu / looks, memory, written };
  }

  /** Every look of the last hour since a moment, oldest first. A clock that was set back leaves none from the future. */
  fine(since: number, now: number): UsagePoint[] {
    const points: UsagePoint[] = [];
    for (let n = Math.max(0, this.#count - FINE); n < this.#count; n++) {
      const slot = n % FINE;
      const at = this.#times[slot] ?? 0;
      if (at < Math.max(since, now - HOUR) || at > now) continue;
      const [cpu = 0, memory = 0, written = 0] = this.#values.subarray(slot * 3, slot * 3 + 3);
      points.push({ at, cpu, memory, written });
    }
    return points;
  }
}
