import type { MessageDraft } from '../protocol/index.ts';
import type { Client } from '../rpc/index.ts';

/** What the worker reads, prints and acts through. Kept this small so that it starts at once and nine of them cost little. */
export interface WorkerPorts {
  /** Its agent name; empty when a person runs it by hand. */
  readonly name: string;
  write(text: string): void;
  /** Wall clock, milliseconds since the epoch. */
  wall(): number;
  /** Milliseconds since some fixed moment, never going back. */
  mono(): number;
  /** Calls back every `ms` until cancelled. */
  every(ms: number, run: () => void): () => void;
  /** Calls back once after `ms` unless cancelled. */
  after(ms: number, run: () => void): () => void;
  pause(ms: number): Promise<void>;
  /** Calls back with each line of input, and once when it ended. */
  onLine(line: (text: string) => void, ended: () => void): void;
  /** Calls back on SIGTERM and SIGINT. */
  onStop(stop: () => void): void;
  /** null when it is no agent of a session: what is typed is all it hears. */
  readonly mail: WorkerMail | null;
  /** Starts a command in a process group of its own. Never throws: what cannot be started ends with an error. */
  start(command: TaskCommand, onOutput: (bytes: Uint8Array) => void): RunningCommand;
  /** Values that must not leave in what a command prints. */
  readonly secrets: readonly string[];
}

export type MailClient = Pick<Client, 'take' | 'mail' | 'ack' | 'send' | 'report' | 'closed' | 'close'>;

export interface WorkerMail {
  /** Rejects with OrchestraError while there is no controller. */
  connect(): Promise<MailClient>;
  sign(draft: MessageDraft): Promise<MessageDraft>;
  /** A message id made from a text, always the same one: a worker that died and does its work again answers with the same message. */
  idFrom(text: string): string;
}

export interface TaskCommand {
  /** Program and arguments. */
  readonly argv: readonly string[];
  /** Relative to the worker's own; null: the worker's own. */
  readonly cwd: string | null;
}

export interface RunningCommand {
  /** Resolves when nothing of its group is left. */
  readonly ended: Promise<CommandEnd>;
  /** Signals the whole process group. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void;
}

export interface CommandEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** A sentence why it could not be started. */
  readonly error: string | null;
}
