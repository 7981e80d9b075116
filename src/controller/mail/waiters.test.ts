import { expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { Waiters } from './waiters.ts';

/** Who waits, and whether that is over. */
function waiting(waiters: Waiters, agent: string, seen: number, gone?: AbortSignal): { over: boolean } {
  const state = { over: false };
  void waiters.change(agent, seen, 1_000, gone).then(() => {
    state.over = true;
  });
  return state;
}

it('ends a wait with a change of that agent, with time, and when nobody waits any more', async () => {
  const clock = new FakeClock();
  const waiters = new Waiters(clock);
  const gone = new AbortController();
  const [mika, ren, yuki] = [
    waiting(waiters, 'mika', 0),
    waiting(waiters, 'ren', 0),
    waiting(waiters, 'yuki', 0, gone.signal),
  ];
  waiters.wake('mika');
  await Promise.resolve();
  expect([mika.over, ren.over, yuki.over]).toEqual([true, false, false]);
  gone.abort();
  clock.pass(999);
  await Promise.resolve();
  expect([ren.over, yuki.over]).toEqual([false, true]);
  clock.pass(1);
  await Promise.resolve();
  expect(ren.over).toBe(true);
});

it('counts a change between the look and the wait', async () => {
  const waiters = new Waiters(new FakeClock());
  const seen = waiters.changes('mika');
  waiters.wake('mika');
  const late = waiting(waiters, 'mika', seen);
  const next = waiting(waiters, 'mika', waiters.changes('mika'));
  await Promise.resolve();
  expect([late.over, next.over]).toEqual([true, false]);
});
