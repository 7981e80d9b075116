/**
 * A model server for tests: real agent CLIs talk to it instead of to a vendor, and what it received is the truth about what was submitted.
 *
 *   const stub = await startStub();                         // orders stand in the prompt: '[[slow 3000]] hello' (see rules.ts)
 *   const stub = await startStub([(asked) => asked.text.includes('hi') ? { text: 'ho' } : null]);
 *   await stub.waitFor(() => stub.received.find((one) => one.text === 'hello'));
 *   stub.turns                                              // begin and end of each answer: busy or idle, as the stub saw it
 *   await stub.close();
 *
 * It speaks OpenAI chat completions and responses, Anthropic messages and Gemini, streaming or not, all on one port. Several agents may
 * share one: each shows its own key. Point a client's proxy at it too: whatever else it wants to reach is refused and noted in `outside`.
 */
import { startServer } from './server.ts';
import type { Asked } from './asked.ts';
import type { Rule } from './rules.ts';

export type { Api, Asked } from './asked.ts';
export type { Answer, Rule } from './rules.ts';

/** One request. Times are milliseconds since 1970, with fractions. */
export interface Request extends Asked {
  readonly at: number;
  /** The same conversation was asked before and got no whole answer: the client tries again, nobody submitted anything. */
  readonly retry: boolean;
  /** The client went away before the answer was whole. */
  aborted: boolean;
}

/** One answer to the main conversation. After `called` the client is not idle: it runs the tool, or waits for approval of it. */
export interface Turn {
  readonly key: string;
  readonly text: string;
  readonly begin: number;
  end: number | null;
  outcome: 'answering' | 'answered' | 'called' | 'refused' | 'aborted';
}

export interface Stub {
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly url: string;
  /** What was submitted, oldest first, each once: no side requests, no tool results, no retries. */
  readonly received: readonly Request[];
  /** Everything that was asked. */
  readonly requests: readonly Request[];
  readonly turns: readonly Turn[];
  /** Hosts a client wanted to reach through this as its proxy, and paths nobody knows. */
  readonly outside: readonly string[];
  /** Looks after every change until `look` gives something; an error that tells what was received after `within` ms. */
  readonly waitFor: <T>(look: () => T, within?: number) => Promise<NonNullable<T>>;
  /** Ends every connection. */
  readonly close: () => Promise<void>;
}

/** Rules come first, then the orders in the prompt, then a short sentence. Listens on a free port of 127.0.0.1. */
export const startStub = (rules: readonly Rule[] = []): Promise<Stub> => startServer(rules);
