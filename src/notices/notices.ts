import type { Cancel, Clock } from '../platform/index.ts';
import type {
  ChannelResult,
  ChannelSpec,
  ChannelStatus,
  Emit,
  EventFilter,
  NoticeService,
  NoticesSpec,
  NoticesStatus,
  OrchestraEvent,
} from '../protocol/index.ts';
import { Channel, type KeptChannel } from './channel.ts';
import type { Item } from './item.ts';
import { channelsFor, meaning, type Memory, NOTHING_SEEN, OWN_TROUBLE, settledBy } from './match.ts';
import type { SendPorts } from './ports.ts';
import { send } from './send.ts';
import { testChannels } from './test-channels.ts';
import { isStale } from './waiting.ts';
import { type Words, wordsFor } from './words.ts';

export interface NoticesPorts extends SendPorts {
  readonly clock: Clock;
  readonly session: string;
  readonly words: Words;
  newId(): string;
  spec(): NoticesSpec;
  readonly journal: {
    readonly seq: number;
    listen(listener: (event: OrchestraEvent) => void): Cancel;
    /** Writes what it holds. */
    flush(): boolean;
    query(filter: EventFilter): readonly OrchestraEvent[];
  };
  /** What was saved last; null when nothing was. */
  load(): string | null;
  /** Throws what the disk says. */
  save(text: string): void;
  readonly emit: Emit;
  degraded(what: string, message: string | null): void;
}

/** Everything that outlives a controller. Plain JSON. */
interface Kept {
  /** Events of the journal up to this one were looked at. */
  readonly position: number;
  readonly memory: Memory;
  readonly channels: Readonly<Record<string, KeptChannel>>;
}

/** An event is written down this much later at the most: a crew that comes up must not wait for a write each. Milliseconds. */
const SAVE_AFTER = 150;
/** What is on its way when the session ends or its controller leaves gets this long. */
export const FAREWELL = 3_000;
const DAY = 86_400_000;

/** Listens to the journal and tells people what they asked to be told. Nothing here makes anybody wait. */
export class Notices implements NoticeService {
  readonly #ports: NoticesPorts;
  readonly #channels = new Map<string, Channel>();
  /** Newest event that lay on the disk when this controller began: one after it may bear a number again that was lost. */
  readonly #onDisk: number;
  #position = 0;
  #memory: Memory = NOTHING_SEEN;
  #unlisten: Cancel | null = null;
  #saving: Cancel | null = null;
  readonly #failing = new Set<string>();
  #started = false;
  #closed = false;

  constructor(ports: NoticesPorts) {
    this.#ports = ports;
    this.#onDisk = ports.journal.seq;
  }

  get #isWanted(): boolean {
    return this.#ports.spec().rules.length > 0;
  }

  /** Takes up what an earlier controller had still to tell, and what happened while none ran. */
  start(): void {
    this.#started = true;
    this.#match();
    if (this.#isWanted) this.#catchUp();
    else this.#position = this.#ports.journal.seq;
    this.#unlisten = this.#ports.journal.listen((event) => this.#onEvent(event));
    this.#look();
  }

  /** The configuration is another one. */
  changed(): void {
    this.#match();
    this.#saveSoon();
    this.#look();
  }

  async notices(): Promise<NoticesStatus> {
    const { channels, rules } = this.#ports.spec();
    const status = ([channel, { kind }]: [string, ChannelSpec]): ChannelStatus => ({
      channel,
      kind,
      ...(this.#channels.get(channel) ?? this.#make(channel)).status(),
    });
    return { channels: Object.entries(channels).map(status), rules };
  }

  testNotices(channels: readonly string[]): Promise<readonly ChannelResult[]> {
    const { session, clock } = this.#ports;
    const told = { id: this.#ports.newId(), session, now: clock.wall() };
    return testChannels(this.#ports.spec().channels, channels, told, this.#ports);
  }

  /** The session ends: tells at once what waits, unless it is quiet. */
  async finish(): Promise<void> {
    const all = Promise.all([...this.#channels.values()].map((channel) => channel.finish()));
    await Promise.race([all, this.#ports.clock.pause(FAREWELL)]);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#unlisten?.();
    const all = Promise.all([...this.#channels.values()].map((channel) => channel.close()));
    await Promise.race([all, this.#ports.clock.pause(FAREWELL)]);
    this.#save();
    this.#closed = true;
  }

  // ---- events ---------------------------------------------------------------------------------------------------------

  #catchUp(): void {
    const { journal, clock, spec } = this.#ports;
    const kept = this.#load();
    const { maxAge, quietHours } = spec();
    journal.flush();
    if (kept !== null) {
      this.#memory = kept.memory;
      for (const [name, channel] of Object.entries(kept.channels)) this.#channels.get(name)?.restore(channel);
    }
    // The first time there is none: the session that came up just now is the first that is told of.
    const up = kept === null ? (journal.query({ types: ['session.up'], last: 1 })[0]?.seq ?? journal.seq + 1) : 0;
    this.#position = kept === null ? up - 1 : Math.min(kept.position, this.#onDisk);
    const oldest = clock.wall() - maxAge - (quietHours === null ? 0 : DAY);
    for (const event of journal.query({ since: new Date(oldest).toISOString() })) {
      if (event.seq > this.#position) this.#takeUp(event);
    }
    this.#save();
  }

  #onEvent(event: OrchestraEvent): void {
    if (!this.#isWanted) this.#position = event.seq;
    else if (this.#takeUp(event)) {
      this.#saveSoon();
      this.#look();
    }
  }

  /** @returns whether somebody is to be told */
  #takeUp(event: OrchestraEvent): boolean {
    const { spec, clock, words } = this.#ports;
    this.#position = event.seq;
    const { named, memory } = meaning(this.#memory, event);
    this.#memory = memory;
    const done = settledBy(event);
    if (done !== null) for (const channel of this.#channels.values()) channel.settle(done);
    const to = channelsFor(spec().rules, event, named);
    const at = Date.parse(event.time);
    if (to.length === 0 || isStale(at, spec(), clock.wall())) return false;
    const { seq, agent } = event;
    const item: Item = { ...named, seq, at, agent, text: wordsFor(event, named, words) };
    for (const name of to) this.#channels.get(name)?.take(item);
    return true;
  }

  #look(): void {
    for (const channel of this.#channels.values()) channel.look();
  }

  // ---- channels -------------------------------------------------------------------------------------------------------

  /** As many channels as are configured. What waited for one that is gone is told by nobody. */
  #match(): void {
    const { channels } = this.#ports.spec();
    for (const [name, channel] of this.#channels) {
      if (Object.hasOwn(channels, name)) continue;
      void channel.close();
      this.#channels.delete(name);
      this.#trouble(name, null, 0);
    }
    for (const name of Object.keys(channels)) {
      if (!this.#channels.has(name)) this.#channels.set(name, this.#make(name));
    }
  }

  #make(name: string): Channel {
    const { clock, session } = this.#ports;
    const channel = new Channel({
      clock,
      session,
      newId: () => this.#ports.newId(),
      timing: () => this.#ports.spec(),
      spec: () => this.#ports.spec().channels[name] as ChannelSpec,
      send: (spec, notice) => send(spec, notice, this.#ports),
      save: () => this.#save(),
      trouble: (why, attempts) => this.#trouble(name, why, attempts),
    });
    return channel;
  }

  /** Told once, when it begins: two channels that fail would tell each other of it for ever. */
  #trouble(channel: string, why: string | null, attempts: number): void {
    this.#ports.degraded(`${OWN_TROUBLE}${channel}`, why);
    if (why === null) this.#failing.delete(channel);
    else if (!this.#failing.has(channel)) {
      this.#failing.add(channel);
      this.#ports.emit('notice.failed', null, { channel, attempts, why });
    }
  }

  // ---- what outlives a controller ---------------------------------------------------------------------------------------

  #load(): Kept | null {
    try {
      return JSON.parse(this.#ports.load() ?? 'null') as Kept | null;
    } catch {
      return null; // of another version, or damaged: what happens from now on is told
    }
  }

  #saveSoon(): void {
    this.#saving ??= this.#ports.clock.after(SAVE_AFTER, () => this.#save());
  }

  #save(): void {
    this.#saving?.();
    this.#saving = null;
    // One that never took up what its predecessor kept must not write over it.
    if (this.#closed || !this.#started) return;
    // What is kept speaks of events by their place: one that was not written would give its place to another.
    this.#ports.journal.flush();
    const channels = Object.fromEntries([...this.#channels].map(([name, channel]) => [name, channel.kept]));
    const kept: Kept = { position: this.#position, memory: this.#memory, channels };
    try {
      this.#ports.save(JSON.stringify(kept));
      this.#ports.degraded('notices', null);
    } catch (error) {
      // Told all the same: a full disk is what people want to hear of.
      const why = `what was told can't be written (${(error as Error).message}): a restart of the controller may repeat or forget it`;
      this.#ports.degraded('notices', why);
    }
  }
}
