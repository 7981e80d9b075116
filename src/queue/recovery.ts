import type { Contents, MailName } from '../mailbox/index.ts';
import type { FanOut } from './fan-out.ts';
import type { Moves } from './moves.ts';
import type { Shelf } from './shelf.ts';
import type { QueueState } from './state.ts';
import { queued, restOf } from './transition.ts';

/** Which of two files of one message counts: the one that went further. A power loss may keep just one half of a rename. */
const FURTHER: Readonly<Record<MailName['box'], number>> = { new: 0, cur: 1, dead: 2, done: 3 };

/** Builds up what is known from what lies there. */
export class Recovery {
  readonly #state: QueueState;
  readonly #moves: Moves;
  readonly #fanOut: FanOut;

  constructor(state: QueueState, moves: Moves, fanOut: FanOut) {
    this.#state = state;
    this.#moves = moves;
    this.#fanOut = fanOut;
  }

  /** Reads every mailbox. A mailbox that can't be read is one agent's trouble. @returns the highest sequence number. Throws when the queue can't be read. */
  async scan(): Promise<number> {
    const { store, turn } = this.#state.ports;
    store.prepare();
    store.cleanIntake();
    store.recover();
    let highest = 0;
    for (const agent of store.agents()) {
      highest = Math.max(highest, this.load(this.#state.shelf(agent)));
      await turn();
    }
    const { names, strange } = store.circulars();
    for (const { entry } of strange)
      this.#aside(null, `${store.paths.intake}/cur/${entry}`, entry, 'its name is none of a message');
    for (const name of names) {
      highest = Math.max(highest, name.seq);
      await this.#finish(name);
    }
    this.#answers();
    return highest;
  }

  /** Reads one mailbox again. @returns the highest sequence number in it */
  load(shelf: Shelf): number {
    const { store, degraded } = this.#state.ports;
    const { agent } = shelf;
    shelf.clear();
    let contents: Contents;
    try {
      store.open(agent);
      store.clean(agent);
      contents = store.contents(agent);
      shelf.broken = null;
      degraded(`mailbox of ${agent}`, null);
    } catch (error) {
      shelf.broken = (error as Error).message;
      degraded(`mailbox of ${agent}`, `it can't be read: ${shelf.broken}`);
      return 0;
    }
    for (const { box, entry } of contents.strange)
      this.#aside(agent, `${store.paths.mailbox(agent)}/${box}/${entry}`, entry, 'its name is none of a message');
    let highest = 0;
    for (const name of this.#oneEach(agent, contents.names)) {
      highest = Math.max(highest, name.seq);
      if (name.box === 'new' || name.box === 'cur') this.#take(shelf, name);
      else shelf.finish(name.id, { name, saved: name, at: null });
    }
    shelf.judged = false;
    return highest;
  }

  /** Decides on what was being delivered when the last controller ended. */
  judge(shelf: Shelf): void {
    if (shelf.judged || shelf.owner === null || shelf.broken !== null) return;
    shelf.judged = true;
    const { interrupted } = shelf.owner;
    const { ports, rules } = this.#state;
    const { lease } = rules;
    for (const letter of shelf.live.slice()) {
      const { state, notBefore } = letter.name;
      if (state === 'queued') letter.due = this.#state.now + restOf(notBefore, ports.clock.wall(), rules);
      if (state === 'submitted' || state === 'started')
        letter.leaseEnds = lease === null ? Infinity : this.#state.now + lease;
      if (state !== 'delivering') continue;
      if (interrupted === 'dead') this.#moves.die(shelf.agent, letter.id, 'ambiguous');
      else if (interrupted === 'again') this.#state.move(shelf.agent, letter, queued(letter.name), false);
    }
  }

  /** In the order of admission, so that the oldest that is done is looked at first when it is time to clean up. */
  #oneEach(agent: string, names: readonly MailName[]): MailName[] {
    const best = new Map<string, MailName>();
    for (const name of names) {
      const other = best.get(name.id);
      const further = other === undefined || FURTHER[name.box] > FURTHER[other.box] ? name : other;
      best.set(name.id, further);
      if (other !== undefined) this.#state.ports.store.remove(agent, further === name ? other : name);
    }
    return [...best.values()].sort((a, b) => a.seq - b.seq);
  }

  #take(shelf: Shelf, name: MailName): void {
    const { store } = this.#state.ports;
    const read = store.read(shelf.agent, name);
    if (read === null) return;
    const file = store.file(shelf.agent, name);
    if (!read.ok) return this.#aside(shelf.agent, file, file.slice(file.lastIndexOf('/') + 1), read.why);
    shelf.put(this.#state.newLetter(name, read.value, JSON.stringify(read.value).length, true));
  }

  async #finish(name: MailName): Promise<void> {
    const { store, emit } = this.#state.ports;
    const read = store.readCircular(name);
    if (read === null) return;
    const file = store.circularFile(name);
    // Torn: its sender was never told that it was accepted, and no copy was made before it was whole.
    if (!read.ok) return this.#aside(null, file, file.slice(file.lastIndexOf('/') + 1), read.why);
    const { type, from, priority, replyTo, seq, id } = read.value.message;
    for (const { content } of await this.#fanOut.complete(name, read.value))
      emit('message.queued', content?.to ?? null, { id, type, from, seq, priority, replyTo });
  }

  // A reply may have been admitted and the crash have come before what it answers was marked.
  #answers(): void {
    for (const shelf of this.#state.shelves.values())
      for (const { replyTo, from, id } of shelf.live) if (replyTo !== null) this.#moves.answered(from, replyTo, id);
  }

  #aside(agent: string | null, path: string, entry: string, why: string): void {
    const { store, emit } = this.#state.ports;
    emit('mail.corrupt', agent, { file: store.setAside(path, entry, this.#state.stamp()) ?? path, why });
  }
}
