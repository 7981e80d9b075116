import type { ServerResponse } from 'node:http';
import { type Asked, type Call, sampleOf } from './asked.ts';
import type { Dialect, Sent } from './dialects/dialect.ts';
import type { Request, Turn } from './index.ts';
import { type Answer, callOf, ordersInPrompt, type Rule } from './rules.ts';

/** A word is streamed about this often. */
const BEAT = 200;
/** No answer lasts longer, whatever a rule says: a test that goes wrong ends. */
const LONGEST = 600_000;

const now = (): number => performance.timeOrigin + performance.now();

/** What was asked and answered, and the answering itself. */
export class Conversations {
  readonly received: Request[] = [];
  readonly requests: Request[] = [];
  readonly turns: Turn[] = [];
  readonly outside: string[] = [];
  readonly #rules: readonly Rule[];
  readonly #ended = new AbortController();
  readonly #watchers = new Set<() => void>();
  /** Calls that wait for a tool search to come back, by key. */
  readonly #searching = new Map<string, Answer>();
  /** Conversations as asked that did not get a whole answer. */
  readonly #open = new Map<string, number>();
  #count = 0;

  constructor(rules: readonly Rule[]) {
    this.#rules = [...rules, ordersInPrompt];
  }

  end(): void {
    this.#ended.abort();
  }

  refuseOutside(what: string): void {
    this.outside.push(what);
    this.#changed();
  }

  readonly waitFor = <T>(look: () => T, within = 20_000): Promise<NonNullable<T>> =>
    new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        clearTimeout(late);
        this.#watchers.delete(check);
        act();
      };
      const check = () => {
        try {
          const found = look();
          if (found !== undefined && found !== null && found !== false) finish(() => resolve(found as NonNullable<T>));
        } catch (error) {
          finish(() => reject(error as Error));
        }
      };
      const late = setTimeout(() => finish(() => reject(new Error(`waited ${within} ms; ${this.#story()}`))), within);
      this.#watchers.add(check);
      check();
    });

  async answer(dialect: Dialect, asked: Asked, response: ServerResponse): Promise<void> {
    const same = JSON.stringify([asked.key, asked.api, asked.model, asked.prompts, asked.toolResult, asked.side]);
    const before = this.#open.get(same) ?? 0;
    this.#open.set(same, before + 1);
    const request: Request = { ...asked, at: now(), retry: before > 0, aborted: false };
    const turn: Turn = { key: asked.key, text: asked.text, begin: request.at, end: null, outcome: 'answering' };
    this.requests.push(request);
    if (!asked.side) this.turns.push(turn);
    if (!asked.side && asked.text !== '' && !request.retry) this.received.push(request);
    this.#changed();
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const answer = asked.side ? besides(asked) : this.#decide(asked, before);
    const outcome = await this.#give(
      dialect,
      asked,
      answer,
      response,
      AbortSignal.any([gone.signal, this.#ended.signal]),
    );
    request.aborted = outcome === 'aborted';
    if (outcome === 'answered' || outcome === 'called') this.#open.delete(same);
    Object.assign(turn, { end: now(), outcome });
    this.#changed();
  }

  #decide(asked: Asked, before: number): Answer {
    const waiting = asked.toolResult === null ? undefined : this.#searching.get(asked.key);
    this.#searching.delete(asked.key);
    if (waiting !== undefined) return waiting;
    for (const rule of this.#rules) {
      const answer = rule(asked, before);
      if (answer !== null && answer !== undefined) return answer;
    }
    return {};
  }

  async #give(
    dialect: Dialect,
    asked: Asked,
    answer: Answer,
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<Turn['outcome']> {
    if (answer.hang === true) {
      await pause(LONGEST, gone);
      return 'aborted';
    }
    if (answer.status !== undefined) return refuse(dialect, answer.status, answer.retryAfter, response);
    const id = `stub${++this.#count}`;
    const call = this.#call(answer, asked);
    const text = call.text ?? answer.text ?? (asked.toolResult === null ? 'Understood.' : 'The tool is done.');
    if (!asked.stream) {
      await pause(answer.overMs ?? 0, gone);
      if (gone.aborted) return 'aborted';
      json(response, 200, dialect.whole(asked, id, text, call.call));
    } else if (!(await stream(dialect, asked, id, text, answer.overMs ?? 0, call.call, response, gone)))
      return 'aborted';
    return call.call === null ? 'answered' : 'called';
  }

  #call(answer: Answer, asked: Asked): { call: Call | null; text?: string } {
    const wanted = callOf(answer, asked);
    if (wanted === null) return { call: null };
    if ('missing' in wanted) {
      const offered = asked.tools.map((tool) => tool.name).join(', ');
      return { call: null, text: `I have no tool for ${wanted.missing}, only ${offered}.` };
    }
    if ('call' in wanted) return { call: wanted.call };
    this.#searching.set(asked.key, answer);
    return { call: wanted.search };
  }

  #changed(): void {
    for (const check of this.#watchers) check();
  }

  #story(): string {
    const lines = this.requests.map(
      (one) =>
        `  ${one.api}${one.side ? ' side' : ''}${one.retry ? ' retry' : ''} ${JSON.stringify(one.text || one.toolResult).slice(0, 200)}`,
    );
    return ['the stub was asked:', ...lines, `  outside: ${this.outside.join(', ')}`].join('\n');
  }
}

const besides = ({ schema }: Asked): Answer => (schema === null ? {} : { text: JSON.stringify(sampleOf(schema)) });

function refuse(
  dialect: Dialect,
  status: number,
  after: number | undefined,
  response: ServerResponse,
): Turn['outcome'] {
  if (after !== undefined) response.setHeader('retry-after', String(after));
  json(response, status, dialect.refusal(status, `The stub refuses with ${status}.`));
  return 'refused';
}

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** True when the client took all of it. */
async function stream(
  dialect: Dialect,
  asked: Asked,
  id: string,
  text: string,
  overMs: number,
  call: Call | null,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<boolean> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const writer = dialect.stream(asked, id);
  const send = (all: readonly Sent[]) => {
    for (const { event, data } of all)
      response.write(
        `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`,
      );
  };
  send(writer.open());
  let said = '';
  const until = performance.now() + Math.min(overMs, LONGEST);
  for (let n = 1; performance.now() < until && !gone.aborted; n++) {
    const word = `${n} `;
    said += word;
    send(writer.text(word));
    await pause(Math.min(BEAT, until - performance.now()), gone);
  }
  if (gone.aborted) return false;
  if (text !== '') send(writer.text(text));
  send(writer.close(said + text, call));
  await new Promise<void>((resolve) => {
    gone.addEventListener('abort', () => resolve());
    response.end(resolve);
  });
  return true;
}

function pause(ms: number, gone: AbortSignal): Promise<void> {
  if (ms <= 0 || gone.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      gone.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    gone.addEventListener('abort', over);
  });
}
