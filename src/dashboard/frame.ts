import { characterWidth, textWidth } from '../base/index.ts';

/** What a piece of text means; the theme says how that looks. */
export type Tone =
  | 'plain'
  | 'bold'
  | 'dim'
  | 'title' // of a table or a box
  | 'accent' // the program's own colour
  | 'frame' // lines between parts
  | 'good'
  | 'busy'
  | 'warn'
  | 'bad'
  | 'ask' // waits for a person
  | 'key'; // something to press

/** What lies behind it. */
export type Ground = 'none' | 'bar' | 'select' | 'box' | 'danger';

/** Text in one look. Without control characters: whoever makes a span from a name, a message or a screen has made it plain. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
  readonly ground: Ground;
  /** Parameters of SGR (ECMA-48 8.3.117) of an agent's own colours, digits and `;` only; outranks `tone`. */
  readonly sgr?: string;
}

export type Line = readonly Span[];

/** A whole screen. Every line is exactly `width` columns wide. */
export interface Frame {
  readonly width: number;
  readonly lines: readonly Line[];
  /** Where the cursor stands, cells from 0; null: it is hidden. */
  readonly cursor: { readonly x: number; readonly y: number } | null;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const span = (text: string, tone: Tone = 'plain', ground: Ground = 'none'): Span => ({ text, tone, ground });

export const lineWidth = (line: Line): number => line.reduce((sum, { text }) => sum + textWidth(text), 0);

/** The line from column `from` on, `width` columns of it. Half of a wide character is a blank: it must not move what follows. */
export function sliceLine(line: Line, from: number, width: number): Line {
  const cut: Span[] = [];
  let at = 0;
  for (const piece of line) {
    const wide = textWidth(piece.text);
    const text =
      at >= from && at + wide <= from + width ? piece.text : sliceText(piece.text, from - at, width + from - at);
    if (text !== '') cut.push({ ...piece, text });
    at += wide;
    if (at >= from + width) break;
  }
  return cut;
}

/** Columns `from` up to `to` of a text. */
function sliceText(text: string, from: number, to: number): string {
  let cut = '';
  let at = 0;
  for (const character of text) {
    const next = at + characterWidth(character);
    if (at >= from && next <= to) cut += character;
    else if (next > from && at < to) cut += ' '.repeat(Math.min(next, to) - Math.max(at, from));
    at = next;
    if (at >= to) break;
  }
  return cut;
}

/** Exactly `width` columns: what is longer ends in `…`, what is shorter is filled up. */
export function fitLine(line: Line, width: number, ground: Ground = 'none'): Line {
  const wide = lineWidth(line);
  if (wide === width) return line;
  if (wide < width) return [...line, span(' '.repeat(width - wide), 'plain', ground)];
  if (width <= 0) return [];
  const last = line.at(-1);
  return [...sliceLine(line, 0, width - 1), span('…', 'dim', last?.ground ?? ground)];
}

/** `left` and `right` at the two ends of a line; the left one is cut when there is no room for both. */
export function spread(left: Line, right: Line, width: number, ground: Ground = 'none'): Line {
  const wide = lineWidth(right);
  if (wide + 1 >= width) return fitLine(left, width, ground);
  return [...fitLine(left, width - wide, ground), ...right];
}

/** Exactly `height` lines of `width` columns. */
export function fitLines(lines: readonly Line[], { width, height }: Size): Line[] {
  const fitted = lines.slice(0, height).map((line) => fitLine(line, width));
  while (fitted.length < height) fitted.push([span(' '.repeat(width))]);
  return fitted;
}

/** Two blocks of the same height side by side. */
export const beside = (left: readonly Line[], right: readonly Line[]): Line[] =>
  left.map((line, index) => [...line, ...(right[index] ?? [])]);

/** Lays `box` over `lines` with its upper left corner at (x, y). */
export function overlay(lines: readonly Line[], box: readonly Line[], x: number, y: number): Line[] {
  return lines.map((line, row) => {
    const over = box[row - y];
    if (over === undefined) return line;
    const end = x + lineWidth(over);
    const wide = lineWidth(line);
    return [...sliceLine(line, 0, x), ...over, ...sliceLine(line, end, Math.max(0, wide - end))];
  });
}

/** The same text with another ground. */
export const onGround = (line: Line, ground: Ground): Line => line.map((piece) => ({ ...piece, ground }));
