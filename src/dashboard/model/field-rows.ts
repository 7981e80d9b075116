import { textWidth } from '../../base/index.ts';
import { before, endOfLine, graphemesOf, startOfLine } from './graphemes.ts';
import type { TextField } from './text-field.ts';

/** A row of a text that is broken to a width: from where to where, UTF-16 units. */
export interface Row {
  readonly from: number;
  readonly to: number;
}

/** The rows of a field that are seen. */
export interface FieldView {
  readonly rows: readonly Row[];
  /** Where the cursor is in them, cells from 0. */
  readonly x: number;
  readonly y: number;
}

/** A line broken into rows of at most `width` columns, after a space where that can be, else beside a wide character, else anywhere. */
function rowsOfLine(text: string, from: number, to: number, width: number): Row[] {
  const rows: Row[] = [];
  let start = from;
  let used = 0;
  // Where the row may end, and the columns up to there.
  let stop = { at: from, used: 0 };
  for (const one of graphemesOf(text, from, to)) {
    if (one.width > 1 && one.from > start) stop = { at: one.from, used };
    if (used + one.width > width && one.from > start) {
      const end = stop.at > start ? stop : { at: one.from, used };
      rows.push({ from: start, to: end.at });
      start = end.at;
      used -= end.used;
      stop = { at: start, used: 0 };
    }
    used += one.width;
    if (one.text === ' ' || one.width > 1) stop = { at: one.from + one.text.length, used };
  }
  rows.push({ from: start, to });
  return rows;
}

/** The last row a place lies in: the end of a row is the begin of the next one. */
const rowOf = (rows: readonly Row[], at: number): number =>
  Math.max(
    0,
    rows.findLastIndex(({ from }) => from <= at),
  );

/**
 * What is seen of a field through `height` rows of `width` columns: the cursor in the middle, as far as the ends of the text allow. Only lines near the
 * cursor are looked at, however long the text.
 */
export function viewField({ text, at }: TextField, width: number, height: number): FieldView {
  // The cursor behind a full row needs a cell.
  const wide = Math.max(2, width) - 1;
  const rows: Row[] = [];
  const start = startOfLine(text, at);
  for (let from = start; ; ) {
    const to = endOfLine(text, from);
    rows.push(...rowsOfLine(text, from, to, wide));
    if (to === text.length || rows.length - rowOf(rows, at) > height) break;
    from = to + 1;
  }
  for (let from = start; from > 0 && rowOf(rows, at) < height; ) {
    const to = from - 1;
    from = startOfLine(text, to);
    rows.unshift(...rowsOfLine(text, from, to, wide));
  }
  const here = rowOf(rows, at);
  const top = Math.max(0, Math.min(here - Math.floor(height / 2), rows.length - height));
  const row = rows[here] as Row;
  return { rows: rows.slice(top, top + height), x: textWidth(text.slice(row.from, at)), y: here - top };
}

/** The place in a row that is nearest to a column. */
export function placeAt(text: string, { from, to }: Row, column: number): number {
  let used = 0;
  for (const one of graphemesOf(text, from, to)) {
    if (used + one.width > column) return one.from;
    used += one.width;
  }
  return to;
}

/** The cursor some rows further up or down, in `column` where that row is so long. Beyond the ends: the begin or the end of the text. */
export function moveRows(field: TextField, by: number, column: number, width: number): TextField {
  const { rows, y } = viewField(field, width, 2 * Math.abs(by) + 3);
  const row = rows[y + by];
  if (row === undefined) return { ...field, at: by < 0 ? 0 : field.text.length };
  const at = placeAt(field.text, row, column);
  // The end of a row that goes on below is the begin of the next one.
  const next = rows[y + by + 1];
  const last = next !== undefined && next.from === row.to && at === row.to && row.to > row.from;
  return { ...field, at: last ? before(field.text, at) : at };
}

/** A field of one line, as much of it as `width` columns show around the cursor, and the cursor's column in it. */
export function viewLine({ text, at }: TextField, width: number): { readonly text: string; readonly x: number } {
  const room = Math.max(1, width - 1);
  const ahead = [...graphemesOf(text, 0, at)];
  let used = ahead.reduce((sum, one) => sum + one.width, 0);
  let from = 0;
  for (const one of ahead) {
    if (used <= room) break;
    used -= one.width;
    from = one.from + one.text.length;
  }
  let to = at;
  let wide = used;
  for (const one of graphemesOf(text, at)) {
    if (wide + one.width > width) break;
    wide += one.width;
    to = one.from + one.text.length;
  }
  return { text: text.slice(from, to), x: used };
}
