/**
 * Every way a command can fail, with the exit status a script sees. 1 is kept for defects of orchestra itself.
 * sysexits(3) numbers are not used: they collide with what agents themselves return through `orchestra run`.
 */
export const EXIT_STATUS = {
  internal: 1, // a defect of orchestra
  usage: 2, // a flag or an argument is wrong
  config: 3, // the configuration is invalid
  'not-running': 4, // no session is up here
  'unknown-agent': 5, // no agent of that name
  timeout: 6, // it did not happen in time
  missing: 7, // a program or a permission is missing
  conflict: 8, // something else holds what is needed
  failed: 9, // an agent failed to start, or is broken
  storage: 10, // the disk is full or not writable
  version: 11, // the running controller speaks another protocol version
  'unknown-message': 12, // no message of that id
  refused: 13, // the message may not be sent: policy, a forged sender, its form
  full: 14, // the recipient's mailbox is full
  dead: 15, // the message was given up
  dialog: 16, // a dialog is on the agent's screen
  draft: 17, // a person's text is in the agent's input line
  busy: 18, // the agent is in the middle of a turn
  ambiguous: 19, // it may have been submitted, and nothing proves it
} as const;
export type ErrorCode = keyof typeof EXIT_STATUS;

/** An error as data: a code for programs, a sentence for people, and what to do next. */
export class OrchestraError extends Error {
  readonly code: ErrorCode;
  /** What to do next, one sentence or command; empty when the message says it. */
  readonly hint: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, hint = '', data: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'OrchestraError';
    this.code = code;
    this.hint = hint;
    this.data = data;
  }

  toJSON(): { code: ErrorCode; message: string; hint: string; data: Readonly<Record<string, unknown>> } {
    return { code: this.code, message: this.message, hint: this.hint, data: this.data };
  }
}
