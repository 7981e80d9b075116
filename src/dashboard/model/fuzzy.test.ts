import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzy, rank } from './fuzzy.ts';

const NAMES = [
  'restart',
  'restart kaede',
  'restart sakura',
  'message kaede',
  'stop kaede',
  'go kaede',
  'stop-all',
  'go',
  'help',
];
const items = NAMES.map((name) => ({ name, help: `does ${name} at once` }));
const names = (query: string): readonly string[] => rank(query, items).map(({ item }) => item.name);

describe('fuzzy', () => {
  it.each([
    ['restart', 'restart'],
    ['restart ', 'restart kaede'],
    ['rk', 'restart kaede'],
    ['rs', 'restart sakura'],
    ['re sa', 'restart sakura'],
    ['sk', 'stop kaede'],
    ['sa', 'stop-all'],
    ['go', 'go'],
    ['gk', 'go kaede'],
    ['MK', 'message kaede'],
  ])('%j means %j', (query, name) => {
    expect(names(query)[0]).toBe(name);
  });

  it('finds by the sentence what no name fits, after all that have the name', () => {
    expect(names('once help')).toEqual(['help']);
    expect(rank('once help', items)[0]?.helpAt).toEqual([5, 6, 7, 8, 13, 14, 15, 16]);
    expect(names('zzz')).toEqual([]);
    expect(names('')).toEqual(NAMES);
  });

  it('marks letters that are there, in order', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.constantFrom(...NAMES), (query, name) => {
        const match = fuzzy(query, name);
        const wanted = query.toLowerCase().trimStart();
        if (match === null) return;
        expect(match.at.map((place) => name[place]).join('')).toBe(wanted);
        expect([...match.at].sort((a, b) => a - b)).toEqual(match.at);
      }),
    );
  });

  it('finds every text by any of its letters in order', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), fc.infiniteStream(fc.boolean()), (name, keep) => {
        const picks = keep[Symbol.iterator]();
        const query = name
          .split('')
          .filter(() => picks.next().value === true)
          .join('');
        expect(fuzzy(query, name)).not.toBeNull();
      }),
    );
  });
});
