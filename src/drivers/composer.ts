import type { Row } from './attributes.ts';
import type { Composer, ComposerReading } from './driver.ts';

/** An input field on the screen: the rows it takes, its borders included, and what is in it. */
export interface FoundComposer {
  readonly top: number;
  readonly bottom: number;
  readonly reading: ComposerReading;
}

/**
 * The lowest thing that looks like the input field and has no more below it than its footer: what the transcript shows in the same
 * frame (a message that was sent before) has the real one, or a dialog, below it.
 */
export function findComposer(composer: Composer, rows: readonly Row[]): FoundComposer | null {
  let below = 0;
  for (let index = rows.length - 1; index >= 0; index--) {
    const found = at(composer, rows, index);
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

function at(composer: Composer, rows: readonly Row[], index: number): FoundComposer | null {
  const row = rows[index] as Row;
  const first = typedIn(composer.first, row.text);
  if (first === null) return null;
  if (composer.above !== null && !composer.above.test(rows[index - 1]?.text ?? '')) return null;
  const text = [first];
  const solid = [typedIn(composer.first, row.solid) ?? ''];
  let bottom = index;
  for (let next = index + 1; next < rows.length; next++) {
    const line = rows[next] as Row;
    if (composer.below?.test(line.text)) {
      bottom = next;
      break;
    }
    const rest = typedIn(composer.rest, line.text);
    if (rest === null) break;
    bottom = next;
    text.push(rest);
    solid.push(typedIn(composer.rest, line.solid) ?? '');
  }
  if (composer.below !== null && !composer.below.test(rows[bottom]?.text ?? '')) return null;
  const top = composer.above === null ? index : index - 1;
  return { top, bottom, reading: reading(composer, text, solid) };
}

/** The last group of the pattern. Trailing blanks are cut off a row: one is given back, for a prompt that ends in one. */
const typedIn = (pattern: RegExp, text: string): string | null => {
  const match = pattern.exec(`${text} `);
  return match === null ? null : (match.at(-1) ?? '');
};

function reading(composer: Composer, text: readonly string[], solid: readonly string[]): ComposerReading {
  const typed = text.join('\n').trim();
  const greyed = solid.join('').trim() === '';
  if (typed === '' || greyed || composer.placeholder.some((pattern) => pattern.test(typed)))
    return { kind: 'empty', text: '' };
  return { kind: 'draft', text: typed };
}
