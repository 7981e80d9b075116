import { Notices } from '../../src/notices/index.ts';
import type { HttpPost, HttpReply } from '../../src/platform/index.ts';
import {
  type ChannelSpec,
  type EventFilter,
  type EventMap,
  type EventType,
  NO_NOTICES,
  type NoticesSpec,
  type OrchestraEvent,
} from '../../src/protocol/index.ts';
import { FakeClock } from './fake-clock.ts';

/** What lies on the disk, and outlives a controller. */
interface Disk {
  events: OrchestraEvent[];
  state: string | null;
}

export const slack = (url = 'https://team.example'): ChannelSpec => ({ kind: 'slack', url });

/** Lets everything that waits for nothing but its turn come to its end. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Notices with a journal in memory, a clock that stands, and a world that answers what the test says. `reborn` is the next controller. */
export class NoticesHouse {
  readonly clock: FakeClock;
  readonly disk: Disk;
  spec: NoticesSpec;
  notices: Notices;
  /** What was posted: the first line of each. */
  readonly posted: { host: string; text: string }[] = [];
  readonly degraded = new Map<string, string>();
  answer: (request: HttpPost) => HttpReply | Promise<HttpReply> = () => ({ status: 200, headers: {}, body: 'ok' });
  asks: string | null = null;
  diskFull = false;
  readonly #held: OrchestraEvent[] = [];
  readonly #listeners = new Set<(event: OrchestraEvent) => void>();
  #seq: number;

  constructor(spec: Partial<NoticesSpec> = {}, disk: Disk = { events: [], state: null }, clock = new FakeClock()) {
    this.spec = {
      ...NO_NOTICES,
      channels: { team: slack() },
      rules: [{ events: [], severity: 'warning', agents: null, to: ['team'] }],
      ...spec,
    };
    this.disk = disk;
    this.clock = clock;
    this.#seq = disk.events.at(-1)?.seq ?? 0;
    this.notices = this.#make();
  }

  #make(): Notices {
    const [held, seq] = [this.#held, () => this.#seq];
    return new Notices({
      clock: this.clock,
      session: 'garden',
      words: { event: ({ type, data }) => `${type} ${JSON.stringify(data)}`, asks: () => this.asks },
      newId: () => 'id',
      spec: () => this.spec,
      journal: {
        get seq() {
          return seq();
        },
        listen: (listener) => {
          this.#listeners.add(listener);
          return () => void this.#listeners.delete(listener);
        },
        flush: () => {
          if (this.diskFull) return false;
          this.disk.events.push(...held.splice(0));
          return true;
        },
        query: ({ types, since, last }: EventFilter) =>
          [...this.disk.events, ...held]
            .filter(({ type, time }) => (types?.includes(type) ?? true) && (since === undefined || time >= since))
            .slice(-(last ?? 10_000)),
      },
      load: () => this.disk.state,
      save: (text) => {
        if (this.diskFull) throw new Error('ENOSPC');
        this.disk.state = text;
      },
      emit: (type, agent, data) => this.event(type, agent, data),
      degraded: (what, message) => {
        if (message === null) this.degraded.delete(what);
        else this.degraded.set(what, message);
      },
      post: async (request) => {
        const [text = ''] = String((JSON.parse(request.body) as { text: string }).text).split('\n');
        this.posted.push({ host: new URL(request.url).hostname, text });
        return this.answer(request);
      },
      mail: async () => ({ ok: true }),
      run: async () => ({ code: 0, signal: null, stdout: '', stderr: '', timedOut: false, error: null }),
      bell: async () => 0,
      resolve: (text) => ({ ok: true, text }),
      env: {},
      project: '/garden',
    });
  }

  event<T extends EventType>(type: T, agent: string | null, data: EventMap[T]): void {
    const event = {
      seq: ++this.#seq,
      time: new Date(this.clock.wall()).toISOString(),
      type,
      agent,
      data,
    } as OrchestraEvent;
    this.#held.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** An agent is broken: critical. */
  broken(agent = 'kaede'): void {
    this.event('agent.state', agent, { from: 'running', to: 'broken', detail: 'died' });
  }

  /** Lets time pass, and what is due in it come to its end. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      this.clock.pass(Math.min(500, left));
      await settle();
    }
  }

  /** The controller is killed, and another takes up what lies on the disk, so many milliseconds later. */
  reborn(later = 0): NoticesHouse {
    this.#listeners.clear();
    const clock = new FakeClock();
    clock.wallAhead = this.clock.wall() + later;
    const next = new NoticesHouse(this.spec, { events: [...this.disk.events], state: this.disk.state }, clock);
    return next;
  }

  /** What was asked of the world, in words. */
  get texts(): string[] {
    return this.posted.map(({ text }) => text);
  }

  /** Failures that were told in the journal. */
  get failures(): unknown[] {
    return [...this.disk.events, ...this.#held].flatMap((each) => (each.type === 'notice.failed' ? [each.data] : []));
  }
}
