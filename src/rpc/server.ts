import { listenIn, type Server, type Socket, systemClock } from '../platform/index.ts';
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
import { SOCKET_NAME } from './client.ts';
import { errorToWire, lineParser, type Reply, type Request } from './wire.ts';

/** What may be called over the socket, with the number of parameters it takes. `subscribe` is a conversation of its own. */
const METHODS = {
  snapshot: 0,
  apply: 2,
  plan: 1,
  add: 2,
  command: 3,
  roll: 3,
  events: 1,
  down: 1,
  applied: 0,
  appliedConfig: 1,
} as const;
const MAIL_METHODS = {
  send: 1,
  mail: 1,
  message: 1,
  take: 2,
  ack: 3,
  redrive: 2,
  purge: 2,
  peek: 1,
  type: 3,
  report: 3,
} as const;

const DESK_METHODS = { asked: 1, answer: 4, pause: 3, press: 2, screen: 1, focus: 2 } as const;
const USAGE_METHODS = { usage: 2, advise: 1 } as const;
const NOTICE_METHODS = { notices: 0, testNotices: 1 } as const;

/** Everything a client may call: the session's own service, its mail, what a person at a desk does, and what people are told of. */
export interface Services {
  readonly session: OrchestraService;
  readonly mail: MailService;
  readonly desk: DeskService;
  readonly notices: NoticeService;
  readonly usage: UsageService;
}

/** Unsent bytes at which a reader counts as too slow: its events are dropped and it gets a fresh snapshot when it has caught up. */
const SLOW_READER = 4 * 1024 * 1024;

/** Milliseconds a client gets to take its last replies. */
const FAREWELL = 1000;

/**
 * Serves a project's controller on `runDir/controller.sock`. The caller must hold the controller lock.
 * @param onAlone called whenever the last client has left
 */
export async function serve(
  runDir: string,
  services: Services,
  pid: number,
  onAlone: () => void = () => {},
): Promise<{ close(): Promise<void> }> {
  const clients = new Set<ServedClient>();
  const server: Server = await listenIn(runDir, SOCKET_NAME, (socket) => {
    const client = new ServedClient(socket, services, pid);
    clients.add(client);
    socket.once('close', () => {
      clients.delete(client);
      if (clients.size === 0) onAlone();
    });
  });
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Whoever asked for the end is told that it came.
      await Promise.all([...clients].map((client) => client.finish()));
      await closed;
    },
  };
}

class ServedClient {
  readonly #socket: Socket;
  readonly #services: Services;
  #stream: { close(): void } | null = null;
  #dropped = 0;
  #catching = false;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #gone = new AbortController();

  constructor(socket: Socket, services: Services, pid: number) {
    this.#socket = socket;
    this.#services = services;
    socket.setEncoding('utf8');
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#stream?.close();
      this.#gone.abort();
    });
    socket.on(
      'data',
      lineParser(
        (value) => this.#accept(value as Request),
        () => socket.destroy(),
      ),
    );
    socket.on('drain', () => void this.#catchUp());
    socket.write(`${JSON.stringify({ orchestra: PROTOCOL_VERSION, pid })}\n`);
  }

  /** Answers what was asked, then ends the connection. */
  async finish(): Promise<void> {
    // A call that never ends must not hold the controller either.
    await Promise.race([Promise.all(this.#inFlight), systemClock.pause(FAREWELL)]);
    const gone = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
    if (this.#socket.destroyed) return;
    this.#socket.end();
    // A client that does not read must not hold the controller.
    const late = systemClock.after(FAREWELL, () => this.#socket.destroy());
    await gone;
    late();
  }

  #accept(request: Request): void {
    const served = this.#serve(request);
    this.#inFlight.add(served);
    void served.then(() => this.#inFlight.delete(served));
  }

  async #serve(request: Request): Promise<void> {
    // Anything may come in: `null` is JSON too, and once took the controller down with it.
    const { id, method, params } = Object(request) as Request;
    try {
      if (typeof id !== 'number' || !Array.isArray(params)) throw new OrchestraError('usage', 'not a request');
      this.#send({ id, result: (await this.#call(method, params)) ?? null });
    } catch (error) {
      this.#send({ id, error: errorToWire(error) });
    }
  }

  async #call(method: string, params: readonly unknown[]): Promise<unknown> {
    if (method === 'subscribe') {
      this.#stream ??= await this.#services.session.subscribe((message) => this.#publish(message));
      return null;
    }
    const { session, mail, desk, notices, usage } = this.#services;
    // An agent that died while it waited for mail: the next message must not be handed to the dead one.
    if (method === 'take' && params.length >= MAIL_METHODS.take)
      return mail.take(String(params[0]), Number(params[1]) || 0, this.#gone.signal);
    if (Object.hasOwn(METHODS, method)) return call(session, method as keyof typeof METHODS, METHODS, params);
    if (Object.hasOwn(MAIL_METHODS, method))
      return call(mail, method as keyof typeof MAIL_METHODS, MAIL_METHODS, params);
    if (Object.hasOwn(DESK_METHODS, method))
      return call(desk, method as keyof typeof DESK_METHODS, DESK_METHODS, params);
    if (Object.hasOwn(USAGE_METHODS, method))
      return call(usage, method as keyof typeof USAGE_METHODS, USAGE_METHODS, params);
    if (Object.hasOwn(NOTICE_METHODS, method))
      return call(notices, method as keyof typeof NOTICE_METHODS, NOTICE_METHODS, params);
    throw new OrchestraError('version', `the controller does not know "${method}"`);
  }

  /** Lossy by intention: one reader that stops reading must not make the controller grow. What was dropped is counted and said. */
  #publish(message: StreamMessage): void {
    if (this.#dropped > 0 || this.#socket.writableLength > SLOW_READER) this.#dropped++;
    else this.#send({ stream: message });
  }

  async #catchUp(): Promise<void> {
    if (this.#dropped === 0 || this.#catching) return;
    this.#catching = true;
    try {
      // An event that is dropped while the snapshot is made is not in it: another one is needed.
      for (;;) {
        const before = this.#dropped;
        const snapshot = await this.#services.session.snapshot();
        if (before !== this.#dropped) continue;
        this.#dropped = 0;
        this.#send({ stream: { kind: 'gap', dropped: before } });
        this.#send({ stream: { kind: 'snapshot', snapshot } });
        return;
      }
    } catch {
      // The session went down meanwhile: there is nothing to catch up with.
    } finally {
      this.#catching = false;
    }
  }

  #send(reply: Reply): void {
    if (!this.#socket.destroyed) this.#socket.write(`${JSON.stringify(reply)}\n`);
  }
}

function call<Name extends string>(
  service: { readonly [N in Name]: unknown },
  method: Name,
  counts: { readonly [N in Name]: number },
  params: readonly unknown[],
): Promise<unknown> {
  if (params.length < counts[method])
    throw new OrchestraError('usage', `"${method}" takes ${counts[method]} parameters`);
  return (service[method] as (...parameters: readonly unknown[]) => Promise<unknown>).apply(service, [...params]);
}
