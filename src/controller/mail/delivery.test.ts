import { describe, expect, it } from 'vitest';
import type { Driver, PaneDoor } from '../../drivers/index.ts';
import type { Activity, MailEntry } from '../../protocol/index.ts';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { gate } from '../../../test/support/gate.ts';
import { Delivery } from './delivery.ts';

/** One agent that reads its mail itself, with one message in flight once it took it. */
function desk(): { delivery: Delivery; finished: string[]; is: (activity: Activity) => void } {
  let activity: Activity = 'idle';
  const finished: string[] = [];
  const entry = { message: { id: 'm1' }, state: 'submitted' } as unknown as MailEntry;
  const ignore = async (): Promise<void> => {};
  const delivery = new Delivery({
    clock: new FakeClock(),
    outbox: {
      waiting: () => ['mika'],
      head: () => null,
      inFlight: () => (finished.length === 0 ? [entry] : []),
      begin: async () => entry,
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
    onSubmitted: () => {},
    trouble: () => {},
  });
  return { delivery, finished, is: (now) => void (activity = now) };
}

describe('mail an agent took itself', () => {
  it('is not over because the agent still counts as idle, while it is taken and after', async () => {
    const { delivery, finished } = desk();
    const disk = gate();
    const taken = delivery.take('mika', async () => {
      await disk.promise;
      return 'm1';
    });
    delivery.consider('mika');
    disk.open();
    await taken;
    delivery.consider('mika');
    expect(finished).toEqual([]);
  });

  it('is over when the agent was seen to work and is idle again', async () => {
    const { delivery, finished, is } = desk();
    await delivery.take('mika', async () => 'm1');
    is('busy');
    delivery.consider('mika');
    is('idle');
    delivery.consider('mika');
    expect(finished).toEqual(['m1']);
  });

  it('is over with the turn it was taken in', async () => {
    const { delivery, finished, is } = desk();
    is('busy');
    await delivery.take('mika', async () => 'm1');
    is('idle');
    delivery.consider('mika');
    expect(finished).toEqual(['m1']);
  });

  it('leaves everything as it was when there is none, or when the disk refuses', async () => {
    const { delivery, finished } = desk();
    await delivery.take('mika', async () => null);
    await expect(delivery.take('mika', () => Promise.reject(new Error('EIO')))).rejects.toThrow('EIO');
    delivery.consider('mika');
    expect(finished).toEqual(['m1']);
  });
});
