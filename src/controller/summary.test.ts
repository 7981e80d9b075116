import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripEscapes } from '../base/index.ts';
import { ACTIVITIES, LIFECYCLES } from '../protocol/index.ts';
import { type Summed, summaryLine } from './summary.ts';

const agent = (name: string, changes: Partial<Summed> = {}): Summed => ({
  name,
  state: 'running',
  activity: 'idle',
  paused: false,
  mail: { queued: 0, inFlight: 0, dead: 0 },
  ...changes,
});
/** Without its colours. */
const plain = (line: string): string => line.replaceAll(/#\[[^\]]*\]/g, '').replaceAll(/ {2,}/g, ' · ');

describe('the crew in the status bar', () => {
  it('is one word when all is well', () =>
    expect(summaryLine([agent('kaede'), agent('sakura')])).toBe('2 of 2 running'));

  it('tells who waits for a person, what is broken, and what else waits', () =>
    expect(
      plain(
        summaryLine([
          agent('a', { activity: 'approval', mail: { queued: 2, inFlight: 1, dead: 0 } }),
          agent('b', { activity: 'question' }),
          agent('c', { activity: 'approval', mail: { queued: 1, inFlight: 0, dead: 4 } }),
          agent('d', { state: 'broken' }),
          agent('e', { state: 'stopped', activity: 'approval' }),
          agent('f', { state: 'held', paused: true }),
        ]),
      ),
    ).toBe('3 of 6 running · a, b and 1 more asks · d broken · 1 held · 1 paused · 3 queued'));

  it('is one line of plain words, whatever the crew', () => {
    const some = fc.record({
      name: fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/),
      state: fc.constantFrom(...LIFECYCLES),
      activity: fc.constantFrom(...ACTIVITIES),
      paused: fc.boolean(),
      mail: fc.record({ queued: fc.nat(), inFlight: fc.nat(), dead: fc.nat() }),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 40 }), (agents) => {
        const line = summaryLine(agents);
        expect(stripEscapes(line)).toBe(line);
        expect(plain(line)).toMatch(/^[a-z0-9 ,·-]*$/);
        expect(plain(line).length).toBeLessThan(240);
      }),
    );
  });
});
