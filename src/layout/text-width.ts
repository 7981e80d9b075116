import { textWidth } from '../base/index.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A character as a reader sees it, with the terminal columns it takes. */
export interface Glyph {
  readonly text: string;
  readonly columns: 1 | 2;
}

/**
 * The characters of a label that fit into `columns` terminal columns; an ellipsis stands for what is left out before
 * the end, since `worker-1` and `worker-2` differ there. Control characters are left out: a name must not move the cursor of the terminal it is shown on.
 */
export function fitGlyphs(label: string, columns: number, ellipsis: string): readonly Glyph[] {
  const glyphs = [...graphemes.segment(label.replaceAll(/\p{C}/gu, ''))].map(
    ({ segment }): Glyph => ({ text: segment, columns: textWidth(segment) > 1 ? 2 : 1 }),
  );
  if (columnsOf(glyphs) <= columns) return glyphs;
  if (columns < 1) return [];
  const tail = within([...glyphs].reverse(), Math.floor((columns - 1) / 3)).reverse();
  const head = within(glyphs, columns - 1 - columnsOf(tail));
  return [...head, { text: ellipsis, columns: 1 }, ...tail];
}

function within(glyphs: readonly Glyph[], columns: number): Glyph[] {
  let left = columns;
  const over = glyphs.findIndex((glyph) => {
    left -= glyph.columns;
    return left < 0;
  });
  return glyphs.slice(0, over === -1 ? glyphs.length : over);
}

/** Terminal columns that these take. */
export function columnsOf(glyphs: readonly Glyph[]): number {
  return glyphs.reduce((sum, glyph) => sum + glyph.columns, 0);
}
