import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect, type Socket } from 'node:net';

/** What came of asking over the network; `why` is a sentence when it is no. */
export interface Reached {
  readonly ok: boolean;
  readonly why: string;
}

/**
 * Asks an address once with GET. Only the status counts: the body is not read, a redirect is an answer and not followed. The certificate of an https
 * address is not checked, since what is asked is whether a program answers, not who it is.
 * @param timeout ms for all of it, so that a server that accepts and says nothing ends it too
 */
export function reachHttp(url: string, isFine: (status: number) => boolean, timeout: number): Promise<Reached> {
  const options = {
    agent: false,
    headers: { 'user-agent': 'orchestra', connection: 'close' },
    rejectUnauthorized: false,
  };
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const asked = request(url, options, (answer: IncomingMessage) => {
      const status = answer.statusCode ?? 0;
      over(isFine(status) ? FINE : { ok: false, why: `it answered with status ${status}` });
    });
    const late = setTimeout(() => over(noAnswer(timeout)), timeout);
    const over = (reached: Reached): void => {
      clearTimeout(late);
      resolve(reached);
      asked.destroy();
    };
    asked.on('error', (error) => over({ ok: false, why: wordsOf(error) }));
    asked.end();
  });
}

/** Opens a connection once and closes it. @param timeout ms */
export function reachTcp(host: string, port: number, timeout: number): Promise<Reached> {
  return new Promise((resolve) => {
    const socket: Socket = connect({ host, port });
    const late = setTimeout(() => over(noAnswer(timeout)), timeout);
    const over = (reached: Reached): void => {
      clearTimeout(late);
      resolve(reached);
      socket.destroy();
    };
    socket.once('connect', () => over(FINE));
    socket.on('error', (error) => over({ ok: false, why: wordsOf(error) }));
  });
}

const FINE: Reached = { ok: true, why: '' };

const noAnswer = (timeout: number): Reached => ({ ok: false, why: `no answer within ${timeout} ms` });

/** A name with several addresses fails with an error for each of them and no message of its own. */
function wordsOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'nobody listens there';
  return error.message === '' ? (code ?? error.name) : error.message;
}
