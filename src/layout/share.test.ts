import { describe, expect, it } from 'vitest';
import { lengths } from './share.ts';

describe('lengths', () => {
  it.each([
    ['evenly, the first ones getting what is left', 12, [{}, {}, {}], [4, 3, 3]],
    ['by weight', 41, [{ weight: 3 }, {}], [30, 10]],
    ['sizes first, the others share the rest', 100, [{ size: 20 }, {}, { size: '30%' }], [20, 48, 30]],
    ['a size up to its bound', 24, [{}, { size: 12, max: '35%' }], [15, 8]],
    ['a share up to its bound', 101, [{ max: 20 }, {}], [20, 80]],
    ['sizes as proportions when all are sized: too large', 100, [{ size: '70%' }, { size: '70%' }], [50, 49]],
    ['sizes as proportions when all are sized: too small', 61, [{ size: 10 }, { size: 20 }], [20, 40]],
    ['bounds when another can take the rest', 61, [{ size: 10, max: 15 }, { size: 20 }], [15, 45]],
    [
      'no bounds when nobody can',
      61,
      [
        { size: 10, max: 10 },
        { size: 20, max: 20 },
      ],
      [20, 40],
    ],
    ['never less than two cells for a size', 30, [{ size: '1%' }, {}], [2, 27]],
  ])('%s', (_, length, nodes, expected) => {
    expect(lengths(length, nodes)).toEqual(expected);
  });

  it('is null when not every one can have a cell', () => {
    expect(lengths(4, [{}, {}, {}])).toBeNull();
    expect(lengths(20, [{ size: 18 }, {}, {}])).toBeNull();
  });
});
