import { cutText, fitText, textWidth } from '../../base/index.ts';
import type { Ink, Style } from './style.ts';

export interface Column<Row> {
  readonly title: string;
  /** One line without control characters; a column with no text in any row is left out. */
  text(row: Row): string;
  ink?(row: Row): Ink;
  readonly align?: 'left' | 'right';
  /** Narrowest it may be cut to before another column is dropped; without it, it is never cut. */
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
  readonly natural: number;
  readonly width: number;
}

function fitColumns<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): Fitted<Row>[] {
  let shown = columns
    .map((column) => ({ column, natural: Math.max(0, ...rows.map((row) => textWidth(column.text(row)))) }))
    .filter(({ natural }) => natural > 0)
    .map(({ column, natural }) => ({ column, natural: Math.max(natural, textWidth(column.title)) }));
  const least = (all: typeof shown): number =>
    all.reduce((sum, { column, natural }) => sum + GAP + Math.min(natural, column.least ?? natural), -GAP);
  while (least(shown) > width) {
    const victim = shown
      .filter(({ column }) => column.priority !== undefined)
      .sort((a, b) => (a.column.priority ?? 0) - (b.column.priority ?? 0))[0];
    if (victim === undefined) break;
    shown = shown.filter((one) => one !== victim);
  }
  let spare = Math.max(0, width - least(shown));
  return shown.map(({ column, natural }) => {
    const narrow = Math.min(natural, column.least ?? natural, width);
    const extra = Math.min(spare, natural - narrow);
    spare -= Math.max(0, extra);
    return { column, natural, width: narrow + Math.max(0, extra) };
  });
}
