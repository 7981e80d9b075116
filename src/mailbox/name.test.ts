import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEAD_REASONS, type DeadReason, type MessageState } from '../protocol/index.ts';
import { byOrder, fileName, freshName, type MailName, parseName } from './name.ts';

const common = {
  rank: fc.integer({ min: 0, max: 3 }),
  seq: fc.integer({ min: 0, max: 999_999_999_999 }),
  id: fc.uuid({ version: 7 }),
  attempt: fc.integer({ min: 0, max: 999 }),
  redriven: fc.boolean(),
};
const none = { reason: fc.constant(null), notBefore: fc.constant(null) };
const state = (...states: MessageState[]): fc.Arbitrary<MessageState> => fc.constantFrom(...states);
const names: fc.Arbitrary<MailName> = fc.oneof(
  fc.record({ ...common, ...none, box: fc.constant('new' as const), state: state('queued') }),
  fc.record({
    ...common,
    ...none,
    box: fc.constant('new' as const),
    state: state('queued'),
    notBefore: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  }),
  fc.record({
    ...common,
    ...none,
    box: fc.constant('cur' as const),
    state: state('delivering', 'submitted', 'started'),
  }),
  fc.record({
    ...common,
    ...none,
    box: fc.constant('done' as const),
    state: state('submitted', 'started', 'acked', 'answered'),
  }),
  fc.record({
    ...common,
    ...none,
    box: fc.constant('dead' as const),
    state: state('dead'),
    reason: fc.constantFrom<DeadReason>(...DEAD_REASONS),
  }),
);

describe('the name of a message', () => {
  test('is read as it was written', () => {
    fc.assert(fc.property(names, (name) => void expect(parseName(name.box, fileName(name))).toEqual(name)));
  });

  test('sorts in the order of delivery', () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        const order = byOrder(a, b);
        if (order !== 0) expect(fileName(a) < fileName(b)).toBe(order < 0);
      }),
    );
  });

  test.each([
    ['new', ''],
    ['new', '.'],
    ['new', '../2-000000000001-0190a5a8-0000-7000-8000-000000000000.a0'],
    ['new', '4-000000000001-0190a5a8-0000-7000-8000-000000000000.a0'],
    ['new', '2-1-0190a5a8-0000-7000-8000-000000000000.a0'],
    ['new', '2-000000000001-0190A5A8-0000-7000-8000-000000000000.a0'],
    ['new', '2-000000000001-0190a5a8-0000-7000-8000-000000000000.a0.delivering'],
    ['new', '2-000000000001-0190a5a8-0000-7000-8000-000000000000.a0.n'],
    ['cur', '2-000000000001-0190a5a8-0000-7000-8000-000000000000.a0'],
    ['cur', '2-000000000001-0190a5a8-0000-7000-8000-000000000000.a1.acked'],
    ['done', '2-000000000001-0190a5a8-0000-7000-8000-000000000000.a1.delivering'],
    ['dead', '2-000000000001-0190a5a8-0000-7000-8000-000000000000.a1.tired'],
  ] as const)('%s/%s is none', (box, text) => {
    expect(parseName(box, text)).toBeNull();
  });

  test('never takes what it would write otherwise', () => {
    const box = fc.constantFrom('new', 'cur', 'done', 'dead');
    fc.assert(
      fc.property(box, fc.string({ unit: 'binary', maxLength: 90 }), (where, text) => {
        const name = parseName(where as 'new', text);
        if (name !== null) expect(fileName(name)).toBe(text);
      }),
    );
    expect(fileName(freshName(2, 7, '0190a5a8-0000-7000-8000-000000000000'))).toBe(
      '2-000000000007-0190a5a8-0000-7000-8000-000000000000.a0',
    );
  });
});
