import { type Cancel, connectIn, type Socket, systemClock } from '../platform/index.ts';
import {
  type DeskService,
  type MailService,
  type NoticeService,
  type UsageService,
  OrchestraError,
  type OrchestraService,
  PROTOCOL_VERSION,
  type StreamMessage,
} from '../protocol/index.ts';
import { errorFromWire, type Hello, lineParser, type Reply } from './wire.ts';

export const SOCKET_NAME = 'controller.sock';

/** A connected client. `closed` resolves when the controller went away or `close` was called. */
export interface Client extends OrchestraService, MailService, DeskService, NoticeService, UsageService {
  readonly controllerPid: number;
  readonly closed: Promise<void>;
  close(): void;
}

const HELLO_TIMEOUT = 5_000;

/** Characters in one read from which a client does not rest: there is more than it can let lie. */
const MUCH = 16_384;

/**
 * Connects to the controller of a project. Rejects with `not-running` when there is none, `version` when it speaks another protocol.
 * @param runDir the project's `.orchestra/run`
 * @param rest milliseconds for which what comes after an event may lie unread, unless something is asked: being woken for each of 50 events a second
 * takes a program longer than what it does with them
 */
export async function connect(runDir: string, rest = 0): Promise<Client> {
  let receive: (text: string) => void = () => {};
  const socket = await connectIn(runDir, SOCKET_NAME, (text) => receive(text)).catch((error: NodeJS.ErrnoException) => {
    throw new OrchestraError('not-running', 'no session is running here', 'start one with: orchestra up', {
      cause: error.code,
    });
  });
  const connection = new Connection(socket, rest);
  receive = (text) => connection.receive(text);
  return connection.start();
}

type Waiting = { resolve(value: unknown): void; reject(error: Error): void };

class Connection {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #listener: ((message: StreamMessage) => void) | null = null;
  #onHello: (hello: Hello) => void = () => {};
  readonly #closed: Promise<void>;
  readonly #parse: (text: string) => void;
  readonly #rest: number;
  #rested: Cancel = () => {};
  /** An event was in what was read last. */
  #told = false;

  constructor(socket: Socket, rest: number) {
    this.#socket = socket;
    this.#rest = rest;
    this.#parse = lineParser(
      (value) => this.#receive(value),
      () => socket.destroy(),
    );
    socket.on('error', () => {});
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()));
    void this.#closed.then(() => this.#failAll());
  }

  receive(text: string): void {
    this.#told = false;
    this.#parse(text);
    // Whoever waits for an answer gets it as soon as it comes, and a reader with much to read must not fall behind.
    if (this.#rest === 0 || !this.#told || this.#waiting.size > 0 || text.length >= MUCH) return;
    this.#socket.pause();
    this.#rested();
    this.#rested = systemClock.after(this.#rest, () => this.#socket.resume());
  }

  async start(): Promise<Client> {
    const hello = await this.#hello();
    if (hello.orchestra !== PROTOCOL_VERSION) {
      this.#socket.destroy();
      throw new OrchestraError(
        'version',
        `the running controller speaks protocol ${hello.orchestra}, this program ${PROTOCOL_VERSION}`,
        'let both be the same version: orchestra down, then orchestra up',
      );
    }
    return this.#client(hello.pid);
  }

  #hello(): Promise<Hello> {
    return new Promise((resolve, reject) => {
      const late = systemClock.after(HELLO_TIMEOUT, () => {
        this.#socket.destroy();
        reject(new OrchestraError('timeout', 'the controller does not answer', 'see .orchestra/logs/controller.log'));
      });
      this.#onHello = (hello) => {
        late();
        resolve(hello);
      };
      void this.#closed.then(() => {
        late();
        reject(new OrchestraError('not-running', 'the controller went away', 'try again'));
      });
    });
  }

  #client(pid: number): Client {
    const call =
      <T>(method: string) =>
      (...params: unknown[]): Promise<T> =>
        this.#call(method, params) as Promise<T>;
    return {
      controllerPid: pid,
      closed: this.#closed,
      close: () => {
        this.#wake();
        this.#socket.end();
      },
      snapshot: call('snapshot'),
      apply: call('apply'),
      plan: call('plan'),
      applied: call('applied'),
      appliedConfig: call('appliedConfig'),
      add: call('add'),
      command: call('command'),
      roll: call('roll'),
      events: call('events'),
      down: call('down'),
      send: call('send'),
      mail: call('mail'),
      message: call('message'),
      take: call('take'),
      ack: call('ack'),
      redrive: call('redrive'),
      purge: call('purge'),
      peek: call('peek'),
      type: call('type'),
      report: call('report'),
      asked: call('asked'),
      answer: call('answer'),
      pause: call('pause'),
      press: call('press'),
      screen: call('screen'),
      focus: call('focus'),
      usage: call('usage'),
      advise: call('advise'),
      notices: call('notices'),
      testNotices: call('testNotices'),
      subscribe: async (listener) => {
        this.#listener = listener;
        await this.#call('subscribe', []);
        return { close: () => void (this.#listener = null) };
      },
    };
  }

  #call(method: string, params: readonly unknown[]): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return void reject(lost());
      this.#waiting.set(id, { resolve, reject });
      this.#wake();
      this.#socket.write(`${JSON.stringify({ id, method, params })}\n`);
    });
  }

  #wake(): void {
    this.#rested();
    this.#socket.resume();
  }

  #receive(value: unknown): void {
    const message = value as Hello | Reply;
    if ('orchestra' in message) return this.#onHello(message);
    if ('stream' in message) {
      this.#told ||= message.stream.kind === 'event';
      return this.#listener?.(message.stream);
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('error' in message) waiting?.reject(errorFromWire(message.error));
    else waiting?.resolve(message.result);
  }

  #failAll(): void {
    this.#rested();
    for (const { reject } of this.#waiting.values()) reject(lost());
    this.#waiting.clear();
  }
}

const lost = (): OrchestraError =>
  new OrchestraError(
    'not-running',
    'the controller went away before it answered',
    'orchestra status tells how things stand',
  );
