import { readFileSync } from 'node:fs';
import { readableLines } from '../../src/cli/log-tail.ts';
import { keepConnected } from '../../src/dashboard/connection.ts';
import type { Frame, Size } from '../../src/dashboard/frame.ts';
import type { Effect } from '../../src/dashboard/model/input.ts';
import type { ScreenId } from '../../src/dashboard/model/state.ts';
import { perform } from '../../src/dashboard/perform.ts';
import type { DashboardPorts } from '../../src/dashboard/ports.ts';
import { view } from '../../src/dashboard/view.ts';
import type {
  Asked,
  LiveScreen,
  MailEntry,
  MailFilter,
  OrchestraEvent,
  Snapshot,
  StreamMessage,
} from '../../src/protocol/index.ts';
import type { Client } from '../../src/rpc/index.ts';
import { Desk } from './dashboard.ts';

/** What a real session said (see record-dashboard.mjs). */
export interface Recording {
  /** ISO 8601: when the recording ended. */
  readonly end: string;
  /** The journal when the dashboard came, then what the socket said and when. */
  readonly before: readonly OrchestraEvent[];
  readonly stream: readonly { readonly at: string; readonly message: StreamMessage }[];
  /** Answers to what a dashboard asks at the end, mail by its filter as JSON, the others by agent. */
  readonly snapshot: Snapshot;
  readonly events: readonly OrchestraEvent[];
  readonly mail: Readonly<Record<string, readonly MailEntry[]>>;
  readonly screens: Readonly<Record<string, LiveScreen>>;
  readonly asked: Readonly<Record<string, Asked | null>>;
  /** Lines as they lie in the logs, escapes and all. */
  readonly logs: Readonly<Record<string, readonly string[]>>;
}

export const recording = (): Recording =>
  JSON.parse(readFileSync(new URL('../fixtures/dashboard/session.json', import.meta.url), 'utf8')) as Recording;

/** A dashboard that was there while a recording was made: connected, told and answered as it was then. */
export class Replay {
  readonly desk: Desk;
  readonly #said: Recording;
  readonly #ports: DashboardPorts;
  readonly #client: Client;
  /** The dashboard's own connection calls this with whatever comes. */
  #hear: (message: StreamMessage) => void = () => {};
  /** Nothing is answered with the end's knowledge before the end. */
  #over = false;
  /** The crew as the events left it, before it was asked how it really was. */
  followed: Snapshot | null = null;

  constructor(said: Recording) {
    this.#said = said;
    this.desk = new Desk({ width: 120, height: 30 }, {}, Date.parse(said.stream[0]?.at ?? said.end));
    this.#client = this.#clientOf(said);
    this.#ports = {
      clock: {
        wall: () => this.desk.now,
        mono: () => this.desk.now,
        after: () => () => {},
        pause: () => new Promise(() => {}),
      },
      input: process.stdin,
      output: process.stdout,
      connect: async () => this.#client,
      readLog: (agent) => readableLines(this.#known(`log of ${agent}`, said.logs[agent]).join('\n'), false),
      by: 'dashboard',
    };
  }

  /** All of it, up to its end. */
  async play(): Promise<this> {
    const { desk } = this;
    await new Promise<void>((live) => {
      keepConnected(this.#ports, {
        link: (link) => {
          desk.take({ kind: 'link', link });
          live();
        },
        stream: (message) => desk.take({ kind: 'stream', message }),
      });
    });
    await this.#settle();
    for (const { at, message } of this.#said.stream.slice(1)) {
      desk.now = Math.max(desk.now, Date.parse(at));
      this.#hear(message);
    }
    desk.now = Date.parse(this.#said.end);
    this.#over = true;
    this.followed = desk.state.snapshot;
    desk.take({ kind: 'tick' });
    await this.#settle();
    return this;
  }

  choose(agent: string): this {
    this.desk.state = { ...this.desk.state, selected: agent };
    return this;
  }

  /** Presses keys; what they ask for is answered. */
  async press(...names: readonly string[]): Promise<this> {
    this.desk.press(...names);
    await this.#settle();
    return this;
  }

  async frame(screen: ScreenId, { width, height }: Size): Promise<Frame> {
    this.desk.resize(width, height).show(screen).take({ kind: 'tick' });
    await this.#settle();
    return view(this.desk.state);
  }

  /** Does what was asked for, and what that leads to, as the dashboard does. */
  async #settle(): Promise<void> {
    const { desk } = this;
    for (let effects = desk.effects.splice(0); effects.length > 0; effects = desk.effects.splice(0)) {
      for (const effect of effects) await this.#perform(effect);
    }
  }

  async #perform(effect: Effect): Promise<void> {
    const value = await perform(effect, this.#client, this.#ports, { bell: () => {}, quit: () => {} });
    this.desk.take({ kind: 'done', of: effect, value });
  }

  #clientOf(said: Recording): Client {
    const answers: Partial<Client> = {
      subscribe: async (listener) => {
        this.#hear = listener;
        for (const { message } of said.stream.slice(0, 1)) listener(message);
        return { close: () => {} };
      },
      snapshot: async () => said.snapshot,
      events: async () => (this.#over ? said.events : said.before),
      mail: async (filter: MailFilter) => this.#known(JSON.stringify(filter), said.mail[JSON.stringify(filter)]),
      screen: async (agent) => this.#known(`screen of ${agent}`, said.screens[agent]),
      asked: async (agent) => said.asked[agent] ?? null,
      closed: new Promise(() => {}),
      close: () => {},
    };
    return answers as Client;
  }

  #known<T>(what: string, value: T | undefined): T {
    if (value === undefined) throw new Error(`not in the recording: ${what}`);
    return value;
  }
}
