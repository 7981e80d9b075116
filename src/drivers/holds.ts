import { rowOf } from './attributes.ts';
import { looseTexts } from './composer.ts';
import type { Composer, Driver, Reading, Screen } from './driver.ts';

/**
 * How much of a text an input field shows. `all`: it and nothing else, as far as the field can be seen (of long text it shows the end, or a
 * marker in its place). `part`: nothing but a piece of it. `mixed`: it, or a marker, with something else. `other`: only what is not of it. `none`: it
 * is empty, or there is no field.
 */
export type Held = 'all' | 'part' | 'mixed' | 'other' | 'none';

/** Letters alone: wrapping, indentation, and signs of no width that terminals drop make no difference. */
export const letters = (text: string): string =>
  text.normalize('NFC').replace(/[\s\p{Cf}\p{Variation_Selector}]+/gu, '');

/** A tail shorter than this could be anything's. */
const TELLING = 40;

export function holds(driver: Driver, screen: Screen, reading: Reading, text: string): Held {
  const want = letters(text);
  if (driver.composer === null) return beforeCursor(screen).endsWith(want) && screen.cursorX > 0 ? 'all' : 'none';
  if (
    driver.composer.rest === null &&
    looseTexts(driver.composer, screen.lines.map(rowOf)).some((one) => letters(one) === want)
  )
    return 'all';
  if (reading.composer.kind !== 'draft') return 'none';
  const have = letters(reading.composer.text);
  if (have === want) return 'all';
  if (stands(driver.composer, reading.composer.text, text)) return 'all';
  if (have.length >= TELLING && want.endsWith(have) && !looksLikePrompt(driver.composer, text)) return 'all';
  if (want.includes(have)) return 'part';
  const traces = [want.slice(0, TELLING), want.slice(-TELLING)];
  const mixed = traces.some((trace) => have.includes(trace)) || driver.composer.pasted?.test(reading.composer.text);
  return mixed ? 'mixed' : 'other';
}

/** A line of the text may be taken for the prompt of such a field: what begins there is no proof of what stands above. */
const looksLikePrompt = ({ rest, first }: Composer, text: string): boolean =>
  rest === null && text.split('\n').some((line) => first.test(line));

/** Everything on the screen up to the cursor. */
function beforeCursor(screen: Screen): string {
  const rows = screen.lines.slice(0, screen.cursorY + 1).map((line) => rowOf(line).text);
  const last = rows.pop() ?? '';
  // Behind wide letters this takes a few cells too many, which are blank there.
  rows.push(last.slice(0, screen.cursorX));
  return letters(rows.join(''));
}

/** A marker such as `[Pasted text #1 +19 lines]` stands for the text, with what is around it being its beginning and its end. */
function stands(composer: Composer, shown: string, text: string): boolean {
  const match = composer.pasted?.exec(shown);
  if (match === null || match === undefined) return false;
  const want = letters(text);
  const head = letters(shown.slice(0, match.index));
  const tail = letters(shown.slice(match.index + match[0].length));
  if (!want.startsWith(head) || !want.endsWith(tail) || head.length + tail.length >= want.length) return false;
  const { lines, chars } = match.groups ?? {};
  const hidden = text.split('\n').length;
  // Some count line feeds, some lines; what stands beside the marker is not counted by any.
  if (lines !== undefined && Math.abs(Number(lines) - hidden) > 1) return false;
  return chars === undefined || Math.abs(Number(chars) - text.length) <= head.length + tail.length + hidden + 1;
}
