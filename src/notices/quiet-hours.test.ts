import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QuietHours } from '../protocol/index.ts';
import { isQuiet, localMinutes, quietUntil } from './quiet-hours.ts';

const hours = (from: number, to: number, zone = 'Europe/Berlin'): QuietHours => ({ from, to, zone, except: null });
const at = (iso: string): number => Date.parse(iso);
const iso = (wall: number | null): string | null => (wall === null ? null : new Date(wall).toISOString());
const H = 60;

describe('quiet hours', () => {
  it.each([
    ['2026-01-31T20:59:59Z', null],
    ['2026-01-31T21:00:00Z', '2026-02-01T06:00:00.000Z'],
    ['2026-02-01T05:59:59.999Z', '2026-02-01T06:00:00.000Z'],
    ['2026-02-01T06:00:00Z', null],
    // In summer the clocks of Berlin are an hour further.
    ['2026-07-01T20:00:00Z', '2026-07-02T05:00:00.000Z'],
    // The night of 29 March is an hour shorter, that of 25 October an hour longer.
    ['2026-03-28T21:00:00Z', '2026-03-29T05:00:00.000Z'],
    ['2026-10-24T20:00:00Z', '2026-10-25T06:00:00.000Z'],
  ])('from 22:00 to 07:00 in Berlin, at %s: until %s', (now, until) =>
    expect(iso(quietUntil(at(now), hours(22 * H, 7 * H)))).toBe(until),
  );

  it('an end that the clocks leave out is when they go on', () =>
    expect(iso(quietUntil(at('2026-03-29T00:30:00Z'), hours(1 * H, 2 * H + 30)))).toBe('2026-03-29T01:00:00.000Z'));

  it('of a zone that is not a whole hour away', () =>
    expect(iso(quietUntil(at('2026-01-31T18:00:00Z'), hours(22 * H, 7 * H, 'Asia/Kathmandu')))).toBe(
      '2026-02-01T01:15:00.000Z',
    ));

  it('within a day, and none at all', () => {
    expect(iso(quietUntil(at('2026-01-31T12:00:00Z'), hours(12 * H, 14 * H, 'UTC')))).toBe('2026-01-31T14:00:00.000Z');
    expect(quietUntil(at('2026-01-31T11:59:00Z'), hours(12 * H, 14 * H, 'UTC'))).toBeNull();
    expect(quietUntil(0, null)).toBeNull();
  });

  it('end at the first moment that is not quiet', () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'];
    const minute = fc.nat(24 * H - 1);
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2025-01-01'), max: new Date('2028-01-01'), noInvalidDate: true }),
        minute,
        minute,
        fc.constantFrom(...zones),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (date, from, to, zone, share) => {
          fc.pre(from !== to);
          const quiet = hours(from, to, zone);
          const now = date.getTime();
          const end = quietUntil(now, quiet);
          expect(end === null).toBe(!isQuiet(now, quiet));
          if (end === null) return;
          expect(end).toBeGreaterThan(now);
          expect(isQuiet(end, quiet)).toBe(false);
          expect(isQuiet(end - 1, quiet)).toBe(true);
          expect(isQuiet(now + Math.floor((end - 1 - now) * share), quiet)).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('minutes are those of the clock on the wall', () => {
    expect(localMinutes(at('2026-01-31T23:59:59Z'), 'UTC')).toBe(24 * H - 1);
    expect(localMinutes(at('2026-01-31T00:00:00Z'), 'UTC')).toBe(0);
  });
});
