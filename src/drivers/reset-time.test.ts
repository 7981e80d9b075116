import { describe, expect, test } from 'vitest';
import { LONGEST_HOLD, resetTime } from './reset-time.ts';

const at = (iso: string): number => Date.parse(iso);
const NOON = at('2026-11-20T12:00:00Z');

describe('resetTime', () => {
  test.each([
    ['try again in 2h 13m', '2026-11-20T14:13:00Z'],
    ['Please try again in 20 minutes.', '2026-11-20T12:20:00Z'],
    ['retry after 30s', '2026-11-20T12:00:30Z'],
    ['resets in 1 hour and 5 minutes', '2026-11-20T13:05:00Z'],
    ['try again in 1.5s', '2026-11-20T12:00:01.500Z'],
    ["You've hit your session limit · resets 3:45pm (Europe/Berlin)", '2026-11-20T14:45:00Z'],
    ["You've hit your session limit · resets 3pm (UTC)", '2026-11-20T15:00:00Z'],
    ['resets at 15:00 UTC', '2026-11-20T15:00:00Z'],
    ['resets 9pm (Asia/Tokyo)', '2026-11-20T12:00:00Z'],
    ['resets 1am (America/Los_Angeles)', null],
    ['try again at Nov 20th, 2026 1:30 PM', '2026-11-20T13:30:00Z'],
    ['limit reached · resets\n  2:05pm', '2026-11-20T14:05:00Z'],
    ['resets 12am', null],
    ['You reset 3 limits', undefined],
    ['429 Too Many Requests', undefined],
    ['resets 25:00', undefined],
  ])('%s', (text, expected) => {
    // null: later than the longest hold. undefined: the text does not say.
    const want = expected === undefined ? null : expected === null ? NOON + LONGEST_HOLD : at(expected);
    expect(resetTime(text, NOON, 'UTC')).toBe(want);
  });

  test('a time of day without a zone is in the one that is given', () => {
    expect(resetTime('resets 2pm', NOON, 'Europe/Berlin')).toBe(at('2026-11-20T13:00:00Z'));
    expect(resetTime('resets 2pm', NOON, 'No/Such_Zone')).toBe(at('2026-11-20T14:00:00Z'));
  });

  test('a time that has just come is now, one that is long past is tomorrow', () => {
    expect(resetTime('resets 12:00pm', NOON + 20_000, 'UTC')).toBe(NOON);
    expect(resetTime('resets 11:00am', NOON, 'UTC')).toBe(NOON + LONGEST_HOLD);
  });
});
