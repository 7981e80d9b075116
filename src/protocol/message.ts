/** What a message may be. `note` is for people and agents alike; the rest is what programs answer to. */
export const MESSAGE_TYPES = [
  'task_assign',
  'task_complete',
  'task_failed',
  'heartbeat',
  'status_request',
  'status_response',
  'escalation',
  'note',
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Highest first. Order is kept per sender and recipient within one of them. */
export const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** The sender of what carries no signature: a person at a shell, a script, another program. */
export const EXTERNAL = 'external';
/** The recipient that means every agent but the sender. */
export const BROADCAST = 'broadcast';
/** `@reviewers`: the agents of a group, but for the sender. */
export const GROUP_NAME = /^@[a-z][a-z0-9-]{0,31}$/;
/** Message ids are UUIDs, version 7 (RFC 9562) when orchestra makes them; any version is taken from others. */
export const MESSAGE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Bytes of a whole message file, UTF-8. A body that is longer belongs in a file whose path is sent. */
export const LARGEST_MESSAGE = 1024 * 1024;

/** What is said, any JSON object. `text` is what a note says and what is typed; the other keys belong to the type. */
export type Payload = Readonly<Record<string, unknown>>;

/** What a sender writes. Everything that is left out is filled in when the message is admitted. */
export interface MessageDraft {
  readonly id?: string;
  readonly type: MessageType;
  readonly from?: string;
  /** An agent, `@group` or `broadcast`. */
  readonly to: string;
  readonly payload: Payload;
  /** ISO 8601, when it was written. */
  readonly timestamp?: string;
  /** Milliseconds after `timestamp` at which it is of no use any more; null: never. */
  readonly ttl?: number | null;
  readonly priority?: Priority;
  /** Id of the message this one answers. */
  readonly replyTo?: string | null;
  /** How this one message is to be delivered, where it differs from the recipient's own way. */
  readonly delivery?: DeliveryMode;
  /** HMAC-SHA256 (RFC 2104), hex, over the canonical form of the fields above with the sender's token; absent: unsigned. */
  readonly mac?: string;
}

/** A message as it lies in one recipient's mailbox. */
export interface Message {
  readonly id: string;
  readonly type: MessageType;
  /** Whose token signed it; `external` when none did. */
  readonly from: string;
  /** The agent whose mailbox this copy lies in. */
  readonly to: string;
  /** What the sender wrote as recipient: the agent itself, `@group` or `broadcast`. */
  readonly sentTo: string;
  readonly payload: Payload;
  readonly timestamp: string;
  readonly ttl: number | null;
  /** Position in the order of admission; unique in the project. */
  readonly seq: number;
  readonly priority: Priority;
  readonly replyTo: string | null;
  readonly delivery: DeliveryMode | null;
  /** Deliveries begun so far. Read from the file's name: the file itself never changes. */
  readonly attempt: number;
}

/**
 * When a message is typed. `idle`: once the agent waits for input. `now`: at once, interrupting a turn, for `priority: urgent` only.
 * `inbox`: never; the agent reads its mailbox itself.
 */
export const DELIVERY_MODES = ['idle', 'now', 'inbox'] as const;
export type DeliveryMode = (typeof DELIVERY_MODES)[number];

/** queued -> delivering -> submitted -> started -> acked | answered; dead at any point, with a reason. */
export const MESSAGE_STATES = ['queued', 'delivering', 'submitted', 'started', 'acked', 'answered', 'dead'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

export const DEAD_REASONS = [
  'expired', // its ttl ran out
  'attempts', // delivery was tried as often as allowed
  'ambiguous', // it may or may not have been submitted: trying again could say it twice
  'unacked', // handed over, and never acknowledged in time
  'unread', // nobody read it, and newer ones needed the room
  'purged', // a person threw it away
] as const;
export type DeadReason = (typeof DEAD_REASONS)[number];

/** A message and how far it got. */
export interface MailEntry {
  readonly message: Message;
  readonly state: MessageState;
  readonly reason: DeadReason | null;
  /** ISO 8601; null unless a retry waits for its time. */
  readonly notBefore: string | null;
  /** Absolute path of the file, for who wants to read it all. */
  readonly file: string;
}

export interface Receipt {
  readonly id: string;
  /** Agents whose mailboxes hold a copy, durably. Empty when `pending`. */
  readonly recipients: readonly string[];
  /** No controller was there: the message waits in the intake. */
  readonly pending: boolean;
  /** The same id was admitted before: nothing was added. */
  readonly duplicate: boolean;
}

/** How typing into an agent ended. `ambiguous`: the text left, and nothing proves that it arrived; never tried again blindly. */
export type SubmitResult = 'submitted' | 'busy' | 'dialog' | 'draft' | 'ambiguous' | 'gone';

export interface MailFilter {
  readonly agent?: string;
  readonly states?: readonly MessageState[];
  /** Without what is over: what was acknowledged or answered, and what was typed and whose turn has ended, whatever its last state was. */
  readonly open?: true;
  /** Id of a message: it and everything that answers it. */
  readonly thread?: string;
  readonly from?: string;
  /** The newest this many, oldest first. */
  readonly last?: number;
}

/** The screen of an agent, as it stands. */
export interface Peek {
  readonly agent: string;
  readonly pane: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** Visible lines without escapes, trailing blanks removed. */
  readonly lines: readonly string[];
  readonly activity: string;
}

/** Everything about mail a client may ask. Calls reject with OrchestraError. */
export interface MailService {
  /**
   * Admits a message; resolves once every copy is durable. Rejects with `unknown-agent`, `refused` (policy, forged sender, too large),
   * `full` (the recipient's mailbox is at its depth).
   */
  send(draft: MessageDraft): Promise<Receipt>;
  mail(filter: MailFilter): Promise<readonly MailEntry[]>;
  /** The copies of one message, one a recipient. Rejects with `unknown-message`. */
  message(id: string): Promise<readonly MailEntry[]>;
  /**
   * For an agent that reads its own mail: hands over the next message and marks it `submitted`; null when none came within `wait` ms
   * (0: do not wait). What was handed over and not acknowledged within the lease is handed over again.
   * @param gone whoever asked is not there any more: nothing is handed over to nobody. Given by the server, not by clients
   */
  take(agent: string, wait: number, gone?: AbortSignal): Promise<MailEntry | null>;
  /** The agent has taken it in. Acknowledging twice is no error. */
  ack(agent: string, id: string, by: string): Promise<MailEntry>;
  /** Puts dead messages back into the queue; how many there were. An empty id means all of the agent's (all agents' without one). */
  redrive(filter: { readonly agent?: string; readonly id?: string }, by: string): Promise<number>;
  /** Throws messages away: queued ones become dead with `purged`, dead and done ones are deleted. */
  purge(
    filter: { readonly agent?: string; readonly id?: string; readonly states?: readonly MessageState[] },
    by: string,
  ): Promise<number>;
  peek(agent: string): Promise<Peek>;
  /** Types text for a person, by the same transaction as every message. */
  type(
    agent: string,
    text: string,
    options: { readonly submit: boolean; readonly force: boolean },
  ): Promise<SubmitResult>;
  /** An agent's own word on what it is doing. */
  report(agent: string, activity: 'idle' | 'busy', detail: string): Promise<void>;
}
