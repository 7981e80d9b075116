import { type Circular, type MailName, type Sealed, seal, storageError, type Written } from '../mailbox/index.ts';
import type { Letter, Shelf } from './shelf.ts';
import type { QueueState } from './state.ts';

/** Copies written before others have their turn. */
const AT_ONCE = 16;
const TROUBLE = 'mail to many';

/**
 * One message to many. It is first kept in the intake together with the list of its recipients; from then on it can't be lost, and its sender is told
 * so. Then every recipient gets a copy under the same number, and when all copies are on the disk the original goes. A crash in between is made up for at the
 * start: who has the id in any state has it, the others get their copy.
 */
export class FanOut {
  readonly #state: QueueState;
  readonly #settling = new Set<Promise<void>>();
  readonly #unfinished = new Map<string, MailName>();

  constructor(state: QueueState) {
    this.#state = state;
  }

  /** Resolves once no crash can lose any copy. Rejects with OrchestraError and no copy left. */
  async send(
    name: MailName,
    message: Sealed,
    shelves: readonly Shelf[],
    sealed: (copy: Sealed) => Buffer,
  ): Promise<void> {
    const { store } = this.#state.ports;
    const recipients = shelves.map(({ agent }) => agent);
    const copies = recipients.map((agent) => ({ ...message, to: agent }));
    const size = sealed({ ...message, to: 'x'.repeat(32) }).length;
    const letters = copies.map((copy) => this.#state.newLetter(name, copy, size, false));
    shelves.forEach((shelf, at) => shelf.put(letters[at] as Letter));
    try {
      await this.#kept(() => store.writeCircular(name, seal({ message, recipients })));
      await this.#copy(name, letters, copies, sealed);
    } catch (error) {
      shelves.forEach((shelf, at) => shelf.drop(letters[at] as Letter));
      await store.settled();
      throw storageError(error, `the message to ${message.sentTo} could not be kept`);
    }
    for (const letter of letters) letter.durable = true;
  }

  /** Resolves when no original is waiting for its copies to reach the disk. */
  async settled(): Promise<void> {
    await Promise.all(this.#settling);
  }

  async #kept(write: () => Written): Promise<void> {
    await write().durable();
  }

  // All or none: until the last copy is written no recipient knows of his.
  async #copy(
    name: MailName,
    letters: readonly Letter[],
    copies: readonly Sealed[],
    sealed: (copy: Sealed) => Buffer,
  ): Promise<void> {
    const { store, turn } = this.#state.ports;
    const written: Written[] = [];
    try {
      for (const copy of copies) {
        written.push(store.write(copy.to, name, sealed(copy)));
        if (written.length % AT_ONCE === 0) await turn();
      }
    } catch (error) {
      for (const each of written) each.undo();
      store.removeCircular(name);
      throw error;
    }
    // An agent that is handed its copy too soon would be handed it again, from the original, after the power went.
    written.forEach((each, at) => keepSafe(letters[at] as Letter, each));
    const settling = this.#settle(name, copies, written).finally(() => this.#settling.delete(settling));
    this.#settling.add(settling);
  }

  async #settle(name: MailName, copies: readonly Sealed[], written: readonly Written[]): Promise<void> {
    const { degraded } = this.#state.ports;
    const ends = await Promise.allSettled(written.map((each) => each.durable()));
    const failed = copies.filter((_, at) => ends[at]?.status === 'rejected');
    if (failed.length === 0) return this.#letGo(name);
    // Their files are gone again: a page that could not be written must not be trusted. The original is still there to copy from.
    for (const { to, id } of failed) {
      const letter = this.#state.shelf(to).letter(id);
      if (letter?.saved.box === 'new') this.#state.shelf(to).drop(letter);
    }
    degraded(TROUBLE, `copies of a message could not be written to the disk: ${reason(ends)}`);
    this.#unfinished.set(name.id, name);
  }

  #letGo(name: MailName): void {
    try {
      this.#state.ports.store.removeCircular(name);
    } catch {
      this.#unfinished.set(name.id, name); // nobody lacks a copy; it goes at the next sweep
    }
  }

  /** Tries again what the disk refused. */
  async mend(): Promise<void> {
    if (this.#unfinished.size === 0) return;
    for (const [id, name] of Array.from(this.#unfinished)) {
      this.#unfinished.delete(id);
      const read = this.#state.ports.store.readCircular(name);
      if (read?.ok) await this.complete(name, read.value);
    }
    if (this.#unfinished.size === 0) this.#state.ports.degraded(TROUBLE, null);
  }

  /** Gives a copy to every recipient that has none yet, then lets the original go. Never rejects. @returns the copies that were made */
  async complete(name: MailName, { message, recipients }: Circular): Promise<readonly Letter[]> {
    const { store, degraded } = this.#state.ports;
    const made: Letter[] = [];
    try {
      for (const agent of recipients) {
        const shelf = this.#state.shelf(agent);
        if (shelf.knows(message.id)) {
          await store.foundIsSafe(); // without the original there is nothing to copy from again
          continue;
        }
        const copy = { ...message, to: agent };
        const bytes = seal(copy);
        await store.write(agent, name, bytes).durable();
        const letter = this.#state.newLetter(name, copy, bytes.length, true);
        shelf.put(letter);
        made.push(letter);
        this.#state.changed(agent);
      }
      store.removeCircular(name);
    } catch (error) {
      degraded(TROUBLE, `copies of a message could not be written: ${(error as Error).message}`);
      this.#unfinished.set(name.id, name);
    }
    return made;
  }
}

function keepSafe(letter: Letter, written: Written): void {
  const safe = written.durable().then(() => {
    letter.safe = null;
  });
  safe.catch(() => {}); // told by whoever waits for all
  letter.safe = safe;
}

const reason = (ends: readonly PromiseSettledResult<void>[]): string => {
  const failed = ends.find((end) => end.status === 'rejected');
  return failed?.reason instanceof Error ? failed.reason.message : '';
};
