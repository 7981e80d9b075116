import type { Asked, Call, Json } from '../asked.ts';

/** One server-sent event: `event:` when named, and its data. */
export interface Sent {
  readonly event?: string;
  readonly data: unknown;
}

/** How one vendor's API puts things. A stream is `open`, any number of `text`, at most one `call`, `close`. */
export interface Dialect {
  readonly ask: (body: Json, path: string, key: string) => Asked;
  readonly stream: (asked: Asked, id: string) => StreamWriter;
  /** The same answer in one piece. */
  readonly whole: (asked: Asked, id: string, text: string, call: Call | null) => unknown;
  readonly refusal: (status: number, message: string) => unknown;
}

export interface StreamWriter {
  readonly open: () => readonly Sent[];
  readonly text: (piece: string) => readonly Sent[];
  /** Ends the answer; `text` is all of it. */
  readonly close: (text: string, call: Call | null) => readonly Sent[];
}
