import { listenIn, type Server, type Socket } from '../platform/index.ts';
import { OrchestraError, type OrchestraService, PROTOCOL_VERSION, type StreamMessage } from '../protocol/index.ts';
import { SOCKET_NAME } from './client.ts';
import { errorToWire, lineParser, type Reply, type Request } from './wire.ts';

/** What may be called over the socket, with the number of parameters it takes. `subscribe` is a conversation of its own. */
const METHODS = { snapshot: 0, apply: 2, plan: 1, add: 2, command: 3, events: 1, down: 1 } as const;

/** Unsent bytes at which a reader counts as too slow: its events are dropped and it gets a fresh snapshot when it has caught up. */
const SLOW_READER = 4 * 1024 * 1024;

/** Serves a project's controller on `runDir/controller.sock`. The caller must hold the controller lock. */
export async function serve(
  runDir: string,
  service: OrchestraService,
  pid: number,
): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = await listenIn(runDir, SOCKET_NAME, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    new ServedClient(socket, service, pid);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.end();
      }),
  };
}

class ServedClient {
  readonly #socket: Socket;
  readonly #service: OrchestraService;
  #stream: { close(): void } | null = null;
  #dropped = 0;

  constructor(socket: Socket, service: OrchestraService, pid: number) {
    this.#socket = socket;
    this.#service = service;
    socket.setEncoding('utf8');
    socket.on('error', () => {});
    socket.once('close', () => this.#stream?.close());
    socket.on(
      'data',
      lineParser(
        (value) => void this.#serve(value as Request),
        () => socket.destroy(),
      ),
    );
    socket.on('drain', () => void this.#catchUp());
    socket.write(`${JSON.stringify({ orchestra: PROTOCOL_VERSION, pid })}\n`);
  }

  async #serve(request: Request): Promise<void> {
    const { id, method, params } = request;
    try {
      if (typeof id !== 'number' || !Array.isArray(params)) throw new OrchestraError('usage', 'not a request');
      this.#send({ id, result: (await this.#call(method, params)) ?? null });
    } catch (error) {
      this.#send({ id, error: errorToWire(error) });
    }
  }

  async #call(method: string, params: readonly unknown[]): Promise<unknown> {
    if (method === 'subscribe') {
      this.#stream ??= await this.#service.subscribe((message) => this.#publish(message));
      return null;
    }
    if (!Object.hasOwn(METHODS, method))
      throw new OrchestraError('version', `the controller does not know "${method}"`);
    const known = method as keyof typeof METHODS;
    if (params.length < METHODS[known])
      throw new OrchestraError('usage', `"${method}" takes ${METHODS[known]} parameters`);
    const callable = this.#service[known] as (...parameters: readonly unknown[]) => Promise<unknown>;
    return callable.apply(this.#service, [...params]);
  }

  /** Lossy by intention: one reader that stops reading must not make the controller grow. What was dropped is counted and said. */
  #publish(message: StreamMessage): void {
    if (this.#dropped > 0 || this.#socket.writableLength > SLOW_READER) this.#dropped++;
    else this.#send({ stream: message });
  }

  async #catchUp(): Promise<void> {
    if (this.#dropped === 0) return;
    const dropped = this.#dropped;
    const snapshot = await this.#service.snapshot();
    this.#dropped = 0;
    this.#send({ stream: { kind: 'gap', dropped } });
    this.#send({ stream: { kind: 'snapshot', snapshot } });
  }

  #send(reply: Reply): void {
    if (!this.#socket.destroyed) this.#socket.write(`${JSON.stringify(reply)}\n`);
  }
}
