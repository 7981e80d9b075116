import { expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { StartSlots } from './start-slots.ts';

it('lets as many start as there are slots, the next when one is free', () => {
  const slots = new StartSlots(new FakeClock(), 2);
  expect([slots.take('a'), slots.take('b'), slots.take('c')]).toEqual([true, true, false]);
  expect(slots.free('a')).toBe(true);
  expect(slots.free('a')).toBe(false);
  expect([slots.take('c'), slots.take('d')]).toEqual([true, false]);
});

it('asked again, who has a slot keeps it', () => {
  const slots = new StartSlots(new FakeClock(), 1);
  expect([slots.take('a'), slots.take('a'), slots.take('b')]).toEqual([true, true, false]);
});

it('does not wait for ever for one that never shows itself ready', () => {
  const clock = new FakeClock();
  const slots = new StartSlots(clock, 1);
  slots.take('a');
  clock.pass(9_999);
  expect(slots.take('b')).toBe(false);
  clock.pass(1);
  expect(slots.take('b')).toBe(true);
});
