import { existsSync, statSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { mailProblems, readWitness, recover } from '../support/mail-checker.ts';
import { type MailProcesses, processTest as test } from '../support/mail-process.ts';
import { Dice, times } from '../support/random.ts';
import { until } from '../support/until.ts';

const CREW = ['a', 'b', 'c'];
const MESSAGES = times(20_000, 1_500);
const KILLS = times(200, 8);
/** Messages before the last promised one that a sender whose controller died sends again. */
const AGAIN = 40;

/** About what one message writes into the log, bytes: how far the storm got. */
const A_MESSAGE = 900;
const logged = (mail: MailProcesses): number => (existsSync(mail.log) ? statSync(mail.log).size : 0);

describe('a storm of messages', () => {
  test('with controller and senders killed again and again loses nothing and hands nothing over twice', async ({
    mail,
  }) => {
    const dice = new Dice();
    let first = 0;
    let dropped = 0;
    const told = new Told(mail);
    for (let kill = 0; kill <= KILLS; kill++) {
      const last = kill === KILLS;
      const goal = Math.round((MESSAGES * (kill + 1)) / (KILLS + 1));
      const controller = mail.start(['storm', String(first), String(goal)]);
      const sender = mail.start(['drop', String(dropped), String(goal)]);
      if (!last) {
        const before = logged(mail);
        const some = dice.below(Math.max(2, (goal - first) * A_MESSAGE));
        await until(
          'some progress',
          () => logged(mail) + (isOver(controller.child) ? 1e9 : 0),
          (now) => now >= before + some,
          60_000,
          5,
        );
        controller.child.kill('SIGKILL');
        if (dice.below(2) === 0) sender.child.kill('SIGKILL');
      }
      const [ended] = await Promise.all([controller.ended, sender.ended]);
      if (last) expect(ended).toMatchObject({ code: 0, stderr: '' });
      first = Math.max(0, goal - AGAIN);
      dropped = Math.max(0, goal - AGAIN);
      first = Math.min(first, told.lowestMissing('000', first));
      dropped = Math.min(dropped, told.lowestMissing('001', dropped));
    }
    const queue = await recover(mail.paths, CREW);
    const witnessed = readWitness(mail.log).lines;
    expect(mailProblems(mail.paths, CREW, witnessed)).toEqual([]);
    expect(told.lowestMissing('000', MESSAGES)).toBe(MESSAGES);
    expect(told.lowestMissing('001', MESSAGES)).toBe(MESSAGES);
    await queue.close();
  });
});

const isOver = (child: { exitCode: number | null; signalCode: string | null }): boolean =>
  child.exitCode !== null || child.signalCode !== null;

/** What senders were told, read on from where it was read to: the log grows to some ten megabytes. */
class Told {
  readonly #mail: MailProcesses;
  readonly #numbers = new Map<string, Set<number>>();
  #read = 0;

  constructor(mail: MailProcesses) {
    this.#mail = mail;
  }

  /** The first message of a lane below `end` that no sender was told about. */
  lowestMissing(lane: string, end: number): number {
    this.#readOn();
    const known = this.#numbers.get(lane);
    for (let n = 0; n < end; n++) if (known?.has(n) !== true) return n;
    return end;
  }

  #readOn(): void {
    const more = readWitness(this.#mail.log, this.#read);
    this.#read += more.bytes;
    for (const line of more.lines) {
      if (line.kind !== 'promised') continue;
      const lane = line.id.slice(20, 23);
      const known = this.#numbers.get(lane) ?? new Set();
      this.#numbers.set(lane, known.add(Number(line.id.slice(-12))));
    }
  }
}
