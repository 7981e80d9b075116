import { expect, it } from 'vitest';
import { formatBytes, formatDuration } from './amount.ts';
import { nearest } from './nearest.ts';

it.each([
  [0, '0ms'],
  [-5, '0ms'],
  [999, '999ms'],
  [999.7, '1s'],
  [1_000, '1s'],
  [59_999, '59s'],
  [60_000, '1m 00s'],
  [725_000, '12m 05s'],
  [11_220_000, '3h 07m'],
  [90_000_000, '1d 01h'],
])('%i ms are %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

it.each([
  [0, '0.0K'],
  [1024, '1.0K'],
  [52_428_800, '50M'],
  [1024 ** 3 * 1.5, '1.5G'],
  [1023 * 1024, '1.0M'],
  [1024 ** 5, '1024T'],
])('%i bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

it('finds the word that was meant, or none', () => {
  const known = ['kaede', 'sakura', 'workers-1'];
  expect(nearest('saukra', known)).toBe('sakura');
  expect(nearest('keade', known)).toBe('kaede');
  expect(nearest('worker-1', known)).toBe('workers-1');
  expect(nearest('botan', known)).toBeNull();
  expect(nearest('', known)).toBeNull();
});
