/** Panes of text look right when they are about this many times as wide as high, counted in cells. */
const PLEASING = 2.5;
/** What a grid with rows of different lengths has to be better by. */
const UNEVEN = 0.1;

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * How many panes go into each row of a grid, or null when they cannot all be at least `min`. The rows are as even as
 * the number allows, longer ones first (5 in three columns: 3 and 2), so that the shorter ones stretch over the width.
 * A given number of columns is the most: a window too narrow for them has fewer.
 */
export function gridRows(count: number, columns: number | 'auto', area: Size, min: Size): readonly number[] | null {
  const widest = Math.min(count, Math.floor((area.width + 1) / (min.width + 1)));
  const highest = Math.min(count, Math.floor((area.height + 1) / (min.height + 1)));
  if (widest < 1 || highest < 1 || widest * highest < count) return null;
  if (columns === 'auto') return evenRows(count, squarest(count, area, widest, highest));
  const rows = Math.ceil(count / Math.min(columns, widest));
  return rows > highest ? null : evenRows(count, rows);
}

function evenRows(count: number, rows: number): readonly number[] {
  return Array.from({ length: rows }, (_, i) => Math.ceil((count - i) / rows));
}

/** The number of rows, from those that fit, whose panes come nearest to the pleasing proportion. */
function squarest(count: number, area: Size, widest: number, highest: number): number {
  let best = highest;
  let least = Number.POSITIVE_INFINITY;
  for (let rows = Math.ceil(count / widest); rows <= highest; rows += 1) {
    const off = displeasure(count, rows, area);
    if (off < least) [best, least] = [rows, off];
  }
  return best;
}

/** Mean distance of the panes from the pleasing proportion; twice as wide counts as much as half as wide. */
function displeasure(count: number, rows: number, area: Size): number {
  const short = Math.floor(count / rows);
  const longRows = count % rows;
  const height = (area.height + 1) / rows - 1;
  const off = (columns: number): number => Math.abs(Math.log(((area.width + 1) / columns - 1) / height / PLEASING));
  const shortPanes = (rows - longRows) * short;
  const longPanes = longRows * (short + 1);
  return (shortPanes * off(short) + longPanes * off(short + 1)) / count + (longRows > 0 ? UNEVEN : 0);
}
