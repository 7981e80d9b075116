import type { MailStore } from '../mailbox/index.ts';
import type { Clock } from '../platform/index.ts';
import type { DeliveryMode, Emit, MessagesSpec } from '../protocol/index.ts';

/** What the queue needs of the world. */
export interface QueuePorts {
  readonly store: MailStore;
  readonly clock: Clock;
  /** Random bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly emit: Emit;
  /** A sentence while something does not work, null when it does again. */
  readonly degraded: (what: string, message: string | null) => void;
  /** Resolves after everything else that waits had its turn. */
  readonly turn: () => Promise<void>;
}

/**
 * `dead`: it may have been typed, and typing it again could say it twice; dead with `ambiguous`. `again`: the agent tells by its id what it saw before,
 * so it goes back into the queue. `keep`: it stays `delivering`, since the caller can look at the screen and tell.
 */
export type Interrupted = 'dead' | 'again' | 'keep';

export interface Recipient {
  readonly name: string;
  /** When its messages are typed, unless a message says otherwise. */
  readonly delivery: DeliveryMode;
  /** What becomes of a message whose delivery was under way when the controller ended. */
  readonly interrupted: Interrupted;
}

/** Who may be written to and by which rules. */
export interface Crew {
  readonly agents: ReadonlyMap<string, Recipient>;
  readonly rules: MessagesSpec;
  /** null when there is no agent of that name. */
  readonly tokenOf: (agent: string) => string | null;
}
