import fc from 'fast-check';
import { expect, it } from 'vitest';
import { adviceFor, type ChangedStart, flapping } from './flaps.ts';

const starts = (...bursts: string[][]): ChangedStart[] => bursts.map((paths, index) => ({ at: index * 1_000, paths }));

it('counts the starts of the last while only', () =>
  fc.assert(
    fc.property(fc.array(fc.nat(20_000), { maxLength: 30 }), fc.integer({ min: 2, max: 8 }), (gaps, limit) => {
      const within = 60_000;
      let kept: readonly ChangedStart[] = [];
      const all: number[] = [];
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        const { starts: recent, tooMany } = flapping(kept, { starts: limit, within }, now);
        expect(tooMany).toBe(all.filter((at) => at > now - within).length >= limit);
        kept = [...recent, { at: now, paths: [] }];
        expect(kept.length).toBeLessThanOrEqual(limit + 1);
        all.push(now);
      }
    }),
  ));

it('guards nothing without a limit', () =>
  expect(flapping(starts(['a'], ['a']), null, 0)).toEqual({ starts: [], tooMany: false }));

it.each([
  ['the file that changes each time', [['log', 'a.ts'], ['log'], ['log']], ['log']],
  [
    'a folder in place of many files',
    [
      ['out/a', 'out/b', 'out/c'],
      ['out/a', 'out/b', 'out/c'],
    ],
    ['out/'],
  ],
  ['the folder of names that are new each time', [['tmp/1'], ['tmp/2'], ['tmp/3']], ['tmp/']],
  ['files at the top by their names', [['a', 'b', 'c']], ['a', 'b', 'c']],
])('advises %s', (_, bursts, advice) => expect(adviceFor(starts(...bursts))).toEqual(advice));
