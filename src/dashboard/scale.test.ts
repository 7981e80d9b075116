import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countScale, shortCount, shortTime, timeScale } from './scale.ts';

const WIDEST = 6;

test('counts end with a round number that holds all of them, and their labels have room', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5_000_000 }), (highest) => {
      const { height, labels } = countScale(highest);
      expect(height(0)).toBe(0);
      expect(height(highest)).toBeLessThanOrEqual(1);
      // At most a third of the height is wasted where there is anything to see.
      if (highest > 3) expect(height(highest)).toBeGreaterThan(0.45);
      for (const label of labels) expect(label.length).toBeLessThan(WIDEST);
    }),
  );
  expect([0, 3, 7, 40, 41, 950, 1_200].map((count) => countScale(count).labels[0])).toEqual([
    '2',
    '4',
    '10',
    '40',
    '60',
    '1k',
    '2k',
  ]);
});

test('times lie between their ends, longer ones never lower', () => {
  const time = fc.double({ min: 1, max: 172_800_000, noNaN: true });
  fc.assert(
    fc.property(time, time, time, (one, two, other) => {
      const [low, high] = [Math.min(one, two), Math.max(one, two)];
      const { height, labels } = timeScale(low, high);
      expect(height(low)).toBeGreaterThanOrEqual(0);
      expect(height(high)).toBeLessThanOrEqual(1);
      if (other < low) expect(height(other)).toBeLessThanOrEqual(height(low));
      expect(height(low)).toBeLessThanOrEqual(height(high));
      for (const label of labels) expect(label.length).toBeLessThan(WIDEST);
    }),
  );
});

test('no time at all has an axis all the same', () => {
  // What Math.min and Math.max make of an empty list.
  const { labels } = timeScale(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
  expect(labels.join(' ')).not.toMatch(/NaN|Infinity/);
});

test('numbers as people read them', () => {
  expect([0, 7, 999, 1_000, 1_234, 34_500, 2_000_000].map(shortCount)).toEqual([
    '0',
    '7',
    '999',
    '1k',
    '1.2k',
    '35k',
    '2.0M',
  ]);
  expect([0, 24, 999, 1_000, 1_340, 12_900, 61_000, 7_300_000].map(shortTime)).toEqual([
    '0ms',
    '24ms',
    '999ms',
    '1s',
    '1.3s',
    '12s',
    '1m',
    '2h',
  ]);
});
