import { describe, expect, it } from 'vitest';
import { countOption, momentOption } from './option.ts';

const NOW = Date.parse('2026-01-31T12:00:00Z');

it.each([
  ['0', 0],
  ['100', 100],
])('%s is a count', (text, count) => expect(countOption('-n', text)).toBe(count));
it.each(['', '-1', '1.5', 'ten', '1e3', '99999999999'])('%j is none', (text) =>
  expect(() => countOption('-n', text)).toThrow('-n takes a whole number'),
);

describe('a moment', () => {
  it.each([
    ['30s', '2026-01-31T11:59:30.000Z'],
    ['10m', '2026-01-31T11:50:00.000Z'],
    ['1.5h', '2026-01-31T10:30:00.000Z'],
    ['7d', '2026-01-24T12:00:00.000Z'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z'],
  ])('%s', (text, moment) => expect(momentOption('--since', text, NOW)).toBe(moment));

  it.each(['', 'yesterday', '10 parsecs', '999999999999999d'])('not %j', (text) =>
    expect(() => momentOption('--since', text, NOW)).toThrow('--since takes an age such as 10m'),
  );
});
