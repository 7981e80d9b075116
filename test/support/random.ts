/** Choices from a seed that is printed, so that a failure can be had again: ORCHESTRA_SEED=n. */
export class Dice {
  #state: number;

  constructor(seed = Number(process.env.ORCHESTRA_SEED ?? Date.now() % 1_000_000_007)) {
    this.#state = seed >>> 0;
    process.stderr.write(`ORCHESTRA_SEED=${seed}\n`);
  }

  /** 0 <= x < 1, mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }
}

/** The long form is run by hand and before a release. */
export const isFull = process.env.ORCHESTRA_CHAOS === 'full';
export const times = (full: number, short: number): number => (isFull ? full : short);
