import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asciiPlot, braillePlot, type Curve } from './braille.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const size = fc.record({ width: fc.integer({ min: 1, max: 60 }), height: fc.integer({ min: 1, max: 20 }) });
const values = fc.array(fc.option(share, { nil: null }), { maxLength: 200 });
const curve = (its: readonly (number | null)[], filled = false): Curve => ({
  values: its,
  height: (value) => value,
  filled,
});

/** Dots of a drawing, from the upper left corner. */
function dots(plot: ReturnType<typeof braillePlot>): { x: number; y: number }[] {
  const found: { x: number; y: number }[] = [];
  const places = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80];
  plot.forEach((row, line) =>
    row.forEach(({ text }, column) => {
      const bits = text === ' ' ? 0 : text.charCodeAt(0) - 0x2800;
      places.forEach((bit, at) => {
        if (bits & bit) found.push({ x: column * 2 + Math.floor(at / 4), y: line * 4 + (at % 4) });
      });
    }),
  );
  return found;
}

describe('a plot', () => {
  test.each([
    ['braille', braillePlot, /^[ \u2801-\u28ff]$/],
    ['ASCII', asciiPlot, /^[ *o+x]$/],
  ] as const)('of %s fills exactly its cells, whatever the values are', (_name, plot, cell) => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 3 }), size, fc.boolean(), (all, { width, height }, filled) => {
        const rows = plot(
          all.map((one) => curve(one, filled)),
          width,
          height,
        );
        expect(rows).toHaveLength(height);
        for (const row of rows) {
          expect(row).toHaveLength(width);
          for (const { text, of } of row) {
            expect(text).toMatch(cell);
            // A cell has a curve exactly when something is drawn in it: colours and dots cannot come apart.
            expect(of === null).toBe(text === ' ');
            if (of !== null) expect(of).toBeLessThan(all.length);
          }
        }
      }),
    );
  });

  test('is one line without a gap where there are values, and ends at its ends', () => {
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 300 }), size, (its, { width, height }) => {
        const drawn = dots(braillePlot([curve(its)], width, height));
        for (let x = 0; x < width * 2; x++) {
          const column = drawn.filter((dot) => dot.x === x).map(({ y }) => y);
          expect(column.length).toBeGreaterThan(0);
          const before = drawn.filter((dot) => dot.x === x - 1).map(({ y }) => y);
          const near = (a: readonly number[], b: readonly number[]): boolean =>
            a.some((one) => b.some((other) => Math.abs(one - other) <= 1));
          if (x > 0) expect(near(column, before)).toBe(true);
        }
      }),
    );
  });

  test('draws nothing and the lowest value on the lowest dots, the highest on the highest', () => {
    const at = (value: number): number[] => dots(braillePlot([curve([value, value])], 10, 5)).map(({ y }) => y);
    expect(new Set(at(0))).toEqual(new Set([19]));
    expect(new Set(at(1))).toEqual(new Set([0]));
    expect(new Set(at(7))).toEqual(new Set([0]));
    expect(dots(braillePlot([curve([null, null])], 10, 5))).toEqual([]);
    expect(dots(braillePlot([curve([])], 10, 5))).toEqual([]);
  });

  test('keeps a peak that shares its column with many lower values', () => {
    const its = Array.from({ length: 1_440 }, (_, index) => (index === 700 ? 1 : 0));
    expect(dots(braillePlot([curve(its)], 40, 5)).some(({ y }) => y === 0)).toBe(true);
  });

  test('leaves a gap where there is no value', () => {
    const columns = dots(braillePlot([curve([0.5, 0.5, null, null, null, 0.5, 0.5])], 7, 2)).map(({ x }) => x);
    expect(columns).toContain(0);
    expect(columns).toContain(13);
    expect(columns).not.toContain(6);
  });
});
