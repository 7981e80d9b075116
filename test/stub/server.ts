import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Api, type Json, object } from './asked.ts';
import { anthropic } from './dialects/anthropic.ts';
import { chat } from './dialects/chat.ts';
import type { Dialect } from './dialects/dialect.ts';
import { gemini } from './dialects/gemini.ts';
import { responses } from './dialects/responses.ts';
import type { Stub } from './index.ts';
import { Conversations } from './conversations.ts';
import type { Rule } from './rules.ts';

const DIALECTS: Readonly<Record<Api, Dialect>> = { chat, responses, anthropic, gemini };
/** A body larger than this is refused, so that a client gone wild cannot fill the memory. */
const MAX_BODY = 64 * 1024 * 1024;

export async function startServer(rules: readonly Rule[]): Promise<Stub> {
  const talk = new Conversations(rules);
  const server = createServer((request, response) => {
    serve(talk, request, response).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(error.message);
    });
  });
  // Node ends a request after 5 minutes and a connection after 5 idle seconds; a slow answer must not fall to either.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sockets = tunnels(server, port, talk);
  return {
    url: `http://127.0.0.1:${port}`,
    received: talk.received,
    requests: talk.requests,
    turns: talk.turns,
    outside: talk.outside,
    waitFor: talk.waitFor,
    close: async () => {
      talk.end();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Clients that send everything through a proxy reach the stub through a tunnel to itself; every other host is refused and noted. */
function tunnels(server: Server, port: number, talk: Conversations): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const host = request.url ?? '';
    if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
      talk.refuseOutside(host);
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    server.emit('connection', socket);
  });
  return sockets;
}

async function serve(talk: Conversations, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`);
  const path = url.pathname;
  const body = await readBody(request);
  const api = apiOf(path);
  if (request.method === 'POST' && api !== null) {
    const dialect = DIALECTS[api];
    return talk.answer(dialect, dialect.ask(body, path, keyOf(request, url)), response);
  }
  const [status, reply] = aside(path, body);
  if (status === 404) talk.refuseOutside(`${request.method} ${request.url}`);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
}

function apiOf(path: string): Api | null {
  if (path.endsWith('/chat/completions')) return 'chat';
  if (path.endsWith('/responses')) return 'responses';
  if (path.endsWith('/messages')) return 'anthropic';
  return /:(stream)?[gG]enerateContent$/.test(path) ? 'gemini' : null;
}

/** What clients ask besides: token counts, lists of models, whether anyone is there. */
function aside(path: string, body: Json): [number, unknown] {
  const tokens = Math.ceil(JSON.stringify(body).length / 4);
  if (path.endsWith('/count_tokens')) return [200, { input_tokens: tokens }];
  if (path.endsWith(':countTokens')) return [200, { totalTokens: tokens }];
  if (path.endsWith('/models'))
    return [200, { object: 'list', data: [{ id: 'stub-model', object: 'model' }], models: [] }];
  return path === '/' ? [200, {}] : [404, { error: { message: 'the stub does not know this path' } }];
}

function keyOf(request: IncomingMessage, url: URL): string {
  const { authorization, 'x-api-key': anthropicKey, 'x-goog-api-key': googleKey } = request.headers;
  const key = anthropicKey ?? googleKey ?? url.searchParams.get('key') ?? authorization?.replace(/^Bearer /, '');
  return String(key ?? '');
}

async function readBody(request: IncomingMessage): Promise<Json> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += (piece as Buffer).length;
    if (size > MAX_BODY) throw new Error('the body is too large');
    pieces.push(piece as Buffer);
  }
  try {
    return object(JSON.parse(Buffer.concat(pieces).toString('utf8')));
  } catch {
    return {};
  }
}
