import { uuid7 } from '../base/index.ts';
import { parseDraft } from '../mailbox/index.ts';
import { entryTimes, sha256, someNames, takeFile } from '../platform/index.ts';
import { LARGEST_MESSAGE, type MessageDraft, OrchestraError } from '../protocol/index.ts';
import type { Admission } from './admission.ts';
import type { QueueState } from './state.ts';

/** Entries looked at in one round. Within it they are admitted in the order they were written. */
const ROUND = 10_000;
/** Milliseconds of work before others have their turn. */
const SLICE = 4;
const TROUBLE = 'intake';

interface Dropped {
  readonly entry: string;
  readonly modified: number;
}

/** Takes in what was dropped into `intake/new`, whoever wrote it and whatever it is. */
export class Intake {
  readonly #state: QueueState;
  readonly #admission: Admission;
  #running: Promise<void> | null = null;
  #again = false;
  #closed = false;
  #sliceBegan = 0;
  /** What could not be moved away; it is told once and left alone. */
  readonly #stuck = new Set<string>();
  /** Entries of the last round: above some hundred a watcher that looks through the folder at every event only gets in the way. */
  crowd = 0;

  constructor(state: QueueState, admission: Admission) {
    this.#state = state;
    this.#admission = admission;
  }

  /** Resolves when everything that lay there when it was called has been looked at. Never rejects. */
  drain(): Promise<void> {
    if (this.#closed) return this.#running ?? Promise.resolve();
    if (this.#running !== null) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#rounds().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.#running ?? Promise.resolve();
  }

  async #rounds(): Promise<void> {
    const { degraded } = this.#state.ports;
    try {
      do {
        this.#again = false;
        const dropped = await this.#listed();
        this.crowd = dropped.length;
        await this.#admitAll(dropped);
        if (dropped.length >= ROUND) this.#again = true;
      } while (this.#again && !this.#closed);
      degraded(TROUBLE, null);
    } catch (error) {
      degraded(TROUBLE, `what was dropped into the intake waits: ${(error as Error).message}`);
    }
  }

  /** What lies there, the first written first. */
  async #listed(): Promise<Dropped[]> {
    const { store } = this.#state.ports;
    const dropped: Dropped[] = [];
    for (const entry of await someNames(`${store.paths.intake}/new`, ROUND + this.#stuck.size)) {
      if (this.#stuck.has(entry)) continue;
      await this.#pause();
      const times = entryTimes(store.dropped(entry));
      if (times !== null) dropped.push({ entry, modified: times.modified });
    }
    return dropped.sort((a, b) => a.modified - b.modified || (a.entry < b.entry ? -1 : 1));
  }

  async #admitAll(dropped: readonly Dropped[]): Promise<void> {
    const underWay = new Set<Promise<void>>();
    let trouble: unknown = null;
    for (const { entry } of dropped) {
      if (trouble !== null || this.#closed) break;
      await this.#pause();
      const one = this.#admit(entry)
        .catch((error: unknown) => {
          trouble = error;
        })
        .finally(() => underWay.delete(one));
      underWay.add(one);
      if (underWay.size >= 64) await Promise.race(underWay);
    }
    await Promise.all(underWay);
    if (trouble !== null) throw trouble;
  }

  /** Rejects when the disk is in the way: the file stays where it is. */
  async #admit(entry: string): Promise<void> {
    const { store } = this.#state.ports;
    const taken = takeFile(store.dropped(entry), LARGEST_MESSAGE);
    if (taken.kind === 'gone') return;
    if (taken.kind === 'other') return this.#corrupt(entry, taken.why);
    const parsed = parseDraft(taken.bytes);
    if (!parsed.ok) return this.#corrupt(entry, parsed.why);
    // The same file gets the same id each time it is read: a crash between its admission and its removal makes no second message of it.
    const seed = sha256(`${taken.inode} ${taken.modified} ${entry}\n${sha256(taken.bytes)}`);
    const id = parsed.value.id ?? uuid7(taken.modified, Buffer.from(seed, 'hex'));
    const written = Math.min(taken.modified, this.#state.ports.clock.wall());
    const timestamp = parsed.value.timestamp ?? new Date(written).toISOString();
    await this.#send(entry, parsed.value, { id, timestamp });
  }

  // The signature covers what was written: what is filled in is filled in behind it.
  async #send(entry: string, draft: MessageDraft, filled: { id: string; timestamp: string }): Promise<void> {
    try {
      await this.#admission.send(draft, filled);
    } catch (error) {
      if (!(error instanceof OrchestraError) || error.code === 'storage' || error.code === 'not-running') throw error;
      return this.#refused(entry);
    }
    this.#state.ports.store.removeDropped(entry);
  }

  /** The event that says why was told by the admission. */
  #refused(entry: string): void {
    this.#moveAway(entry, null);
  }

  #corrupt(entry: string, why: string): void {
    this.#moveAway(entry, why);
  }

  #moveAway(entry: string, why: string | null): void {
    const { store, emit, degraded } = this.#state.ports;
    const aside = store.setAside(store.dropped(entry), entry, this.#state.stamp());
    if (aside === null) {
      if (this.#stuck.size < ROUND) this.#stuck.add(entry);
      degraded(TROUBLE, `${JSON.stringify(entry)} can't be moved out of the intake`);
    }
    if (why !== null) emit('mail.corrupt', null, { file: aside ?? store.dropped(entry).toString('latin1'), why });
  }

  async #pause(): Promise<void> {
    if (this.#state.now - this.#sliceBegan < SLICE) return;
    await this.#state.ports.turn();
    this.#sliceBegan = this.#state.now;
  }
}
