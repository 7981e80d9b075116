import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_NOTICES, SEVERITIES } from '../protocol/index.ts';
import type { Item } from './item.ts';
import { isQuiet } from './quiet-hours.ts';
import { isStale, MOST_KEPT, next, NOTHING_WAITS, settled, taken, type Timing, type Waiting } from './waiting.ts';

const NOON = Date.parse('2026-01-31T12:00:00Z');
const timing = (changes: Partial<Timing> = {}): Timing => ({
  ...NO_NOTICES,
  groupWait: 10_000,
  rateLimit: null,
  ...changes,
});
const item = (at: number, changes: Partial<Item> = {}): Item => ({
  seq: at,
  at,
  event: 'agent.broken',
  severity: 'warning',
  agent: 'kaede',
  text: 'x',
  ...changes,
});
const waiting = (...items: readonly Item[]): Waiting => items.reduce(taken, NOTHING_WAITS);
const night = { from: 22 * 60, to: 7 * 60, zone: 'UTC', except: 'critical' } as const;
const at = (iso: string): number => Date.parse(iso);

describe('grouping', () => {
  it('waits from the first event on, then tells all there are', () => {
    const two = waiting(item(NOON), item(NOON + 9_000));
    expect(next(two, timing(), NOON + 9_999)).toEqual({ send: null, wake: NOON + 10_000 });
    expect(next(two, timing(), NOON + 10_000)).toMatchObject({ send: two.items, rest: { items: [] } });
  });
  it('nothing waits, nothing is to be done', () =>
    expect(next(NOTHING_WAITS, timing(), NOON)).toEqual({ send: null, wake: null }));
  it('a clock that was set back makes nobody wait longer than the wait', () =>
    expect(next(waiting(item(NOON)), timing(), NOON - 3_600_000)).toEqual({ send: null, wake: NOON - 3_590_000 }));
});

describe('the limit', () => {
  const limit = timing({ groupWait: 0, rateLimit: { notices: 2, within: 60_000 } });
  const full: Waiting = { ...waiting(item(NOON)), sent: [NOON - 50_000, NOON - 20_000] };
  it('waits until the first of the last ones is old enough', () => {
    expect(next(full, limit, NOON)).toEqual({ send: null, wake: NOON + 10_000 });
    expect(next(full, limit, NOON + 10_000)).toMatchObject({ rest: { sent: [NOON - 20_000, NOON + 10_000] } });
  });
  it('counts none of a clock that was set back since', () =>
    expect(next({ ...full, sent: [NOON + 1, NOON + 2] }, limit, NOON).send).not.toBeNull());
});

describe('quiet hours', () => {
  const quiet = timing({ groupWait: 0, quietHours: night });
  it('hold back what is not severe enough, and tell it when they end', () => {
    const both = waiting(item(at('2026-01-31T23:00:00Z')), item(at('2026-01-31T23:30:00Z'), { severity: 'critical' }));
    const found = next(both, quiet, at('2026-01-31T23:30:00Z'));
    expect(found).toMatchObject({ send: [both.items[1]], rest: { items: [both.items[0]] } });
    const rest = 'rest' in found ? found.rest : NOTHING_WAITS;
    expect(next(rest, quiet, at('2026-01-31T23:31:00Z'))).toEqual({ send: null, wake: at('2026-02-01T07:00:00Z') });
    expect(next(rest, quiet, at('2026-02-01T07:00:00Z'))).toMatchObject({ send: [both.items[0]] });
  });
  it('hold everything back without an exception', () => {
    const none = timing({ groupWait: 0, quietHours: { ...night, except: null } });
    const now = at('2026-01-31T23:00:00Z');
    expect(next(waiting(item(now, { severity: 'critical' })), none, now).send).toBeNull();
  });
});

describe('age', () => {
  const hour = timing({ maxAge: 3_600_000, quietHours: night });
  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T13:00:00Z', false],
    ['2026-01-31T12:00:00Z', '2026-01-31T13:00:01Z', true],
    // It could not be told before seven.
    ['2026-01-31T23:00:00Z', '2026-02-01T07:59:00Z', false],
    ['2026-01-31T23:00:00Z', '2026-02-01T08:01:00Z', true],
  ])('of %s at %s is too much: %s', (then, now, stale) => expect(isStale(at(then), hour, at(now))).toBe(stale));
});

describe('what waits', () => {
  it('keeps the most severe, and counts the others', () => {
    const many = Array.from({ length: MOST_KEPT }, (_, index) => item(NOON + index));
    const full = waiting(...many, item(NOON + 99, { severity: 'critical' }), item(NOON + 100, { severity: 'info' }));
    expect(full.items).toHaveLength(MOST_KEPT);
    expect(full.more).toBe(2);
    expect(full.items.at(-1)).toMatchObject({ severity: 'critical' });
    expect(full.items[0]).toBe(many[0]);
  });
  it('forgets what an agent asked and asks no more', () => {
    const [asked, others, broken] = [
      item(1, { event: 'agent.approval' }),
      item(2, { event: 'agent.approval', agent: 'momiji' }),
      item(3),
    ];
    expect(settled(waiting(asked, others, broken), 'kaede').items).toEqual([others, broken]);
  });
});

describe('over any time', () => {
  const step = fc.record({
    pass: fc.integer({ min: 0, max: 3_600_000 * 5 }),
    severity: fc.constantFrom(...SEVERITIES),
  });
  it('each event is told once or counted, never in quiet hours, never more often than the limit', () =>
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 120 }),
        fc.integer({ min: 0, max: 600_000 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3_600_000 * 3 }),
        (steps, groupWait, notices, within) => {
          const rules = timing({ groupWait, rateLimit: { notices, within }, quietHours: night });
          let [now, state] = [NOON, NOTHING_WAITS];
          const told: { at: number; items: readonly Item[] }[] = [];
          let counted = 0;
          const passTo = (end: number): void => {
            for (let found = next(state, rules, now); ; found = next(state, rules, now)) {
              if (found.send !== null) {
                told.push({ at: now, items: found.send });
                counted += found.more;
                state = found.rest;
              } else if (found.wake === null || found.wake > end) break;
              else {
                expect(found.wake).toBeGreaterThan(now);
                now = found.wake;
              }
            }
            now = end;
          };
          steps.forEach(({ pass, severity }, seq) => {
            passTo(now + pass);
            state = taken(state, item(now, { seq, severity }));
          });
          passTo(now + 40 * 86_400_000);
          const seqs = told.flatMap(({ items }) => items.map(({ seq }) => seq));
          expect(new Set(seqs).size).toBe(seqs.length);
          expect(seqs.length + counted + state.items.length + state.more).toBe(steps.length);
          expect(state.items).toEqual([]);
          for (const one of told) {
            if (isQuiet(one.at, night)) expect(one.items.every(({ severity }) => severity === 'critical')).toBe(true);
            expect(Math.min(...one.items.map((each) => each.at)) + groupWait).toBeLessThanOrEqual(one.at);
          }
          told.forEach((one, index) => {
            const before = told[index - notices];
            if (before !== undefined) expect(one.at - before.at).toBeGreaterThanOrEqual(within);
          });
        },
      ),
      { numRuns: 300 },
    ));
});
