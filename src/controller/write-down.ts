import type { Cancel, Clock } from '../platform/index.ts';

/** What could not be written is tried again after this many ms. */
const WRITE_AGAIN = 1_000;

/**
 * Writes down what people want. A full disk must not keep a person from stopping an agent: it is done, said that a crash would undo it, and
 * written when there is room.
 */
export class WriteDown {
  readonly #clock: Clock;
  readonly #degraded: (what: string, message: string | null) => void;
  /** What the disk did not take yet, in order. */
  readonly #unwritten: (() => void)[] = [];
  #again: Cancel | null = null;

  constructor(clock: Clock, degraded: (what: string, message: string | null) => void) {
    this.#clock = clock;
    this.#degraded = degraded;
  }

  persist(write: () => void): void {
    this.#unwritten.push(write);
    this.#write();
  }

  close(): void {
    this.#again?.();
  }

  #write(): void {
    this.#again?.();
    this.#again = null;
    try {
      for (; this.#unwritten.length > 0; this.#unwritten.shift()) this.#unwritten[0]?.();
      this.#degraded('desired state', null);
    } catch (error) {
      const message = `can't be written (${(error as Error).message}): a restart of the controller would forget it`;
      this.#degraded('desired state', message);
      this.#again = this.#clock.after(WRITE_AGAIN, () => this.#write());
    }
  }
}
