import { describe, expect, it } from 'vitest';
import { driverOf } from '../../drivers/index.ts';
import { nextTurn } from '../../platform/index.ts';
import type { Activity, MailEntry, MessageState } from '../../protocol/index.ts';
import { FakeCli, type Habits, type Happening } from '../../../test/support/fake-cli.ts';
import { FakeMail } from '../../../test/support/fake-mail.ts';
import { Delivery } from './delivery.ts';

const HABITS: Habits = {
  width: 80,
  pasteDelay: 30,
  foldAbove: 99,
  deafTo: 0,
  turn: 0,
  behindDialog: 'kept',
  dialogBeside: false,
  echoes: false,
};

/** One agent with one message, and what became of the message. */
class Desk {
  readonly cli: FakeCli;
  readonly said: string[] = [];
  readonly delivery: Delivery;
  incarnation = 1;
  isNew = false;
  isMute = false;
  isOpen = true;
  activity: Activity = 'idle';
  state: MessageState;

  constructor(happenings: readonly Happening[] = [], state: MessageState = 'queued', habits: Partial<Habits> = {}) {
    this.cli = new FakeCli({ ...HABITS, ...habits }, happenings);
    this.state = state;
    const { message } = new FakeMail('mika').put('mika');
    const entry = (): MailEntry => ({ message, state: this.state, reason: null, notBefore: null, file: '/mail/1' });
    const is = async (now: MessageState, said: string): Promise<void> => {
      this.state = now;
      this.said.push(said);
    };
    const isOpen = (): boolean => this.isOpen;
    this.delivery = new Delivery({
      clock: this.cli.clock,
      outbox: {
        get isOpen() {
          return isOpen();
        },
        waiting: () => ['mika'],
        head: () => (this.state === 'queued' ? entry() : null),
        inFlight: () => (['delivering', 'submitted', 'started'].includes(this.state) ? [entry()] : []),
        take: async () => null,
        begin: async () => {
          this.state = 'delivering';
          return entry();
        },
        submitted: () => is('submitted', 'submitted'),
        started: () => is('started', 'started'),
        finished: () => is('acked', 'finished'),
        defer: (_, __, ___, why) => is('queued', `deferred: ${why}`),
        retry: (_, __, why) => is('queued', `retried: ${why}`),
        die: (_, __, reason) => is('dead', `dead: ${reason}`),
      },
      typist: () => ({
        recipient: {
          state: 'running',
          activity: this.activity,
          readable: true,
          fetches: false,
          mode: 'idle',
          held: false,
          paused: false,
        },
        driver: driverOf('claude', {}),
        heldBefore: false,
        incarnation: this.incarnation,
        isNew: this.isNew,
        pane: '%1',
        door: this.cli,
        turns: () => 0,
      }),
      isMute: () => this.isMute,
      onSubmitted: () => {},
      trouble: () => {},
    });
  }

  /** One try, to its end: everything of it happens in one turn of the event loop, since the time of the fake passes by itself. */
  async round(): Promise<void> {
    this.cli.pass(4_000);
    this.delivery.consider('mika');
    this.activity = 'busy'; // no second try by itself
    await nextTurn();
    this.activity = 'idle';
  }
}

const DIALOG: Happening = { at: 4_100, what: 'dialog' };

describe('a message that an input field does not take', () => {
  it('waits twice with the reason, and counts from then on', async () => {
    const desk = new Desk([], 'queued', { deafTo: 99 });
    for (let round = 0; round < 3; round++) await desk.round();
    const why = 'its input field does not react to its keys';
    expect(desk.said).toEqual([`deferred: ${why}`, `deferred: ${why}`, `retried: ${why}`]);
  });
});

describe('a message whose end is open when its agent ends', () => {
  it('is said again when it was never submitted', async () => {
    const desk = new Desk([DIALOG]);
    await desk.round();
    expect([desk.state, desk.said, desk.cli.presses]).toEqual(['delivering', [], 0]);
    desk.delivery.ended('mika');
    expect(desk.said).toEqual(['retried: the agent ended before it was submitted']);
  });

  it('is said again also when nobody saw the end: the screen is still that of the dead one', async () => {
    const desk = new Desk([DIALOG]);
    await desk.round();
    desk.cli.dialog = false;
    desk.incarnation = 2;
    await desk.round();
    expect([desk.said, desk.cli.presses]).toEqual([['retried: the agent ended before it was submitted'], 0]);
  });

  it('is given up when its keys were pressed', async () => {
    const desk = new Desk();
    await desk.round();
    expect([desk.state, desk.cli.presses]).toEqual(['delivering', 1]);
    desk.incarnation = 2;
    await desk.round();
    expect([desk.said, desk.cli.presses]).toEqual([['dead: ambiguous'], 1]);
  });

  it('is given up when the controller before this one typed it into an agent that is gone', async () => {
    const desk = new Desk([], 'delivering');
    desk.isNew = true;
    await desk.round();
    expect([desk.said, desk.cli.presses]).toEqual([['dead: ambiguous'], 0]);
  });
});

describe('a turn whose agent ended before the mail could be looked at', () => {
  const endedEarly = (isMute: boolean): Desk => {
    const desk = new Desk([], 'submitted');
    Object.assign(desk, { isOpen: false, isMute });
    desk.delivery.ended('mika');
    desk.delivery.consider('mika'); // its next life waits for work
    expect(desk.said).toEqual([]);
    desk.isOpen = true;
    return desk;
  };

  it('is not over because its next life is idle', () => {
    const desk = endedEarly(false);
    desk.delivery.consider('mika');
    expect(desk.said).toEqual(['retried: the agent ended in its turn']);
  });

  it('is said again with the next sweep when nothing else happens', () => {
    const desk = endedEarly(false);
    desk.delivery.sweep();
    expect(desk.said[0]).toBe('retried: the agent ended in its turn');
  });

  it('is over where nobody could tell its end', () => {
    const desk = endedEarly(true);
    desk.delivery.consider('mika');
    expect(desk.said).toEqual(['finished']);
  });
});
