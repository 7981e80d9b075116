import type { Cancel, Clock } from '../../src/platform/index.ts';

/** Time that passes only when told to. The wall clock may be set apart from it. */
export class FakeClock implements Clock {
  now = 0;
  wallAhead = Date.parse('2030-01-01T00:00:00Z');
  #timers: { at: number; every: number | null; run: () => void }[] = [];

  mono(): number {
    return this.now;
  }
  wall(): number {
    return this.now + this.wallAhead;
  }
  after(ms: number, run: () => void): Cancel {
    return this.#add({ at: this.now + ms, every: null, run });
  }
  every(ms: number, run: () => void): Cancel {
    return this.#add({ at: this.now + ms, every: ms, run });
  }
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Lets time pass, each timer at its moment. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.now = Math.max(this.now, next.at);
      if (next.every === null) this.#timers = this.#timers.filter((timer) => timer !== next);
      else next.at += next.every;
      next.run();
    }
    this.now = end;
  }

  get pending(): number {
    return this.#timers.length;
  }

  #add(timer: { at: number; every: number | null; run: () => void }): Cancel {
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }
}
