import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_DURATION, parseDuration, parseSize, writeDuration } from './units.ts';

describe('durations', () => {
  it.each([
    ['10s', 10_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['1h30m', 5_400_000],
    ['0s', 0],
    ['24d', 2_073_600_000],
  ])('reads %s', (text, value) => expect(parseDuration(text)).toEqual({ ok: true, value }));

  it.each([
    ['10', 'did you mean 10s?'],
    ['10 sec', 'did you mean 10s?'],
    ['5min', 'did you mean 5m?'],
    ['2 Hours', 'did you mean 2h?'],
    ['10msec', 'did you mean 10ms?'],
    ['3x', 'units are ms, s, m, h and d'],
    ['-1s', 'write it like 10s, 5m or 1.5h'],
    ['', 'write it like 10s, 5m or 1.5h'],
    ['25d', 'the longest possible is 24d'],
    ['9'.repeat(1_000_000), 'write it like 10s, 5m or 1.5h'],
  ])('refuses %j', (text, hint) => expect(parseDuration(text)).toEqual({ ok: false, hint }));

  it('reads back what it writes', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LONGEST_DURATION }), (value) => {
        expect(parseDuration(writeDuration(value))).toEqual({ ok: true, value });
      }),
    ));
});

describe('sizes', () => {
  it.each([
    ['2GB', 2e9],
    ['512MiB', 512 * 2 ** 20],
    ['1.5GiB', 1.5 * 2 ** 30],
    ['64 kB', 64_000],
    ['1B', 1],
  ])('reads %s', (text, value) => expect(parseSize(text)).toEqual({ ok: true, value }));

  it.each([
    ['2', 'did you mean 2MB?'],
    ['2gb', 'did you mean 2GB?'],
    ['2G', 'did you mean 2GB?'],
    ['2Gi', 'did you mean 2GiB?'],
    ['2 cows', 'units are kB, MB, GB, KiB, MiB and GiB'],
    ['lots', 'write it like 512MB, 2GB or 1.5GiB'],
    ['99999999TB', 'that is more memory than any machine has'],
  ])('refuses %s', (text, hint) => expect(parseSize(text)).toEqual({ ok: false, hint }));

  it('never throws', () =>
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const parsed of [parseSize(text), parseDuration(text)]) {
          expect(parsed.ok ? parsed.value : parsed.hint.length).toBeGreaterThanOrEqual(0);
        }
      }),
    ));
});
