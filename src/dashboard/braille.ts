/** One curve. null: there is no value, and no line. */
export interface Curve {
  readonly values: readonly (number | null)[];
  /** Where a value lies between the lowest line (0) and the highest (1); what is beyond is drawn on the edge. */
  height(value: number): number;
  /** Everything below the line is drawn too. */
  readonly filled?: boolean;
}

/** One cell of a drawing. */
export interface PlotCell {
  readonly text: string;
  /** Index of the curve that is seen here, the last one of those that meet; null: nothing is. */
  readonly of: number | null;
}

/** Dots of one Braille cell by row, left and right (Unicode, chapter 21.1: U+2800 and eight bits). */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const BLANK = 0x2800;

/** Curves as `height` rows of `width` Braille cells, each of 2 by 4 dots: a curve of 60 values reads well on 30 cells. */
export function braillePlot(curves: readonly Curve[], width: number, height: number): PlotCell[][] {
  const bits = grid(width, height, 0);
  const of = grid<number | null>(width, height, null);
  curves.forEach((curve, index) => {
    for (const { x, y } of dotsOf(curve, width * 2, height * 4)) {
      const row = Math.floor(y / 4);
      const column = Math.floor(x / 2);
      const line = bits[row] as number[];
      line[column] = (line[column] as number) | (DOTS[y % 4]?.[x % 2] as number);
      (of[row] as (number | null)[])[column] = index;
    }
  });
  return bits.map((row, y) =>
    // A blank, not U+2800: some fonts draw the eight places of an empty cell.
    row.map((cell, x) => ({ text: cell === 0 ? ' ' : String.fromCharCode(BLANK + cell), of: of[y]?.[x] ?? null })),
  );
}

const MARKS = ['*', 'o', '+', 'x'];

/** The same where a terminal has ASCII only: one mark a cell, another for each curve. */
export function asciiPlot(curves: readonly Curve[], width: number, height: number): PlotCell[][] {
  const of = grid<number | null>(width, height, null);
  curves.forEach((curve, index) => {
    for (const { x, y } of dotsOf(curve, width, height)) (of[y] as (number | null)[])[x] = index;
  });
  return of.map((row) =>
    row.map((index) => ({ text: index === null ? ' ' : (MARKS[index % MARKS.length] as string), of: index })),
  );
}

function grid<T>(width: number, height: number, value: T): T[][] {
  return Array.from({ length: Math.max(0, height) }, () => Array.from<T>({ length: Math.max(0, width) }).fill(value));
}

/** The dots of a curve on `width` by `height` dots, from the upper left corner. Steps between neighbours are joined, so that it stays one line. */
function dotsOf(curve: Curve, width: number, height: number): { readonly x: number; readonly y: number }[] {
  const dots: { x: number; y: number }[] = [];
  let before: number | null = null;
  for (let x = 0; x < width; x++) {
    const value = valueAt(curve.values, x, width);
    if (value === null) {
      before = null;
      continue;
    }
    const share = Math.min(1, Math.max(0, curve.height(value)));
    const y = Math.round((1 - share) * (height - 1));
    const to = curve.filled === true ? height - 1 : (before ?? y);
    // From the dot next to the one before: its own is drawn already.
    const from = curve.filled === true || to === y ? to : to + Math.sign(y - to);
    for (let at = Math.min(from, y); at <= Math.max(from, y); at++) dots.push({ x, y: at });
    before = y;
  }
  return dots;
}

/** The value at a column: between two values in proportion, the highest of those that share one column. A peak must not get lost. */
function valueAt(values: readonly (number | null)[], x: number, width: number): number | null {
  const { length } = values;
  if (length === 0) return null;
  if (length > width) {
    const shared = values.slice(Math.floor((x * length) / width), Math.floor(((x + 1) * length) / width));
    const there = shared.filter((value) => value !== null);
    return there.length === 0 ? null : Math.max(...there);
  }
  const at = width === 1 ? length - 1 : (x * (length - 1)) / (width - 1);
  const [low, high] = [values[Math.floor(at)] ?? null, values[Math.ceil(at)] ?? null];
  if (low === null || high === null) return at % 1 < 0.5 ? low : high;
  return low + (high - low) * (at % 1);
}
