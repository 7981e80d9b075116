import { byOrder, type MailName, type Sealed } from '../mailbox/index.ts';
import type { DeliveryMode } from '../protocol/index.ts';
import type { Recipient } from './ports.ts';

/** A copy that is neither done nor dead. Times are on the monotonic clock, milliseconds. */
export interface Letter {
  readonly id: string;
  readonly from: string;
  readonly delivery: DeliveryMode | null;
  readonly replyTo: string | null;
  /** What was decided. */
  name: MailName;
  /** The name its file has: another one while the disk refused a rename. */
  saved: MailName;
  /** False until it is on the disk: nobody may be handed what its sender may still be refused. */
  durable: boolean;
  expires: number;
  /** End of its back-off. */
  due: number;
  /** When it has to be acknowledged. */
  leaseEnds: number;
  /** Not null while its own file may be lost with the power: before it is handed over this is waited for. */
  safe: Promise<void> | null;
  /** The message itself, when it is short. */
  content: Sealed | null;
}

/** A copy that is done or dead. */
export interface Finished {
  name: MailName;
  saved: MailName;
  /** On the monotonic clock; null when it was found at the start. */
  readonly at: number | null;
}

export interface Counts {
  readonly queued: number;
  readonly inFlight: number;
  readonly dead: number;
}

/** What the queue knows of one mailbox. Pure: the files are somebody else's. */
export class Shelf {
  readonly agent: string;
  /** A sentence while the folder can't be read. */
  broken: string | null = null;
  /** How its owner is written to; null: not of the crew, and left as it is. */
  owner: Recipient | null = null;
  /** What was being delivered when the controller ended has been decided upon. */
  judged = false;
  readonly finished = new Map<string, Finished>();
  /** Monotonic time before which no finished one is old enough to go. */
  lookAgain = 0;
  readonly #live: Letter[] = [];
  readonly #byId = new Map<string, Letter>();
  #dead = 0;

  constructor(agent: string) {
    this.agent = agent;
  }

  /** In the order of delivery. */
  get live(): readonly Letter[] {
    return this.#live;
  }

  letter(id: string): Letter | null {
    return this.#byId.get(id) ?? null;
  }

  knows(id: string): boolean {
    return this.#byId.has(id) || this.finished.has(id);
  }

  put(letter: Letter): void {
    let at = this.#live.length;
    for (let low = 0; low < at; ) {
      const middle = (low + at) >>> 1;
      if (byOrder((this.#live[middle] as Letter).name, letter.name) <= 0) low = middle + 1;
      else at = middle;
    }
    this.#live.splice(at, 0, letter);
    this.#byId.set(letter.id, letter);
  }

  drop(letter: Letter): void {
    const at = this.#live.indexOf(letter);
    if (at >= 0) this.#live.splice(at, 1);
    this.#byId.delete(letter.id);
  }

  finish(id: string, finished: Finished): void {
    this.forget(id);
    this.finished.set(id, finished);
    if (finished.name.box === 'dead') this.#dead++;
  }

  forget(id: string): void {
    if (this.finished.get(id)?.name.box === 'dead') this.#dead--;
    this.finished.delete(id);
  }

  clear(): void {
    this.#live.length = 0;
    this.#byId.clear();
    this.finished.clear();
    this.#dead = 0;
  }

  /**
   * The message that may be handed over now. By rank, then by order of admission; while an earlier message of one sender waits (for its back-off,
   * for the disk, for the end of its delivery), later ones of that sender and rank wait behind it, and other senders go on.
   * @param modes ways of delivery that are possible now; what is to be delivered in another way is passed over and holds up nothing
   */
  head(now: number, modes: readonly DeliveryMode[]): Letter | null {
    const waiting = new Set<string>();
    for (const letter of this.#live) {
      const { name } = letter;
      if (name.state === 'submitted' || name.state === 'started') continue;
      if (!modes.includes(letter.delivery ?? this.owner?.delivery ?? 'idle')) continue;
      if (letter.expires <= now && !name.redriven && name.state === 'queued') continue;
      const sender = `${name.rank}/${letter.from}`;
      if (waiting.has(sender)) continue;
      if (name.state === 'queued' && letter.durable && letter.due <= now) return letter;
      waiting.add(sender);
    }
    return null;
  }

  /**
   * When the first back-off ends of those that had not at `looked`, both on the monotonic clock, ms; null when there is none. Counted from the moment of
   * the look and not from now: what came due between the two would be found by neither.
   */
  nextDue(looked: number): number | null {
    let first = Number.POSITIVE_INFINITY;
    for (const { name, due } of this.#live) if (name.state === 'queued' && due > looked) first = Math.min(first, due);
    return first === Number.POSITIVE_INFINITY ? null : first;
  }

  counts(): Counts {
    let queued = 0;
    for (const { name } of this.#live) if (name.state === 'queued') queued++;
    return { queued, inFlight: this.#live.length - queued, dead: this.#dead };
  }
}
