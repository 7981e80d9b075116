import { plainLine } from '../base/index.ts';
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
  /** What is asked, in one line that is safe to print, of at most `MOST_ASKS` characters; empty when nothing is left of it without its frame. */
  readonly asks: string;
  /** Keys that allow what it asks about this one time; null: nobody knows them, or another option is marked. */
  readonly yes: readonly string[] | null;
  /** Keys that refuse it. */
  readonly no: readonly string[] | null;
}

/** Lines that are taken for a dialog whose beginning nobody knows, and how many of them may stand above the line that tells of it. */
const UNKNOWN_LINES = 20;
const UNKNOWN_ABOVE = 8;
const MOST_ASKS = 200;

/** The dialog on a screen; null when there is none. Pure. `now` is the wall clock, milliseconds. */
export function readDialog(driver: Driver, screen: Screen, now: number): Dialog | null {
  const { activity: kind, dialog, line } = readScreen(driver, screen, now);
  if (dialog === null || (kind !== 'approval' && kind !== 'question')) return null;
  const rows = shownRows(screen);
  const { answers } = driver;
  const top = answers === null ? -1 : rows.findLastIndex(({ text }) => answers.top[kind].test(text));
  const region = top < 0 ? guessed(rows, line) : rows.slice(top);
  const lines = region.map(({ text }) => (answers?.beside === null ? text : withoutBeside(text, answers?.beside)));
  // Only what is known from its first line to its marked option is answered: a half drawn one, or a new kind, is a person's.
  const known = answers !== null && kind === 'approval' && top >= 0 ? answers : null;
  const marked = known !== null && region.some((row) => known.yes.match.test(known.yes.styled ? row.raw : row.text));
  const refusable = known !== null && region.some(({ text }) => known.no.match.test(text));
  return {
    kind,
    lines,
    text: still(lines),
    asks: asksOf(lines, kind === 'approval' ? (answers?.what ?? []) : []),
    yes: marked && refusable ? (known?.yes.keys ?? null) : null,
    no: marked && refusable ? (known?.no.keys ?? null) : null,
  };
}

interface ShownRow extends Row {
  /** With its escapes. */
  readonly raw: string;
}

/**
 * A dialog whose beginning nobody knows: from the paragraph its sign stands in, and the one before where that is little more than the sign, which asks
 * about something. What stands above is the transcript, of which a person who is asked wants to see nothing.
 */
function guessed(rows: readonly ShownRow[], sign: string): ShownRow[] {
  const isBlank = (at: number): boolean => rows[at]?.text.trim() === '';
  const at = sign === '' ? -1 : rows.findLastIndex(({ text }) => text.trim() === sign);
  if (at < 0) return rows.filter(({ text }) => text.trim() !== '').slice(-UNKNOWN_LINES);
  const begin = (from: number): number => {
    let top = from;
    while (top > 0 && !isBlank(top - 1)) top--;
    return top;
  };
  let top = begin(at);
  let before = top - 1;
  while (before >= 0 && isBlank(before)) before--;
  if (at - top < 1 && before >= 0) top = begin(before);
  return rows
    .slice(Math.max(top, at - UNKNOWN_ABOVE))
    .filter(({ text }) => text.trim() !== '')
    .slice(0, UNKNOWN_LINES);
}

/** The first option, or the line that only tells which keys there are. */
const OPTION = /^(?:[❯›●○◉>*→]\s*)?(?:\(?\d{1,2}[.)]\s|\[?[yY](?:es)?\]?(?:\s*[/|,]|\s|$)|Allow once\b)/u;
/** A question that names nothing: what it is about stands before it. */
const BARE =
  /^(?:do you want to \w+|would you like to \w+|proceed|continue|allow|approve|confirm|are you sure|ok)(?: this| it)?\s*\?/i;

function asksOf(lines: readonly string[], what: readonly RegExp[]): string {
  const whole = lines.join('\n');
  for (const pattern of what) {
    const said = oneLine(pattern.exec(whole)?.at(-1) ?? '');
    if (said !== '') return said;
  }
  const told = lines.map(oneLine).filter((line) => /[\p{L}\p{N}]/u.test(line));
  const option = told.findIndex((line, at) => at > 0 && OPTION.test(line));
  const before = option < 0 ? told : told.slice(0, option);
  const last = before.at(-1) ?? '';
  return BARE.test(last) ? (before.at(-2) ?? last) : last;
}

/** Without its frame, blanks and everything that a terminal would act on. */
const oneLine = (text: string): string =>
  plainLine(
    text
      .replace(/[\u2500-\u259f]+/gu, ' ')
      .replace(/\s+/gu, ' ')
      .trim(),
  ).slice(0, MOST_ASKS);

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
