import { describe, expect, it } from 'vitest';
import type { Driver, PaneDoor } from '../../drivers/index.ts';
import type { Activity, MailEntry } from '../../protocol/index.ts';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { gate } from '../../../test/support/gate.ts';
import { Delivery } from './delivery.ts';

const ENTRY = { message: { id: 'm1' }, state: 'submitted' } as unknown as MailEntry;

/** One agent that reads its mail itself, with one message in flight once it took it. */
function desk(take: () => Promise<MailEntry | null> = async () => ENTRY): {
  delivery: Delivery;
  finished: string[];
  is: (activity: Activity) => void;
} {
  let activity: Activity = 'idle';
  const finished: string[] = [];
  const ignore = async (): Promise<void> => {};
  const delivery = new Delivery({
    clock: new FakeClock(),
    outbox: {
      isOpen: true,
      waiting: () => ['mika'],
      head: () => null,
      inFlight: () => (finished.length === 0 ? [ENTRY] : []),
      begin: async () => ENTRY,
      take,
      submitted: ignore,
      started: ignore,
      finished: async (_agent, id) => void finished.push(id),
      defer: ignore,
      retry: ignore,
      die: ignore,
    },
    typist: () => ({
      recipient: {
        state: 'running',
        activity,
        readable: true,
        fetches: true,
        mode: 'inbox',
        held: false,
        paused: false,
      },
      driver: {} as Driver,
      heldBefore: false,
      incarnation: 1,
      isNew: false,
      pane: '%1',
      door: {} as PaneDoor,
      turns: () => 0,
    }),
    isMute: () => false,
    onSubmitted: () => {},
    trouble: () => {},
  });
  return { delivery, finished, is: (now) => void (activity = now) };
}

describe('mail an agent took itself', () => {
  it('is not over because the agent still counts as idle, while it is taken and after', async () => {
    const disk = gate();
    const { delivery, finished } = desk(async () => {
      await disk.promise;
      return ENTRY;
    });
    const taken = delivery.take('mika');
    delivery.consider('mika');
    disk.open();
    await taken;
    delivery.consider('mika');
    expect(finished).toEqual([]);
  });

  it('is over when the agent was seen to work and is idle again', async () => {
    const { delivery, finished, is } = desk();
    await delivery.take('mika');
    is('busy');
    delivery.consider('mika');
    is('idle');
    delivery.consider('mika');
    expect(finished).toEqual(['m1']);
  });

  it('is over with the turn it was taken in', async () => {
    const { delivery, finished, is } = desk();
    is('busy');
    await delivery.take('mika');
    is('idle');
    delivery.consider('mika');
    expect(finished).toEqual(['m1']);
  });

  it('leaves everything as it was when there is none, or when the disk refuses', async () => {
    for (const take of [async () => null, () => Promise.reject(new Error('EIO'))]) {
      const { delivery, finished } = desk(take);
      await delivery.take('mika').catch(() => null);
      delivery.consider('mika');
      expect(finished).toEqual(['m1']);
    }
  });
});
