import type { Lifecycle, MessageState } from '../protocol/index.ts';
import type { Ink } from './ink.ts';

/** How a state is shown: a sign, its stand-in where a terminal has ASCII only, and a colour. Never by colour alone. */
export interface Sign {
  readonly sign: string;
  readonly ascii: string;
  readonly ink: Ink;
}

const STATES: Readonly<Record<Lifecycle, Sign>> = {
  running: { sign: '●', ascii: '+', ink: 'green' },
  starting: { sign: '◐', ascii: '>', ink: 'cyan' },
  stopping: { sign: '◑', ascii: '<', ink: 'cyan' },
  stopped: { sign: '■', ascii: '-', ink: 'dim' },
  backoff: { sign: '▲', ascii: '^', ink: 'yellow' },
  broken: { sign: '✖', ascii: 'x', ink: 'red' },
  held: { sign: '◌', ascii: 'o', ink: 'magenta' },
};

const MESSAGE_STATES: Readonly<Record<MessageState, Sign>> = {
  queued: { sign: '○', ascii: 'o', ink: 'plain' },
  delivering: { sign: '◐', ascii: '>', ink: 'cyan' },
  submitted: { sign: '●', ascii: '*', ink: 'cyan' },
  started: { sign: '●', ascii: '*', ink: 'green' },
  acked: { sign: '✔', ascii: '+', ink: 'green' },
  answered: { sign: '✔', ascii: '+', ink: 'green' },
  dead: { sign: '✖', ascii: 'x', ink: 'red' },
};

/** A state this program does not know comes from a newer controller: shown, not failed on. */
const UNKNOWN: Sign = { sign: '?', ascii: '?', ink: 'plain' };

export const stateSign = (state: Lifecycle): Sign => STATES[state] ?? UNKNOWN;
export const messageSign = (state: MessageState): Sign => MESSAGE_STATES[state] ?? UNKNOWN;
