import { cutText, formatDuration, textWidth } from '../base/index.ts';
import { fitLine, type Line, type Span, span, type Tone } from './frame.ts';
import type { Column } from '../view/index.ts';
import { fitColumns, GAP } from '../view/index.ts';

/** Milliseconds in one unit: `42s`, `12m`, `3h`, `2d`; for columns that must stay narrow. */
export const shortAge = (ms: number): string => {
  const whole = formatDuration(Math.max(1_000, ms)).split(' ')[0] as string;
  return whole;
};

/** Ids of messages and conversations (RFC 9562): two of them fill a line, and the end of each tells them apart. */
const LONG_ID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{6}([0-9a-f]{6})\b/g;

export const shortIds = (text: string): string => text.replaceAll(LONG_ID, '…$1');

/** A column of a table on the dashboard. */
export interface Cell<Row> extends Omit<Column<Row>, 'ink'> {
  tone?(row: Row): Tone;
  /** It takes the width that is left: what stands behind it is at the right edge. */
  readonly grows?: boolean;
}

/**
 * Rows as lines of at most `width` columns, the titles first. The columns are as wide as all rows need, so that they stay where they are while one
 * scrolls; lines are made of the `height` rows from `top` on only: all of 200 took half of the processor time of a dashboard.
 */
export function tableOf<Row>(
  columns: readonly Cell<Row>[],
  rows: readonly Row[],
  width: number,
  { top, height }: { readonly top: number; readonly height: number } = { top: 0, height: rows.length },
): { title: Line; rows: Line[] } {
  const shown = fitColumns(columns, rows, width);
  const spare = width - shown.reduce((sum, one) => sum + one.width + GAP, -GAP);
  const growing = shown.find(({ column }) => columns.find((one) => one === column)?.grows === true);
  if (growing !== undefined && spare > 0) growing.width += spare;
  const cells = shown.map((fitted) => columns.find((one) => one === fitted.column) as Cell<Row>);
  const line = (cell: (column: Cell<Row>) => { text: string; tone: Tone }): Line =>
    shown.flatMap((fitted, index) => {
      const column = cells[index] as Cell<Row>;
      const { text, tone } = cell(column);
      const cut = cutText(text, fitted.width);
      const fill = ' '.repeat(fitted.width - textWidth(cut));
      const gap = index === 0 ? '' : ' '.repeat(GAP);
      return [span(gap), span(column.align === 'right' ? fill + cut : cut + fill, tone)];
    });
  return {
    title: line(({ title }) => ({ text: title, tone: 'title' })),
    rows: rows
      .slice(top, top + height)
      .map((row) => line((column) => ({ text: column.text(row), tone: column.tone?.(row) ?? 'plain' }))),
  };
}

/** The piece of a scroll bar beside line `index` of a window of `height` lines that begins at line `top` of `length`. */
export function scrollSpan(
  index: number,
  { top, height, length }: { readonly top: number; readonly height: number; readonly length: number },
  unicode: boolean,
): Span {
  const thumb = Math.max(1, Math.floor((height * height) / length));
  const most = Math.max(1, length - height);
  const from = Math.round((top / most) * (height - thumb));
  const on = index >= from && index < from + thumb;
  return span(unicode ? (on ? '┃' : '│') : on ? '#' : '|', on ? 'title' : 'frame');
}

/** A line with a title in it: `─ Crew ─────`. */
export const rule = (title: string, width: number, unicode: boolean): Line => {
  const dash = unicode ? '─' : '-';
  const named = title === '' ? [] : [span(`${dash} `, 'frame'), span(title, 'title'), span(' ', 'frame')];
  const used = named.reduce((sum, { text }) => sum + textWidth(text), 0);
  return fitLine([...named, span(dash.repeat(Math.max(0, width - used)), 'frame')], width);
};

/** A text cut into lines of at most `width` columns, between words where that can be. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let begun = false;
  for (const word of text.split(' ')) {
    // Blanks at the beginning of the text are kept: they are the indentation of what was written.
    const next = begun ? `${line} ${word}` : word;
    begun = true;
    if (textWidth(next) <= width) {
      line = next;
      continue;
    }
    if (line.trim() !== '') lines.push(line);
    line = word;
    while (textWidth(line) > width) {
      const head = cutText(line, width + 1).replace(/…$/, '');
      // Where not even one wide character fits, it is what is cut off all the same: the text must come to an end.
      const taken = head === '' ? String.fromCodePoint(line.codePointAt(0) as number) : head;
      lines.push(taken);
      line = line.slice(taken.length);
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}
