import type { Clock } from '../../platform/index.ts';

/** Whoever waits for something to happen to an agent's mailbox. */
export class Waiters {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves at the next change, after `within` ms, or when `gone` says that nobody waits any more. */
  change(agent: string, within: number, gone?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
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
    for (const wake of this.#waiting.get(agent) ?? []) wake();
  }

  wakeAll(): void {
    for (const agent of this.#waiting.keys()) this.wake(agent);
  }
}
