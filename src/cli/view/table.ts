import { cutText, fitText, textWidth } from '../../base/index.ts';
import type { Ink, Style } from './style.ts';

export interface Column<Row> {
  readonly title: string;
  /** One line without control characters; a column with no text in any row is left out. */
  text(row: Row): string;
  ink?(row: Row): Ink;
  readonly align?: 'left' | 'right';
  /** Width at which it still reads well: columns of lower priority are dropped before it is cut shorter. Default: all it needs. */
  readonly comfort?: number;
  /** Narrowest it may be cut to before it is dropped itself. Default: `comfort`. */
  readonly least?: number;
  /** The lowest is dropped first when the terminal is too narrow; without it, never. */
  readonly priority?: number;
}

const GAP = 2;

/** Rows as aligned lines of at most `width` columns, with a line of titles. Columns are cut first, then dropped by priority. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  style: Style,
): string[] {
  const shown = fitColumns(columns, rows, width);
  const last = shown.at(-1);
  const line = (cell: (fitted: Fitted<Row>) => { text: string; ink: Ink }): string =>
    shown
      .map((fitted) => {
        const { text, ink } = cell(fitted);
        const ending = fitted === last && fitted.column.align !== 'right';
        const cut = ending ? cutText(text, fitted.width) : fitText(text, fitted.width, fitted.column.align);
        return style.paint(ink, cut);
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  return [
    line(({ column }) => ({ text: column.title, ink: 'dim' })),
    ...rows.map((row) => line(({ column }) => ({ text: column.text(row), ink: column.ink?.(row) ?? 'plain' }))),
  ];
}

interface Fitted<Row> {
  readonly column: Column<Row>;
  /** What the longest text needs. */
  readonly natural: number;
  /** What it gets. */
  width: number;
}

function fitColumns<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): readonly Fitted<Row>[] {
  const fitted = columns.flatMap((column) => {
    const longest = Math.max(0, ...rows.map((row) => textWidth(column.text(row))));
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
