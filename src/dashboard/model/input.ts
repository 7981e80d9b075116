import type { EventFilter, MailFilter, MessageDraft, StreamMessage, Verb } from '../../protocol/index.ts';
import type { Size } from '../frame.ts';

/** A key as it was pressed: `a`, `E`, `enter`, `escape`, `up`, `C-c`, `M-enter`, `S-tab`, `space`. */
export interface Key {
  readonly name: string;
  /** What it writes into a text; empty for keys that write nothing. */
  readonly text: string;
  /** As the terminal sent it. */
  readonly raw: string;
}

/** How the connection to the controller stands. */
export type Link =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** `message`: why, in a sentence; `since`: wall clock, ms. */
  | { readonly kind: 'lost'; readonly message: string; readonly since: number };

/** Everything that can happen to the dashboard. */
export type Input =
  | { readonly kind: 'key'; readonly key: Key }
  | { readonly kind: 'paste'; readonly text: string }
  /** Cells from 0. */
  | {
      readonly kind: 'mouse';
      readonly what: 'press' | 'wheel-up' | 'wheel-down';
      readonly x: number;
      readonly y: number;
    }
  | { readonly kind: 'resize'; readonly size: Size }
  /** Time has passed. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'link'; readonly link: Link }
  | { readonly kind: 'stream'; readonly message: StreamMessage }
  | { readonly kind: 'done'; readonly of: Effect; readonly value: unknown }
  | { readonly kind: 'failed'; readonly of: Effect; readonly message: string };

/** Everything the dashboard can do. Its outcome comes back as `done` or `failed`. */
export type Effect =
  | { readonly kind: 'command'; readonly verb: Verb; readonly agents: readonly string[] }
  | { readonly kind: 'pause'; readonly agents: readonly string[]; readonly on: boolean }
  | { readonly kind: 'asked'; readonly agent: string; readonly yes: boolean }
  | { readonly kind: 'answer'; readonly agent: string; readonly yes: boolean; readonly token: string }
  | { readonly kind: 'send'; readonly draft: MessageDraft }
  | { readonly kind: 'redrive'; readonly agent: string; readonly id: string }
  | { readonly kind: 'purge'; readonly agent: string; readonly id: string }
  | { readonly kind: 'ack'; readonly agent: string; readonly id: string }
  | { readonly kind: 'load-mail'; readonly filter: MailFilter }
  | { readonly kind: 'load-events'; readonly filter: EventFilter }
  | { readonly kind: 'load-screen'; readonly agent: string }
  | { readonly kind: 'load-log'; readonly agent: string }
  | { readonly kind: 'load-snapshot' }
  | { readonly kind: 'press'; readonly agent: string; readonly input: string }
  | { readonly kind: 'focus'; readonly agent: string; readonly zoom: boolean }
  | { readonly kind: 'bell' }
  | { readonly kind: 'quit' };
