import type { Row } from './attributes.ts';
import type { Composer, ComposerReading } from './driver.ts';

/** An input field on the screen: the rows it takes, its borders included, and what is in it. */
export interface FoundComposer {
  readonly top: number;
  readonly bottom: number;
  /** It runs to the end of the screen: what looks like its text may be something else. */
  readonly open: boolean;
  readonly reading: ComposerReading;
}

/**
 * The lowest thing that looks like the input field and has no more below it than its footer: what the transcript shows in the same
 * frame (a message that was sent before) has the real one, or a dialog, below it.
 */
export function findComposer(composer: Composer, rows: readonly Row[]): FoundComposer | null {
  let below = 0;
  for (let index = rows.length - 1; index >= 0; index--) {
    const found =
      composer.frame === null
        ? (promptAt(composer, rows, index) ?? scrolledAt(composer, rows, index))
        : frameAt(composer, rows, index);
    if (found !== null) {
      const rest = rows.slice(found.bottom + 1).filter(({ text }) => text.trim() !== '').length;
      return rest <= composer.footer ? found : null;
    }
    if ((rows[index] as Row).text.trim() !== '') below++;
    if (below > composer.footer + MOST_ROWS) return null;
  }
  return null;
}
const MOST_ROWS = 60;

/** A field whose first row is `index`. */
function promptAt(composer: Composer, rows: readonly Row[], index: number): FoundComposer | null {
  const row = rows[index] as Row;
  const first = typedIn(composer.first, row.text);
  if (first === null || composer.above?.test(rows[index - 1]?.text ?? '') === false) return null;
  return fieldBelow(composer, rows, index, composer.above === null ? index : index - 1, [
    [first],
    [typedIn(composer.first, row.solid) ?? ''],
  ]);
}

/** A field whose first rows are out of sight above row `index`. */
const scrolledAt = (composer: Composer, rows: readonly Row[], index: number): FoundComposer | null =>
  composer.scrolled?.test((rows[index] as Row).text) === true
    ? fieldBelow(composer, rows, index, index, [[], []])
    : null;

/** The rows of a field that follow row `index`, to its end. */
function fieldBelow(
  composer: Composer,
  rows: readonly Row[],
  index: number,
  top: number,
  [text, solid]: readonly [string[], string[]],
): FoundComposer | null {
  let bottom = index;
  let open = true;
  for (let next = index + 1; next < rows.length && open; next++) {
    const line = rows[next] as Row;
    open = composer.below?.test(line.text) !== true;
    const rest = open ? typedIn(composer.rest, line.text) : '';
    if (rest === null) break;
    bottom = next;
    text.push(rest);
    solid.push(open ? (typedIn(composer.rest, line.solid) ?? '') : '');
  }
  if (composer.below !== null && open && !(composer.runsOver && bottom === rows.length - 1)) return null;
  return { top, bottom, open: composer.below !== null && open, reading: reading(composer, text, solid) };
}

/** A frame whose last row, the one that `below` shows, is `index`. */
function frameAt(composer: Composer, rows: readonly Row[], index: number): FoundComposer | null {
  if (composer.frame === null || composer.below?.test((rows[index] as Row).text) !== true) return null;
  let top = index;
  while (top > 0 && composer.rest.test(rows[top - 1]?.text ?? '')) top--;
  const inside = rows.slice(top + composer.frame.top, index - composer.frame.bottom);
  if (index - top <= composer.frame.top + composer.frame.bottom) return null;
  const text = inside.map((row) => typedIn(composer.rest, row.text) ?? '');
  const solid = inside.map((row) => typedIn(composer.rest, row.solid) ?? '');
  return { top, bottom: index, open: false, reading: reading(composer, text, solid) };
}

/** The last group of the pattern. Trailing blanks are cut off a row: one is given back, for a prompt that ends in one. */
const typedIn = (pattern: RegExp, text: string): string | null => {
  const match = pattern.exec(`${text} `);
  return match === null ? null : (match.slice(1).findLast((group) => group !== undefined) ?? '');
};

function reading(composer: Composer, text: readonly string[], solid: readonly string[]): ComposerReading {
  // Some draw their cursor as a space of no width.
  const typed = text
    .join('\n')
    .replace(/\u200b/gu, '')
    .trim();
  const greyed = solid.join('').trim() === '';
  if (typed === '' || greyed || composer.placeholder.some((pattern) => pattern.test(typed)))
    return { kind: 'empty', text: '' };
  return { kind: 'draft', text: typed };
}
