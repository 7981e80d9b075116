import type { Clock } from '../../platform/index.ts';

/** Whoever waits for something to happen to an agent's mailbox. */
export class Waiters {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #changes = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Changes so far: to be asked before one looks. */
  changes(agent: string): number {
    return this.#changes.get(agent) ?? 0;
  }

  /**
   * Resolves at the first change since there were `seen` of them, after `within` ms, or when `gone` says that nobody waits any more. One that came
   * between the look and the call counts: nobody would tell of it again.
   */
  change(agent: string, seen: number, within: number, gone?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (this.changes(agent) !== seen) return resolve();
      const wakes = this.#waiting.get(agent) ?? new Set();
      this.#waiting.set(agent, wakes);
      const done = (): void => {
        late();
        wakes.delete(done);
        gone?.removeEventListener('abort', done);
        resolve();
      };
      gone?.addEventListener('abort', done);
      const late = this.#clock.after(within, done);
      wakes.add(done);
    });
  }

  wake(agent: string): void {
    this.#changes.set(agent, this.changes(agent) + 1);
    for (const wake of this.#waiting.get(agent) ?? []) wake();
  }

  wakeAll(): void {
    for (const agent of this.#waiting.keys()) this.wake(agent);
  }
}
