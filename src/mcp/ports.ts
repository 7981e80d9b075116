import type { Readable, Writable } from 'node:stream';
import type { MailFilter, MailEntry, MessageDraft } from '../protocol/index.ts';
import type { Client } from '../rpc/index.ts';

/** What the server of the Model Context Protocol works with. */
export interface McpPorts {
  /** Whom it speaks for; `external` when it was started by no agent. */
  readonly agent: string;
  /** Program version, told to the client. */
  readonly version: string;
  /** What the client says, and what it is told: nothing else may be written there. */
  readonly input: Readable;
  readonly output: Writable;
  /** Rejects with OrchestraError while there is no controller. One connection a call: controllers come and go. */
  connect(): Promise<Client>;
  /** The draft in the agent's name, signed where it has a token. */
  sign(draft: MessageDraft): MessageDraft;
  newId(): string;
  wall(): number;
  pause(ms: number): Promise<void>;
  /** What is done without a controller: leaves a message for the next one, reads what lies there. */
  drop(draft: MessageDraft): Promise<void>;
  list(filter: MailFilter): Promise<readonly MailEntry[]>;
}
