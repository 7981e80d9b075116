import { plainLine } from '../base/index.ts';
import { countOf, Duties } from './duties.ts';
import type { WorkerPorts } from './ports.ts';

export type { CommandEnd, MailClient, RunningCommand, TaskCommand, WorkerMail, WorkerPorts } from './ports.ts';

const HEARTBEAT = 60_000;

/**
 * The built-in agent: needs no model and no account, so that a fresh machine has a real crew. Answers its mail (notes, status
 * requests, tasks that are shell commands), and says what it does with each line that is typed; ends with status 0 when its input
 * ends or it is asked to.
 */
export function work(ports: WorkerPorts): Promise<number> {
  const name = ports.name === '' ? 'worker' : ports.name;
  let notes = 0;
  const say = (text: string): void => ports.write(`${clockTime(ports.wall())}  ${text}\n`);
  const note = (text: string): void => say(`note ${++notes}${text}`);
  const duties = ports.mail === null ? null : new Duties(ports, ports.mail, { say, note });
  return new Promise((resolve) => {
    const rest = ports.every(HEARTBEAT, () => {
      const soFar = [countOf(notes, 'note'), countOf(duties?.done ?? 0, 'task')].filter((part) => part !== '');
      say(soFar.length === 0 ? 'waiting' : `waiting, ${soFar.join(' and ')} so far`);
    });
    let over = false;
    const end = (why: string): void => {
      if (over) return;
      over = true;
      rest();
      say(why);
      void (duties?.stop() ?? Promise.resolve()).then(() => resolve(0));
    };
    ports.onLine(
      (line) => {
        // Pasted or typed, a line may hold escape sequences: printed back they would move the cursor.
        const text = plainLine(line);
        if (text !== '') note(`: ${text}`);
      },
      () => end('input ended, good-bye'),
    );
    ports.onStop(() => end('asked to stop, good-bye'));
    // Last: whoever sees it may send a line or a signal at once.
    ports.write(`${name} is ready\na line typed here becomes a note\n`);
    duties?.start();
  });
}

/** Wall clock as the person's own hh:mm:ss. */
function clockTime(wall: number): string {
  const date = new Date(wall);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
