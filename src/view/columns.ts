import { textWidth } from '../base/index.ts';
import type { Ink } from './ink.ts';

export interface Column<Row> {
  readonly title: string;
  /** One line without control characters; a column with no text in any row is left out. */
  text(row: Row): string;
  ink?(row: Row): Ink;
  /** All its texts are so wide, or about: nobody measures them. A column with it is never left out for being empty. */
  readonly natural?: number;
  readonly align?: 'left' | 'right';
  /** Width at which it still reads well: columns of lower priority are dropped before it is cut shorter. Default: all it needs. */
  readonly comfort?: number;
  /** Narrowest it may be cut to before it is dropped itself. Default: `comfort`. */
  readonly least?: number;
  /** The lowest is dropped first when the terminal is too narrow; without it, never. */
  readonly priority?: number;
}

/** Blanks between two columns. */
export const GAP = 2;

export interface Fitted<Row> {
  readonly column: Column<Row>;
  /** What the longest text needs. */
  readonly natural: number;
  /** What it gets. */
  width: number;
}

/** Widths for columns, so that rows take at most `width` columns with their gaps: they are cut first, then dropped by priority. */
export function fitColumns<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
): readonly Fitted<Row>[] {
  const fitted = columns.flatMap((column) => {
    const longest = column.natural ?? Math.max(0, ...rows.map((row) => textWidth(column.text(row))));
    if (longest === 0) return [];
    const natural = Math.max(longest, textWidth(column.title));
    return [{ column, natural, width: Math.min(natural, column.comfort ?? natural) }];
  });
  const shown = dropColumns(fitted, width);
  for (let over = total(shown) - width; over > 0; over--) {
    const widest = shown.reduce((most, one) => (one.width > most.width ? one : most));
    widest.width = Math.max(1, widest.width - 1);
  }
  let spare = width - total(shown);
  for (const one of shown) {
    const more = Math.max(0, Math.min(spare, one.natural - one.width));
    one.width += more;
    spare -= more;
  }
  return shown;
}

const total = (all: readonly { readonly width: number }[]): number =>
  all.reduce((sum, one) => sum + GAP + one.width, -GAP);

/** The column that matters least is first cut, then dropped, until the rest fits. */
function dropColumns<Row>(fitted: readonly Fitted<Row>[], width: number): readonly Fitted<Row>[] {
  const shown = [...fitted];
  for (let over = total(shown) - width; over > 0; over = total(shown) - width) {
    const [victim] = shown
      .filter(({ column }) => column.priority !== undefined)
      .sort((a, b) => (a.column.priority ?? 0) - (b.column.priority ?? 0));
    if (victim === undefined) break;
    const least = Math.min(victim.width, victim.column.least ?? victim.width);
    if (victim.width - over >= least) victim.width -= over;
    else shown.splice(shown.indexOf(victim), 1);
  }
  return shown;
}
