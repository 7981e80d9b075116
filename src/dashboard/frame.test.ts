import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textOf } from '../../test/support/dashboard.ts';
import { asciiLine } from './ascii.ts';
import { fitLine, fitLines, type Line, lineWidth, overlay, sliceLine, span, spread } from './frame.ts';

/** Narrow, wide, without width, emoji, half-width, box drawing: what names and messages are made of. */
const word = fc.string({
  unit: fc.constantFrom(
    'a',
    'Z',
    ' ',
    'カ',
    'エ',
    '指',
    '👩',
    '🎼',
    'ｶ',
    '…',
    '│',
    '⣿',
    'é',
    'e\u0301',
    '\u200b',
    '한',
  ),
  maxLength: 12,
});
const line: fc.Arbitrary<Line> = fc.array(
  fc.record({
    text: word,
    tone: fc.constantFrom('plain', 'bad'),
    ground: fc.constantFrom('none', 'bar'),
  }) as fc.Arbitrary<Line[number]>,
  { maxLength: 6 },
);
const columns = fc.integer({ min: 0, max: 40 });

describe('widths stay exact, whatever characters there are', () => {
  test('of a slice', () => {
    fc.assert(
      fc.property(line, columns, columns, (its, from, width) => {
        const there = Math.max(0, Math.min(lineWidth(its) - from, width));
        expect(lineWidth(sliceLine(its, from, width))).toBe(there);
      }),
    );
  });

  test('of two slices, which together are as wide as the line', () => {
    fc.assert(
      fc.property(line, columns, (its, at) => {
        const wide = lineWidth(its);
        const parts = [...sliceLine(its, 0, at), ...sliceLine(its, at, Math.max(0, wide - at))];
        expect(lineWidth(parts)).toBe(wide);
      }),
    );
  });

  test('of a fitted line', () => {
    fc.assert(
      fc.property(line, columns, (its, width) => {
        expect(lineWidth(fitLine(its, width))).toBe(width);
      }),
    );
  });

  test('of two ends spread over a line', () => {
    fc.assert(
      fc.property(line, line, columns, (left, right, width) => {
        expect(lineWidth(spread(left, right, width))).toBe(width);
      }),
    );
  });

  test('of a block', () => {
    fc.assert(
      fc.property(fc.array(line), columns, columns, (its, width, height) => {
        const fitted = fitLines(its, { width, height });
        expect(fitted).toHaveLength(height);
        for (const one of fitted) expect(lineWidth(one)).toBe(width);
      }),
    );
  });

  test('of a box over a block, and the box is whole', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 8 }),
        fc.array(line, { maxLength: 5 }),
        columns,
        columns,
        (its, over, a, b) => {
          const block = fitLines(its, { width: 40, height: 8 });
          const wide = Math.max(0, ...over.map(lineWidth));
          const [x, y] = [Math.max(0, Math.min(a, 40 - wide)), b % 8];
          const box = over.map((one) => fitLine(one, Math.min(wide, 40)));
          const laid = overlay(block, box, x, y);
          laid.forEach((one, row) => {
            expect(lineWidth(one)).toBe(40);
            const part = box[row - y];
            if (part === undefined) expect(one).toEqual(block[row]);
            else expect(textOf(one)).toContain(textOf(part));
          });
        },
      ),
    );
  });

  test('of a line for a terminal that knows ASCII only, and there is nothing else in it', () => {
    fc.assert(
      fc.property(line, (its) => {
        expect(lineWidth(asciiLine(its))).toBe(lineWidth(its));
        expect(textOf(asciiLine(its))).toMatch(/^[ -~]*$/);
      }),
    );
  });
});

test('half of a wide character is a blank', () => {
  expect(textOf(sliceLine([span('カエデ')], 1, 4))).toBe(' エ ');
  expect(textOf(fitLine([span('カエデ')], 4))).toBe('カ …');
});
