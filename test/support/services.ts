import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** One request as it came. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A server on 127.0.0.1 that keeps what it is told. `silent`: it answers nothing at all. */
export class Service {
  readonly asked: Asked[] = [];
  readonly #server: Server;
  readonly #scheme: string;
  #answer: (asked: Asked, nth: number) => Answer | 'silent';

  constructor(answer: (asked: Asked, nth: number) => Answer | 'silent', tls?: { key: string; cert: string }) {
    this.#answer = answer;
    this.#scheme = tls === undefined ? 'http' : 'https';
    const listener = (request: IncomingMessage, response: import('node:http').ServerResponse): void => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const asked = { path: request.url ?? '', headers: request.headers, body };
        this.asked.push(asked);
        const answered = this.#answer(asked, this.asked.length);
        if (answered === 'silent') return;
        response.writeHead(answered.status, answered.headers);
        response.end(answered.body ?? '');
      });
    };
    this.#server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  answering(answer: (asked: Asked, nth: number) => Answer | 'silent'): void {
    this.#answer = answer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  url(path = '/'): string {
    return `${this.#scheme}://127.0.0.1:${this.port}${path}`;
  }

  get bodies(): readonly Record<string, unknown>[] {
    return this.asked.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const PLAIN = { 'Content-Type': 'text/plain' };

/** An incoming webhook of Slack, as docs.slack.dev describes it: a JSON object with a text, or a word that says what is wrong. */
export function slackAnswer({ headers, body }: Asked): Answer {
  if (!String(headers['content-type']).startsWith('application/json'))
    return { status: 400, headers: PLAIN, body: 'invalid_payload' };
  let payload: unknown;
  try {
    payload = JSON.parse(body);
  } catch {
    return { status: 400, headers: PLAIN, body: 'invalid_payload' };
  }
  const { text } = Object(payload) as { text?: unknown };
  if (typeof text !== 'string' || text === '') return { status: 400, headers: PLAIN, body: 'no_text' };
  if (text.length > 40_000) return { status: 400, headers: PLAIN, body: 'msg_too_long' };
  return { status: 200, headers: PLAIN, body: 'ok' };
}

const JSON_TYPE = { 'Content-Type': 'application/json' };

/** A webhook of Discord, as docs.discord.com describes it: 204 and nothing, or a JSON error. */
export function discordAnswer({ headers, body }: Asked): Answer {
  const { content, embeds } = JSON.parse(body) as { content?: unknown; embeds?: unknown };
  const refuse = (code: number, message: string): Answer => ({
    status: 400,
    headers: JSON_TYPE,
    body: JSON.stringify({ code, message }),
  });
  if (!String(headers['content-type']).startsWith('application/json'))
    return refuse(50109, 'The request body contains invalid JSON.');
  if (!headers['user-agent']) return { status: 403 };
  if (embeds === undefined && (typeof content !== 'string' || content === ''))
    return refuse(50006, 'Cannot send an empty message');
  if (String(content).length > 2_000) return refuse(50035, 'Invalid Form Body');
  return { status: 204 };
}
