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
export function findComposer(composer: Composer, rows: readonly Row[], cursorY: number): FoundComposer | null {
  let below = 0;
  for (let index = rows.length - 1; index >= 0; index--) {
    const found = fieldAt(composer, rows, index, cursorY);
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

function fieldAt(composer: Composer, rows: readonly Row[], index: number, cursorY: number): FoundComposer | null {
  if (composer.rest === null) return looseAt(composer, rows, index, cursorY);
  return composer.frame === null
    ? (promptAt(composer, rows, index) ?? scrolledAt(composer, rows, index))
    : frameAt(composer, rows, index);
}

/**
 * A field of which only the prompt is known, at row `index`. Its text goes on to the cursor; when the prompt has nothing behind it, only through rows
 * that are indented: some programs leave their cursor at the end of the screen, behind a footer.
 */
function looseAt(composer: Composer, rows: readonly Row[], index: number, cursorY: number): FoundComposer | null {
  const { text, solid } = rows[index] as Row;
  const first = typedIn(composer.first, text);
  if (first === null) return null;
  const below = rows.slice(index + 1, cursorY + 1);
  const written = below.filter((row) => row.text !== '');
  const goesOn =
    first.trim() === '' ? written.length > 0 && written.every((row) => row.text.startsWith('  ')) : below.length > 0;
  const more = goesOn ? below : [];
  const texts = [first, ...more.map((row) => row.text)];
  const solids = [typedIn(composer.first, solid) ?? '', ...more.map((row) => row.solid)];
  return { top: index, bottom: index + more.length, open: false, reading: reading(composer, texts, solids) };
}

/**
 * Everything that such a field may hold: from a row with its prompt to each row that has no more than a footer below it. The lowest prompt is part of it,
 * for a line of the text may begin like the prompt, and what stands above an empty field is the transcript.
 */
export function looseTexts(composer: Composer, rows: readonly Row[]): string[] {
  const last = rows.findLastIndex(({ text }) => text !== '');
  const shown = rows.slice(Math.max(0, last - MOST_ROWS), last + 1).map(({ text }) => text);
  const prompts = shown.flatMap((text, index) => (typedIn(composer.first, text) === null ? [] : [index]));
  const lowest = prompts.at(-1) ?? shown.length;
  const ends: number[] = [];
  for (let end = shown.length - 1, below = 0; end >= lowest && below <= composer.footer; end--) {
    ends.push(end);
    if (shown[end] !== '') below++;
  }
  return prompts.flatMap((top) =>
    ends.map((end) =>
      [typedIn(composer.first, shown[top] as string) ?? '', ...shown.slice(top + 1, end + 1)].join('\n'),
    ),
  );
}

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
  const { rest: further } = composer;
  if (further === null) return null;
  let bottom = index;
  let open = true;
  for (let next = index + 1; next < rows.length && open; next++) {
    const line = rows[next] as Row;
    open = composer.below?.test(line.text) !== true;
    const rest = open ? typedIn(further, line.text) : '';
    if (rest === null) break;
    bottom = next;
    text.push(rest);
    solid.push(open ? (typedIn(further, line.solid) ?? '') : '');
  }
  if (composer.below !== null && open && !(composer.runsOver && bottom === rows.length - 1)) return null;
  return { top, bottom, open: composer.below !== null && open, reading: reading(composer, text, solid) };
}

/** A frame whose last row, the one that `below` shows, is `index`. */
function frameAt(composer: Composer, rows: readonly Row[], index: number): FoundComposer | null {
  const { rest: inner } = composer;
  if (composer.frame === null || inner === null || composer.below?.test((rows[index] as Row).text) !== true)
    return null;
  let top = index;
  while (top > 0 && inner.test(rows[top - 1]?.text ?? '')) top--;
  const inside = rows.slice(top + composer.frame.top, index - composer.frame.bottom);
  if (index - top <= composer.frame.top + composer.frame.bottom) return null;
  const text = inside.map((row) => typedIn(inner, row.text) ?? '');
  const solid = inside.map((row) => typedIn(inner, row.solid) ?? '');
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
