import { type MailName, type Sealed, storageError } from '../mailbox/index.ts';
import { type MessagesSpec, OrchestraError } from '../protocol/index.ts';
import type { Crew, QueuePorts } from './ports.ts';
import { type Letter, Shelf } from './shelf.ts';
import { timeLeft } from './transition.ts';

/** A message of at most so many characters stays in memory: a mailbox may hold a thousand of a megabyte. */
const KEPT_IN_MEMORY = 4_096;

interface Unsaved {
  readonly agent: string;
  readonly item: { name: MailName; saved: MailName };
}

/** What all parts of the queue share: the mailboxes as they are known, the crew, and renames that the disk has yet to take. */
export class QueueState {
  readonly ports: QueuePorts;
  readonly shelves = new Map<string, Shelf>();
  crew: Crew | null = null;
  readonly #unsaved = new Set<Unsaved>();
  readonly #listeners = new Set<(agent: string) => void>();
  // The wall clock of the start, carried on by the monotonic one: a clock that is set meanwhile makes nothing old.
  readonly #epoch: number;
  #stamps = 0;

  constructor(ports: QueuePorts) {
    this.ports = ports;
    this.#epoch = ports.clock.wall() - ports.clock.mono();
  }

  get now(): number {
    return this.ports.clock.mono();
  }

  get steadyWall(): number {
    return this.#epoch + this.now;
  }

  get rules(): MessagesSpec {
    return this.knownCrew().rules;
  }

  knownCrew(): Crew {
    if (this.crew === null)
      throw new OrchestraError('not-running', 'the queue has no crew yet', 'try again in a moment');
    return this.crew;
  }

  shelf(agent: string): Shelf {
    let shelf = this.shelves.get(agent);
    if (shelf === undefined) {
      shelf = new Shelf(agent);
      this.shelves.set(agent, shelf);
    }
    return shelf;
  }

  /** Mailbox of an agent of the crew. Throws OrchestraError `unknown-agent`. */
  own(agent: string): Shelf {
    const shelf = this.shelves.get(agent);
    if (shelf?.owner) return shelf;
    throw new OrchestraError('unknown-agent', `no agent is named ${agent}`, 'see them with: orchestra status');
  }

  /** Shelves of the crew; the others are left as they are. */
  *crewShelves(): Iterable<Shelf> {
    for (const shelf of this.shelves.values()) if (shelf.owner !== null) yield shelf;
  }

  onChange(listener: (agent: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(agent: string): void {
    for (const listener of this.#listeners) listener(agent);
  }

  /** A prefix no other file in `corrupt/` has. */
  stamp(): string {
    return `${Math.trunc(this.ports.clock.wall())}-${this.#stamps++}-${Buffer.from(this.ports.random(3)).toString('hex')}`;
  }

  newLetter(name: MailName, content: Sealed, size: number, durable: boolean): Letter {
    const { clock } = this.ports;
    return {
      id: content.id,
      from: content.from,
      delivery: content.delivery,
      replyTo: content.replyTo,
      name,
      saved: name,
      durable,
      safe: null,
      expires: this.now + timeLeft(content.timestamp, content.ttl, clock.wall()),
      due: this.now,
      leaseEnds: Number.POSITIVE_INFINITY,
      content: size <= KEPT_IN_MEMORY ? content : null,
    };
  }

  /**
   * Renames a file to what was decided. What the disk refuses is tried again by `saveAll`; the decision stands meanwhile.
   * @param must throw OrchestraError `storage` instead, with nothing changed
   */
  move(agent: string, item: { name: MailName; saved: MailName }, to: MailName, must: boolean): void {
    const { store } = this.ports;
    try {
      store.move(agent, item.saved, to);
      item.saved = to;
    } catch (error) {
      if (must) throw storageError(error, `the mail of ${agent} can't be changed`);
      this.ports.degraded(`mail of ${agent}`, `a message can't be renamed: ${(error as Error).message}`);
      this.#unsaved.add({ agent, item });
    }
    item.name = to;
  }

  /** Tries again what the disk refused. */
  saveAll(): void {
    for (const unsaved of this.#unsaved) {
      const { agent, item } = unsaved;
      try {
        if (item.saved !== item.name) this.ports.store.move(agent, item.saved, item.name);
        item.saved = item.name;
      } catch (error) {
        // Gone altogether: somebody took the file away, and there is nothing left to be renamed.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') continue;
      }
      this.#unsaved.delete(unsaved);
      this.ports.degraded(`mail of ${agent}`, null);
    }
  }
}
