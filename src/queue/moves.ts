import { type Box, type MailName, mailEntry, type Sealed, storageError } from '../mailbox/index.ts';
import {
  type DeadReason,
  type DeliveryMode,
  type MailEntry,
  OrchestraError,
  type SubmitResult,
} from '../protocol/index.ts';
import type { Letter, Shelf } from './shelf.ts';
import type { QueueState } from './state.ts';
import { begun, deferred, died, handled, queued, taken, waitAfter } from './transition.ts';

const TYPED: readonly DeliveryMode[] = ['now', 'idle'];
const ANY: readonly DeliveryMode[] = ['now', 'idle', 'inbox'];

/**
 * What happens to a message once it lies in a mailbox. Before something is handed over, and before an acknowledgement is confirmed, the rename is on the
 * disk. The other transitions happen in memory first: when the disk refuses one it is tried again, and a crash meanwhile shows the state before.
 */
export class Moves {
  readonly #state: QueueState;

  constructor(state: QueueState) {
    this.#state = state;
  }

  head(agent: string, modes: readonly DeliveryMode[] = TYPED): MailEntry | null {
    const shelf = this.#state.own(agent);
    for (;;) {
      const letter = shelf.head(this.#state.now, modes);
      if (letter === null) return null;
      const entry = this.entry(shelf, letter);
      if (entry !== null) return entry;
    }
  }

  /** Handed over and open, oldest first. */
  inFlight(agent: string): MailEntry[] {
    const shelf = this.#state.own(agent);
    const open = shelf.live.filter(({ name }) => name.state !== 'queued');
    return open.map((letter) => this.entry(shelf, letter)).filter((entry) => entry !== null);
  }

  async begin(agent: string, id: string): Promise<MailEntry> {
    const shelf = this.#state.own(agent);
    const letter = shelf.letter(id);
    if (letter === null || letter.name.state !== 'queued' || !letter.durable) throw unknownMessage(agent, id);
    return this.#claim(shelf, letter, begun(letter.name));
  }

  async take(agent: string): Promise<MailEntry | null> {
    const shelf = this.#state.own(agent);
    for (;;) {
      const letter = shelf.head(this.#state.now, ANY);
      if (letter === null) return null;
      if (this.entry(shelf, letter) === null) continue;
      const entry = await this.#claim(shelf, letter, taken(letter.name));
      this.#handedOver(letter);
      this.#state.ports.emit('message.submitted', agent, {
        id: letter.id,
        attempt: letter.name.attempt,
        door: 'inbox',
      });
      return entry;
    }
  }

  submitted(agent: string, id: string, door: string): void {
    const { shelf, letter } = this.#open(agent, id, ['delivering']);
    if (letter === null) return;
    this.#rename(shelf, letter, { ...letter.name, state: 'submitted' });
    this.#handedOver(letter);
    this.#state.ports.emit('message.submitted', agent, { id, attempt: letter.name.attempt, door });
  }

  started(agent: string, id: string): void {
    const { shelf, letter } = this.#open(agent, id, ['delivering', 'submitted']);
    if (letter === null) return;
    this.#rename(shelf, letter, { ...letter.name, state: 'started' });
    this.#handedOver(letter);
    this.#state.ports.emit('message.started', agent, { id });
  }

  /** The turn is over. Where nobody has to acknowledge this is the end; else the lease goes on. */
  finished(agent: string, id: string): void {
    const { shelf, letter } = this.#open(agent, id, ['submitted', 'started']);
    if (letter === null || this.#state.rules.lease !== null) return;
    this.#end(shelf, letter, handled(letter.name, letter.name.state === 'started' ? 'started' : 'submitted'));
    this.#state.ports.emit('message.over', agent, { id });
  }

  async ack(agent: string, id: string, by: string): Promise<MailEntry> {
    const shelf = this.#state.own(agent);
    const letter = shelf.letter(id);
    const content = letter?.content ?? null;
    const name = letter?.name ?? shelf.finished.get(id)?.name;
    if (name === undefined || letter?.durable === false) throw unknownMessage(agent, id);
    if (name.state !== 'acked' && name.state !== 'answered') {
      if (letter !== null) this.#end(shelf, letter, handled(name, 'acked'), true);
      else this.#rewrite(shelf, id, handled(name, 'acked'), true);
      this.#state.ports.emit('message.acked', agent, { id, by });
    }
    // Also when it was acknowledged before: what was written then may not be on the disk yet.
    await this.#onDisk(agent, 'done');
    const entry = this.filed(agent, shelf.finished.get(id)?.saved ?? name, content);
    if (entry === null) throw unknownMessage(agent, id);
    return entry;
  }

  /** The recipient of a message answered it. @returns whether that is news */
  answered(agent: string, id: string, reply: string): boolean {
    const shelf = this.#state.shelves.get(agent);
    const name = shelf?.letter(id)?.name ?? shelf?.finished.get(id)?.name;
    if (shelf === undefined || name === undefined || name.state === 'answered') return false;
    if (name.box !== 'cur' && name.box !== 'done') return false;
    const letter = shelf.letter(id);
    if (letter !== null) this.#end(shelf, letter, handled(name, 'answered'));
    else this.#rewrite(shelf, id, handled(name, 'answered'), false);
    this.#state.ports.emit('message.answered', agent, { id, reply });
    return true;
  }

  /** @param detail a sentence for people */
  defer(agent: string, id: string, why: SubmitResult, detail: string): void {
    const { shelf, letter } = this.#open(agent, id, ['delivering']);
    if (letter === null) return;
    this.#rename(shelf, letter, deferred(letter.name));
    letter.due = this.#state.now;
    this.#state.ports.emit('message.deferred', agent, { id, why, detail });
    this.#state.changed(agent);
  }

  /** @param at once: without a back-off @param last what it dies of when that was the last attempt */
  retry(agent: string, id: string, why: string, last: DeadReason = 'attempts', atOnce = false): void {
    const { shelf, letter } = this.#open(agent, id, ['delivering', 'submitted', 'started']);
    if (letter === null) return;
    const { ports, rules } = this.#state;
    const { attempt } = letter.name;
    const backoff = waitAfter(attempt, rules);
    if (backoff === null) return this.die(agent, id, last, why);
    const wait = atOnce ? 0 : backoff;
    this.#rename(shelf, letter, queued(letter.name, wait === 0 ? null : ports.clock.wall() + wait));
    letter.due = this.#state.now + wait;
    letter.leaseEnds = Number.POSITIVE_INFINITY;
    ports.emit('message.retried', agent, { id, attempt, why, wait });
    this.#state.changed(agent);
  }

  /** @param why a sentence about the last attempt */
  die(agent: string, id: string, reason: DeadReason, why?: string): void {
    const shelf = this.#state.own(agent);
    const letter = shelf.letter(id);
    if (letter === null || !letter.durable) return;
    this.#end(shelf, letter, died(letter.name, reason));
    const told = why === undefined ? {} : { why };
    this.#state.ports.emit('message.dead', agent, { id, reason, attempt: letter.name.attempt, ...told });
  }

  /** The agent that was handed these is gone: they are handed over again, each as often as deliveries are allowed. */
  handBack(agent: string, why: string): void {
    for (const { id, name } of this.#state.own(agent).live.slice())
      if (name.state !== 'queued') this.retry(agent, id, why, 'attempts', true);
  }

  /** A live copy as others see it; null, and out of the way, when its file is damaged or gone. */
  entry(shelf: Shelf, letter: Letter): MailEntry | null {
    const { store } = this.#state.ports;
    const file = store.file(shelf.agent, letter.saved);
    if (letter.content !== null) return mailEntry(letter.content, letter.name, file);
    const read = store.read(shelf.agent, letter.saved);
    if (read?.ok) return mailEntry(read.value, letter.name, file);
    const aside = read === null ? null : store.setAside(file, basename(file), this.#state.stamp());
    this.#lost(shelf, letter, aside, read === null ? 'it was taken away' : read.why);
    return null;
  }

  /** A copy by the name of its file; null when it is gone or damaged. */
  filed(agent: string, name: MailName, known: Sealed | null = null): MailEntry | null {
    const { store } = this.#state.ports;
    const read = known === null ? store.read(agent, name) : { ok: true as const, value: known };
    return read?.ok ? mailEntry(read.value, name, store.file(agent, name)) : null;
  }

  async #claim(shelf: Shelf, letter: Letter, to: MailName): Promise<MailEntry> {
    const { agent } = shelf;
    const before = letter.name;
    try {
      this.#state.move(agent, letter, to, true);
    } catch (error) {
      if ((error as OrchestraError).data.code !== 'ENOENT') throw error;
      this.#lost(shelf, letter, null, 'it was taken away');
      throw unknownMessage(agent, letter.id);
    }
    this.#state.ports.emit('message.delivering', agent, { id: letter.id, attempt: to.attempt });
    try {
      await this.#onDisk(agent, 'cur', letter.safe);
    } catch (error) {
      if (letter.name === to) this.#rename(shelf, letter, before); // nobody was handed anything
      throw error;
    }
    // Acknowledged or purged meanwhile, or damaged: then it must not be handed over.
    const entry = shelf.letter(letter.id) === letter ? this.entry(shelf, letter) : null;
    if (entry === null) throw unknownMessage(agent, letter.id);
    return entry;
  }

  /**
   * Only the target's folder: a rename of which a power loss kept just that half shows the message in both, and the further one counts at the start.
   */
  async #onDisk(agent: string, box: Box, itself: Promise<void> | null = null): Promise<void> {
    try {
      await Promise.all([this.#state.ports.store.syncBox(agent, box), itself]);
    } catch (error) {
      throw storageError(error, `the mail of ${agent} can't be changed`);
    }
  }

  #lost(shelf: Shelf, letter: Letter, aside: string | null, why: string): void {
    const { store, emit } = this.#state.ports;
    shelf.drop(letter);
    emit('mail.corrupt', shelf.agent, { file: aside ?? store.file(shelf.agent, letter.saved), why });
  }

  #handedOver(letter: Letter): void {
    const { lease } = this.#state.rules;
    letter.leaseEnds = lease === null ? Number.POSITIVE_INFINITY : this.#state.now + lease;
  }

  #open(agent: string, id: string, states: readonly string[]): { shelf: Shelf; letter: Letter | null } {
    const shelf = this.#state.own(agent);
    const letter = shelf.letter(id);
    return { shelf, letter: letter !== null && states.includes(letter.name.state) ? letter : null };
  }

  #rename(shelf: Shelf, letter: Letter, to: MailName): void {
    this.#state.move(shelf.agent, letter, to, false);
  }

  #end(shelf: Shelf, letter: Letter, to: MailName, must = false): void {
    this.#state.move(shelf.agent, letter, to, must);
    shelf.drop(letter);
    const at = this.#state.now;
    // A rename that the disk has yet to take knows this very object.
    shelf.finish(letter.id, letter.saved === to ? { name: to, saved: to, at } : Object.assign(letter, { at }));
    this.#state.changed(shelf.agent);
  }

  #rewrite(shelf: Shelf, id: string, to: MailName, must: boolean): void {
    const finished = shelf.finished.get(id);
    if (finished === undefined) return;
    shelf.forget(id);
    try {
      this.#state.move(shelf.agent, finished, to, must);
    } finally {
      shelf.finish(id, finished);
    }
  }
}

export const unknownMessage = (agent: string, id: string): OrchestraError =>
  new OrchestraError(
    'unknown-message',
    `${agent} has no open message ${id}`,
    'see what there is with: orchestra queue ls',
  );

const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
