import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UsagePoint } from '../protocol/index.ts';
import { adviceFor, type Known } from './advice.ts';
import { Series } from './series.ts';
import { trendOf } from './trend.ts';
import { UsageLog } from './usage.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('what is kept', () => {
  it('is each look of the last hour', () => {
    const series = new Series();
    for (let second = 0; second < 5_000; second++)
      series.note({ cpu: second % 100, memory: second, written: 1 }, second * 1_000);
    const points = series.fine(0, 4_999_000);
    expect(points).toHaveLength(3_600);
    expect(points[0]).toEqual({ at: 1_400_000, cpu: 0, memory: 1_400, written: 1 });
    expect(series.fine(4_990_000, 4_999_000)).toHaveLength(10);
  });

  it('is each minute that is over: the mean, the most, the sum', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ cpu: fc.nat(100), memory: fc.nat(1_000), written: fc.nat(50) }), {
          minLength: 2,
          maxLength: 60,
        }),
        (samples) => {
          const series = new Series();
          for (const [second, sample] of samples.entries()) expect(series.note(sample, second * 1_000)).toBeNull();
          const over = series.note({ cpu: 0, memory: 0, written: 0 }, MINUTE);
          expect(over?.at).toBe(MINUTE);
          expect(over?.cpu).toBeCloseTo(samples.reduce((sum, { cpu }) => sum + cpu, 0) / samples.length);
          expect(over?.memory).toBe(Math.max(...samples.map(({ memory }) => memory)));
          expect(over?.written).toBe(samples.reduce((sum, { written }) => sum + written, 0));
        },
      ),
    ));

  it('is let go of with its agent', () => {
    const log = new UsageLog({ save: () => {}, load: () => [], forget: () => {} });
    for (const agent of ['kaede', 'gone']) log.note(agent, { cpu: 1, memory: 1, written: 0 }, 1_000);
    log.keepOnly(new Set(['kaede']));
    expect([log.of('kaede', 0, 2_000).points.length, log.of('gone', 0, 2_000).points.length]).toEqual([1, 0]);
  });

  it('is written once, again when the disk refused, and forgotten after a week', () => {
    const saved: string[] = [];
    let full = true;
    let forgotten = 0;
    const log = new UsageLog({
      save: (minutes) => {
        if (full) throw new Error('ENOSPC');
        saved.push(...minutes.map(({ agent, point }) => `${agent} ${point.at}`));
      },
      load: () => [],
      forget: (before) => void (forgotten = before),
    });
    for (const wall of [0, MINUTE, 2 * MINUTE]) log.note('kaede', { cpu: 1, memory: 1, written: 0 }, wall + 10 * DAY);
    expect(() => log.flush(10 * DAY)).toThrow('ENOSPC');
    expect(log.minutes('kaede', 0)).toHaveLength(2);
    full = false;
    log.flush(10 * DAY);
    log.flush(10 * DAY);
    expect(saved).toEqual([`kaede ${10 * DAY + MINUTE}`, `kaede ${10 * DAY + 2 * MINUTE}`]);
    expect(forgotten).toBe(3 * DAY);
  });
});

describe('a trend', () => {
  it('is the line the points lie on', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000, max: 1_000 }),
        fc.nat(1_000),
        fc.integer({ min: 2, max: 50 }),
        (slope, base, n) => {
          const points = Array.from({ length: n }, (_, hour) => ({
            at: hour * 60 * MINUTE,
            value: base + slope * hour,
          }));
          const trend = trendOf(points);
          expect(trend?.slope).toBeCloseTo(slope);
          expect(trend?.fit).toBeCloseTo(1);
          expect(trend?.to).toBeCloseTo(base + slope * (n - 1));
        },
      ),
    ));

  it('is none of one point', () => expect(trendOf([{ at: 1, value: 1 }])).toBeNull());
});

describe('advice', () => {
  const minutes = (count: number, of: (minute: number) => Partial<UsagePoint>): UsagePoint[] =>
    Array.from({ length: count }, (_, n) => ({ at: n * MINUTE, cpu: 1, memory: 100e6, written: 0, ...of(n) }));
  const known = (over: Partial<Known>): Known => ({
    agent: 'kaede',
    minutes: [],
    memoryLimit: null,
    deaths: 0,
    medianLife: 0,
    ...over,
  });
  const kinds = (over: Partial<Known>): string[] => adviceFor(known(over)).map(({ kind }) => kind);

  it('finds a leak, with its numbers', () => {
    const [leak] = adviceFor(
      known({ minutes: minutes(120, (n) => ({ memory: 100e6 + n * 1e6 })), memoryLimit: 400e6 }),
    );
    expect(leak).toMatchObject({ kind: 'leak' });
    expect(leak?.evidence).toMatch(
      /^its memory grew from 124M to 209M in 1h 29m, 57M an hour, 100 % of it along a straight line; it meets its limit in 3h 0\dm$/,
    );
  });

  it('takes no warm-up, no saw and no noise for a leak', () => {
    expect(kinds({ minutes: minutes(120, (n) => ({ memory: Math.min(n, 20) * 10e6 })) })).toEqual([]);
    expect(kinds({ minutes: minutes(120, (n) => ({ memory: 100e6 + (n % 20) * 10e6 })) })).toEqual([]);
    const noise = (n: number): number => ((n * 7_919) % 101) * 0.5e6;
    expect(kinds({ minutes: minutes(300, (n) => ({ memory: 200e6 + noise(n) })) })).toEqual([]);
  });

  it.each<[string, Partial<Known>, string[]]>([
    ['nothing of what is new', { minutes: minutes(5, () => ({ memory: 9e9, cpu: 100 })) }, []],
    ['a limit that is nearly met', { minutes: minutes(90, () => ({})), memoryLimit: 105e6 }, ['memory-limit']],
    ['a limit far away', { minutes: minutes(90, () => ({})), memoryLimit: 2e9 }, ['memory-limit']],
    ['no limit where much is used', { minutes: minutes(90, () => ({ memory: 3e9 })) }, ['no-memory-limit']],
    ['a processor that never rests', { minutes: minutes(20, () => ({ cpu: 99 })) }, ['cpu']],
    ['none that does', { minutes: minutes(20, (n) => ({ cpu: n === 15 ? 10 : 99 })) }, []],
    ['a disk that is written all the time', { minutes: minutes(20, () => ({ written: 200e6 })) }, ['disk']],
    ['many deaths', { deaths: 12, medianLife: 1_200 }, ['restarts']],
  ])('says %s', (_, over, expected) => expect(kinds(over)).toEqual(expected));
});
