import type { Cancel, Clock } from '../platform/index.ts';
import type { ChannelSpec, ChannelStatus } from '../protocol/index.ts';
import type { Item } from './item.ts';
import { type Notice, noticeOf } from './notice.ts';
import { quietUntil } from './quiet-hours.ts';
import type { Sent } from './send.ts';
import { isStale, next, NOTHING_WAITS, settled, taken, type Timing, type Waiting } from './waiting.ts';

/** What is kept of a channel over a restart of the controller. Plain JSON. */
export interface KeptChannel {
  readonly waiting: Waiting;
  /** A notice on its way; `begun`: handed to the service, and what came of it is not known. */
  readonly sending: {
    readonly items: readonly Item[];
    readonly more: number;
    readonly lost: number;
    readonly begun: boolean;
  } | null;
}

export interface ChannelPorts {
  readonly clock: Clock;
  readonly session: string;
  newId(): string;
  timing(): Timing;
  /** The channel as it is configured now. */
  spec(): ChannelSpec;
  send(channel: ChannelSpec, notice: Notice): Promise<Sent>;
  /** Writes down how everything stands. */
  save(): void;
  /** It takes nothing (why), or it works again (null). */
  trouble(why: string | null, attempts: number): void;
}

/** Waits between the tries, ms. */
export const BACKOFF: readonly number[] = [2_000, 10_000, 60_000];

/** One channel: what waits for it, and the one notice that is on its way. */
export class Channel {
  readonly #ports: ChannelPorts;
  #waiting: Waiting = NOTHING_WAITS;
  #sending: KeptChannel['sending'] = null;
  #notice: Notice | null = null;
  #tries = 0;
  #timer: Cancel | null = null;
  #under: Promise<void> = Promise.resolve();
  #closed = false;
  /** The session goes down: nothing is waited for any more. */
  #finishing = false;
  #last: number | null = null;
  #trouble: string | null = null;

  constructor(ports: ChannelPorts) {
    this.#ports = ports;
  }

  get kept(): KeptChannel {
    return { waiting: this.#waiting, sending: this.#sending };
  }

  /** Goes on where an earlier controller ended. */
  restore({ waiting, sending }: KeptChannel): void {
    const now = this.#ports.clock.wall();
    // Between two tries: nobody has it. In the middle of one: it may have arrived, and nothing is told twice.
    const again = sending === null || sending.begun ? [] : sending.items;
    const all = [...again, ...waiting.items];
    const items = all.filter(({ at }) => !isStale(at, this.#ports.timing(), now));
    const more = waiting.more + (again.length > 0 ? (sending?.more ?? 0) : 0);
    const unknown = sending?.begun ? sending.items.length + sending.more : 0;
    const lost = waiting.lost + (sending?.lost ?? 0) + unknown + all.length - items.length;
    this.#waiting = { ...waiting, items, more: items.length === 0 ? 0 : more, lost };
    if (sending?.begun)
      this.#fail('the controller ended while a notice was sent: it may have arrived, and is not sent again', 1);
  }

  take(item: Item): void {
    this.#waiting = taken(this.#waiting, item);
  }

  settle(agent: string): void {
    this.#waiting = settled(this.#waiting, agent);
  }

  /** Sends what is due, or sees to it that it is looked again. */
  look(): void {
    this.#timer?.();
    this.#timer = null;
    if (this.#closed || this.#sending !== null) return;
    const { clock } = this.#ports;
    const now = clock.wall();
    const timing = this.#ports.timing();
    const found = next(this.#waiting, this.#finishing ? { ...timing, groupWait: 0, rateLimit: null } : timing, now);
    if (found.send === null) {
      // Looked at once an hour at least: a laptop that slept, or a clock that was set, moves the moment.
      if (found.wake !== null) this.#timer = clock.after(Math.min(found.wake - now, 3_600_000), () => this.look());
      return;
    }
    const { send: items, more, lost, rest } = found;
    this.#waiting = rest;
    this.#sending = { items, more, lost, begun: false };
    this.#notice = noticeOf(items, more, lost, { id: this.#ports.newId(), session: this.#ports.session, now });
    this.#tries = 0;
    this.#try();
  }

  /** Sends what there is without waiting; resolves once it is told or was tried. */
  async finish(): Promise<void> {
    this.#finishing = true;
    await this.#under;
    if (this.#sending !== null && this.#timer !== null) this.#try();
    else this.look();
    await this.#under;
  }

  /** Resolves when nothing is on its way. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.();
    this.#timer = null;
    await this.#under;
  }

  status(): Omit<ChannelStatus, 'channel' | 'kind'> {
    const quiet = quietUntil(this.#ports.clock.wall(), this.#ports.timing().quietHours);
    const { items, more } = this.#waiting;
    return {
      waiting: items.length + more + (this.#sending === null ? 0 : this.#sending.items.length + this.#sending.more),
      last: this.#last === null ? null : new Date(this.#last).toISOString(),
      trouble: this.#trouble,
      quiet_until: quiet === null ? null : new Date(quiet).toISOString(),
    };
  }

  #try(): void {
    this.#timer?.();
    this.#timer = null;
    const [sending, notice] = [this.#sending, this.#notice];
    if (sending === null || notice === null) return;
    this.#sending = { ...sending, begun: true };
    this.#ports.save();
    this.#tries++;
    this.#under = this.#ports.send(this.#ports.spec(), notice).then((sent) => this.#came(sent));
  }

  #came(sent: Sent): void {
    const sending = this.#sending;
    if (sending === null) return;
    if (sent.ok) {
      this.#last = this.#ports.clock.wall();
      this.#trouble = null;
      this.#over();
      this.#ports.trouble(null, this.#tries);
      return;
    }
    const pause = BACKOFF[this.#tries - 1];
    if (sent.again === null || pause === undefined || this.#finishing) {
      const { items, more, lost } = sending;
      // Said with the next one that gets through.
      this.#waiting = { ...this.#waiting, lost: this.#waiting.lost + items.length + more + lost };
      this.#over();
      this.#fail(sent.message, this.#tries);
      return;
    }
    this.#sending = { ...sending, begun: false };
    this.#ports.save();
    if (!this.#closed) this.#timer = this.#ports.clock.after(Math.max(pause, sent.again), () => this.#try());
  }

  #over(): void {
    this.#sending = null;
    this.#notice = null;
    this.#ports.save();
    this.look();
  }

  #fail(why: string, attempts: number): void {
    this.#trouble = why;
    this.#ports.trouble(why, attempts);
  }
}
