import { cutText, fitText } from '../../base/index.ts';
import { type Column, type Fitted, fitColumns, GAP, type Ink } from '../../view/index.ts';
import type { Style } from './style.ts';

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
