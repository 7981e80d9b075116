import { plainLine } from '../base/index.ts';

/** What the worker reads and prints through. Kept this small so that it starts at once and nine of them cost little. */
export interface WorkerPorts {
  /** Its agent name; empty when a person runs it by hand. */
  readonly name: string;
  write(text: string): void;
  /** Wall clock, milliseconds since the epoch. */
  wall(): number;
  /** Calls back every `ms` until cancelled. */
  every(ms: number, run: () => void): () => void;
  /** Calls back with each line of input, and once when it ended. */
  onLine(line: (text: string) => void, ended: () => void): void;
  /** Calls back on SIGTERM and SIGINT. */
  onStop(stop: () => void): void;
}

const HEARTBEAT = 60_000;

/**
 * The built-in agent: needs no model and no account, so that a fresh machine has a real crew. Says what it does with each line it
 * is given; ends with status 0 when its input ends or it is asked to.
 */
export function work(ports: WorkerPorts): Promise<number> {
  const name = ports.name === '' ? 'worker' : ports.name;
  let notes = 0;
  const say = (text: string): void => ports.write(`${clockTime(ports.wall())}  ${text}\n`);
  return new Promise((resolve) => {
    const rest = ports.every(HEARTBEAT, () =>
      say(notes === 0 ? 'waiting' : `waiting, ${notes} ${notes === 1 ? 'note' : 'notes'} so far`),
    );
    const end = (why: string): void => {
      rest();
      say(why);
      resolve(0);
    };
    ports.onLine(
      (line) => {
        // Pasted or typed, a line may hold escape sequences: printed back they would move the cursor.
        const text = plainLine(line);
        if (text === '') return;
        notes++;
        say(`note ${notes}: ${text}`);
      },
      () => end('input ended, good-bye'),
    );
    ports.onStop(() => end('asked to stop, good-bye'));
    // Last: whoever sees it may send a line or a signal at once.
    ports.write(`${name} is ready\na line typed here becomes a note\n`);
  });
}

/** Wall clock as the person's own hh:mm:ss. */
function clockTime(wall: number): string {
  const date = new Date(wall);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
