import { textWidth } from '../../base/index.ts';

/**
 * What people call a character: an extended grapheme cluster (UAX #29). Texts are looked at in slices of this many UTF-16 units: one pass of
 * `Intl.Segmenter` over a whole text costs the square of its length (Node 20.20: 80 s for 120,000 units).
 */
const SLICE = 128;
const ASCII = /^[ -~]*$/;

let graphemes: Intl.Segmenter | null = null;
let words: Intl.Segmenter | null = null;

// Made when first used: each takes 10 ms, which whoever never writes need not wait for.
const graphemeSegments = (text: string): Intl.Segments =>
  (graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' })).segment(text);
const wordSegments = (text: string): Intl.Segments =>
  (words ??= new Intl.Segmenter('en', { granularity: 'word' })).segment(text);

/** One character as it is seen. */
export interface Grapheme {
  readonly text: string;
  /** Where it begins, UTF-16 units. */
  readonly from: number;
  /** Columns on a terminal. */
  readonly width: number;
}

/** The characters of `text` from `from` (where one begins) up to `to`. */
export function* graphemesOf(text: string, from = 0, to = text.length): Generator<Grapheme> {
  let at = from;
  while (at < to) {
    const slice = text.slice(at, Math.min(to, wholePoint(text, at + SLICE)));
    const whole = at + slice.length >= to;
    // The last one of a slice may go on in the next, unless it is all there is in it.
    const all = ASCII.test(slice) ? slice.split('') : [...graphemeSegments(slice)].map(({ segment }) => segment);
    const sure = whole || all.length === 1 ? all : all.slice(0, -1);
    for (const one of sure) {
      yield { text: one, from: at, width: textWidth(one) };
      at += one.length;
    }
  }
}

/** Never between the two halves of a character outside of the basic plane: a half is no part of anything. */
const wholePoint = (text: string, at: number): number => ((text.charCodeAt(at) & 0xfc00) === 0xdc00 ? at + 1 : at);

/** Where the character that begins at `at` ends. */
export function after(text: string, at: number): number {
  for (const { text: first } of graphemesOf(text, at)) return at + first.length;
  return at;
}

/** Where the character that ends at `at` begins. */
export function before(text: string, at: number): number {
  // A line break is a character of its own.
  if (text[at - 1] === '\n') return at - 1;
  let begin = at;
  for (const { from } of graphemesOf(text, sliceStart(text, at), at)) begin = from;
  return begin;
}

/** The end of the character that `at` lies in; `at` itself between two. */
export function snap(text: string, at: number): number {
  const within = Math.max(0, Math.min(text.length, at));
  for (const { text: one, from } of graphemesOf(text, sliceStart(text, within), text.length))
    if (from >= within) return from;
    else if (from + one.length >= within) return from + one.length;
  return text.length;
}

/** A place to begin looking from that lies well before `at`: the begin of its line, or a character that has nothing to do with the one at `at`. */
function sliceStart(text: string, at: number): number {
  return Math.max(startOfLine(text, at), wholePoint(text, at - SLICE));
}

/** The begin of the line that `at` lies in. */
export const startOfLine = (text: string, at: number): number => (at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1);

/** The end of the line that `at` lies in, before its line break. */
export function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** The end of the word at or after `at`; words of languages without spaces are told apart too. */
export function wordEnd(text: string, at: number): number {
  let from = at;
  while (from < text.length) {
    const slice = text.slice(from, from + 2 * SLICE);
    for (const { segment, index, isWordLike } of wordSegments(slice))
      if (isWordLike === true) return snap(text, from + index + segment.length);
    from += slice.length;
  }
  return text.length;
}

/** The begin of the word at or before `at`. */
export function wordStart(text: string, at: number): number {
  let to = at;
  while (to > 0) {
    const start = Math.max(0, to - 2 * SLICE);
    const last = [...wordSegments(text.slice(start, to))].findLast(({ isWordLike }) => isWordLike === true);
    if (last !== undefined) return Math.min(at, snap(text, start + last.index));
    to = start;
  }
  return 0;
}
