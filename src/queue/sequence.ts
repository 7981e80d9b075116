import { type MailStore, storageError } from '../mailbox/index.ts';

/** Numbers reserved at once. A crash leaves a gap of at most this many, and never gives one twice. */
export const BLOCK = 1_000;

/** The order of admission over all mailboxes: 1, 2, 3 ... with gaps where a controller ended. */
export class Sequence {
  readonly #store: MailStore;
  #next = 1;
  /** Below this all numbers are ours. */
  #limit = 1;
  #reserving: Promise<void> | null = null;

  constructor(store: MailStore) {
    this.#store = store;
  }

  /** @param highest highest number that any file has */
  begin(highest: number): void {
    const reserved = this.#store.reserved();
    // Without its file up to a block may have been given away to messages that are gone by now.
    this.#next = reserved === null && highest > 0 ? highest + BLOCK + 1 : Math.max(reserved ?? 1, highest + 1);
    this.#limit = this.#next;
  }

  /** False when `ready` has to be waited for before the next number. */
  get hasOne(): boolean {
    return this.#next < this.#limit;
  }

  take(): number {
    // Half used: the next block is on the disk before this one is empty.
    if (this.#limit - this.#next <= BLOCK / 2) this.#reserve().catch(() => {});
    return this.#next++;
  }

  /** Resolves when there is a number. Rejects with OrchestraError `storage`. */
  async ready(): Promise<void> {
    while (!this.hasOne) await this.#reserve();
  }

  #reserve(): Promise<void> {
    this.#reserving ??= this.#extend().finally(() => {
      this.#reserving = null;
    });
    return this.#reserving;
  }

  async #extend(): Promise<void> {
    const limit = this.#limit + BLOCK;
    try {
      await this.#store.reserve(limit);
    } catch (error) {
      throw storageError(error, 'the message could not be numbered');
    }
    this.#limit = limit;
  }
}
