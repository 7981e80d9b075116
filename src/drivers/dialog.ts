import { type Row, rowOf } from './attributes.ts';
import type { Driver, Screen } from './driver.ts';
import { readScreen } from './read-screen.ts';

/** What stands on a screen and wants an answer. */
export interface Dialog {
  readonly kind: 'approval' | 'question';
  /** Its lines without escapes, trailing blanks removed, top to bottom. */
  readonly lines: readonly string[];
  /** The same as one text in which nothing is left that moves by itself: two dialogs are the same when theirs is. */
  readonly text: string;
  /** Keys that allow what it asks about this one time; null: nobody knows them, or another option is marked. */
  readonly yes: readonly string[] | null;
  /** Keys that refuse it. */
  readonly no: readonly string[] | null;
}

/** Lines that are taken for a dialog whose beginning nobody knows. */
const UNKNOWN_LINES = 20;

/** The dialog on a screen; null when there is none. Pure. `now` is the wall clock, milliseconds. */
export function readDialog(driver: Driver, screen: Screen, now: number): Dialog | null {
  const { activity: kind, dialog } = readScreen(driver, screen, now);
  if (dialog === null || (kind !== 'approval' && kind !== 'question')) return null;
  const rows = shownRows(screen);
  const { answers } = driver;
  const top = answers === null ? -1 : rows.findLastIndex(({ text }) => answers.top[kind].test(text));
  const region = top < 0 ? rows.filter(({ text }) => text.trim() !== '').slice(-UNKNOWN_LINES) : rows.slice(top);
  const lines = region.map(({ text }) => (answers?.beside === null ? text : withoutBeside(text, answers?.beside)));
  // Only what is known from its first line to its marked option is answered: a half drawn one, or a new kind, is a person's.
  const known = answers !== null && kind === 'approval' && top >= 0 ? answers : null;
  const marked = known !== null && region.some((row) => known.yes.match.test(known.yes.styled ? row.raw : row.text));
  const refusable = known !== null && region.some(({ text }) => known.no.match.test(text));
  return {
    kind,
    lines,
    text: still(lines),
    yes: marked && refusable ? (known?.yes.keys ?? null) : null,
    no: marked && refusable ? (known?.no.keys ?? null) : null,
  };
}

interface ShownRow extends Row {
  /** With its escapes. */
  readonly raw: string;
}

/** The rows up to the last one that is not blank. */
function shownRows({ lines }: Screen): ShownRow[] {
  const rows = lines.map((raw) => ({ ...rowOf(raw), raw }));
  return rows.slice(0, rows.findLastIndex(({ text }) => text.trim() !== '') + 1);
}

/** What a CLI draws to the right of its dialog is none of it. */
const withoutBeside = (text: string, beside: RegExp | undefined): string =>
  beside === undefined ? text : text.replace(beside, '');

/** Without frames, spinners and blanks: those move, and wrap anew with the width of the pane. */
const still = (lines: readonly string[]): string =>
  lines
    .join(' ')
    .replace(/[\u2500-\u259f\u2800-\u28ff]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
