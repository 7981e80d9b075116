import type { Activity } from './agent.ts';
import type { MessageType } from './message.ts';

/** Rules of the mail, as configured. Durations in milliseconds. */
export interface MessagesSpec {
  /** Messages one mailbox may hold that are neither done nor dead. */
  readonly depth: number;
  /** Age at which a message that names no ttl is of no use; null: never. */
  readonly ttl: number | null;
  /** Deliveries begun before a message is dead. */
  readonly attempts: number;
  readonly backoff: { readonly initial: number; readonly max: number; readonly factor: number };
  /** Time an agent has to acknowledge what it was handed; null: no acknowledgement is waited for, handing over is enough. */
  readonly lease: number | null;
  /** How long done and dead messages are kept, and their ids remembered. */
  readonly keep: number;
  /** Members by group name without the `@`, in the order of the file. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** First rule that fits decides; none fits: allowed. */
  readonly policy: readonly MessageRule[];
}

export interface MessageRule {
  readonly allow: boolean;
  /** Agent names, `@group`, `external` or `*`. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Empty: every type. */
  readonly types: readonly MessageType[];
}

export const DEFAULT_MESSAGES: MessagesSpec = {
  depth: 1_000,
  ttl: null,
  attempts: 5,
  backoff: { initial: 1_000, max: 60_000, factor: 2 },
  lease: null,
  keep: 7 * 24 * 60 * 60 * 1000,
  groups: {},
  policy: [],
};

/** What `agent_types:` may say about a CLI: patterns are regular expressions over single lines of the visible screen, `u` flag. */
export interface AgentTypeSpec {
  /** Built-in type whose knowledge is taken over; null: none. */
  readonly extends: string | null;
  /** The command agents of this type are started with, when they name none. */
  readonly command: readonly string[] | null;
  /** Lines that show an activity; added before those of `extends`. */
  readonly screen: Readonly<Partial<Record<Activity, readonly string[]>>>;
  /** The same over the pane's title. */
  readonly title: Readonly<Partial<Record<Activity, readonly string[]>>>;
  /** The line of the empty input field; text after it is a draft. */
  readonly composer: string | null;
  /** Keys that submit, and milliseconds between the text and them. */
  readonly submit: { readonly keys: readonly string[]; readonly wait: number } | null;
  /** Keys that make it quit. */
  readonly quit: readonly string[] | null;
}
