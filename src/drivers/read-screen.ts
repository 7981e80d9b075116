import type { Activity } from '../protocol/index.ts';
import { type Row, rowOf } from './attributes.ts';
import { type FoundComposer, findComposer } from './composer.ts';
import type { ComposerReading, Driver, Reading, Screen, Sign, SignPlace } from './driver.ts';
import { resetTime } from './reset-time.ts';

/** Lines above the input field in which a CLI draws its spinner, its retries and its last error. */
const NEAR = 8;
/** Lines at the bottom in which a dialog stands. The longest ones show a whole command or a diff. */
const DIALOG_LINES = 40;

/** What outranks what when two places of one screen disagree: never idle while something says otherwise, and never a hidden dialog. */
const RANK: readonly Activity[] = ['approval', 'question', 'busy', 'limited', 'error', 'idle', 'unknown'];

interface Hit {
  readonly sign: Sign;
  readonly line: string;
  /** The line and what follows it: long ones wrap. */
  readonly text: string;
}

/**
 * What a screen says. Pure. `now` is the wall clock, milliseconds since the epoch, and `zone` the one times of day are in when the screen
 * names none (IANA name); both only for the end of a limit.
 */
export function readScreen(driver: Driver, screen: Screen, now: number, zone = localZone()): Reading {
  const rows = screen.lines.map(rowOf);
  const found = driver.composer === null ? null : findComposer(driver.composer, rows, screen.cursorY);
  const composer = found?.reading ?? (driver.composer === null ? cursorLine(rows, screen) : NO_COMPOSER);
  const past = pastRows(rows, found, screen);
  const hits = [
    titleHit(driver, screen.title),
    ...(['above', 'below', 'dialog', 'bottom'] as const).map((at) =>
      screenHit(driver, at, places(rows, found, at), past),
    ),
  ].filter((hit) => hit !== null);
  const best = RANK.map((activity) => hits.find(({ sign }) => sign.means === activity)).find(
    (hit) => hit !== undefined,
  );
  // Without an input field it waits where its cursor is free, if it would show that it works: else such a type never got a message.
  const waits = driver.composer === null ? driver.signs.length > 0 && composer.kind === 'empty' : found !== null;
  const activity = best?.sign.means ?? (waits ? 'idle' : 'unknown');
  return {
    activity: activity === 'idle' && found === null && driver.composer !== null ? 'unknown' : activity,
    by: best?.sign.at === 'title' ? 'title' : 'screen',
    dialog: best?.sign.dialog ?? null,
    composer,
    ready: driver.composer === null || found !== null,
    past: places(rows, found, 'bottom').filter((row) => past.has(row) && asks(driver, row)).length,
    resetAt: activity === 'limited' ? resetTime(best?.text ?? '', now, zone) : null,
    line: best?.line.trim() ?? '',
    known: driver.composer === null || found !== null || best !== undefined,
  };
}
const NO_COMPOSER: ComposerReading = { kind: 'none', text: '' };
const localZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

function titleHit(driver: Driver, title: string): Hit | null {
  const sign = driver.signs.find(({ at, match }) => at === 'title' && match.test(title));
  return sign === undefined ? null : { sign, line: title, text: title };
}

/** The newest marker wins: the lowest line that any sign fits decides for its place. */
function screenHit(driver: Driver, place: SignPlace, lines: readonly Row[], past: ReadonlySet<Row>): Hit | null {
  const signs = driver.signs.filter(({ at }) => at === place);
  if (signs.length === 0) return null;
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = (lines[index] as Row).text;
    const isPast = place === 'bottom' && past.has(lines[index] as Row);
    const fitting = signs.filter(({ match, dialog }) => match.test(line) && !(isPast && dialog !== undefined));
    const sign = RANK.map((activity) => fitting.find(({ means }) => means === activity)).find(
      (one) => one !== undefined,
    );
    if (sign !== undefined) {
      const after = lines.slice(index, index + 4).map(({ text }) => text.trim());
      return { sign, line, text: after.join(' ') };
    }
  }
  return null;
}

/**
 * Rows that hold no dialog of a type that a person describes: its dialogs take the place of the input field, and there is one below them, with the cursor
 * in it. What stands right above the field may be a question that is answered in it, so that row is none of them.
 */
function pastRows(rows: readonly Row[], found: FoundComposer | null, { cursorY }: Screen): ReadonlySet<Row> {
  if (found === null || cursorY < found.top || cursorY > found.bottom) return new Set();
  const above = rows.slice(0, found.top).filter(({ text }) => text.trim() !== '');
  return new Set(above.slice(0, -1));
}

const asks = ({ signs }: Driver, { text }: Row): boolean =>
  signs.some(({ at, dialog, match }) => at === 'bottom' && dialog !== undefined && match.test(text));

/** The rows in which a sign of this place counts, blank ones left out. */
function places(rows: readonly Row[], found: FoundComposer | null, at: Exclude<SignPlace, 'title'>): Row[] {
  const written = (some: readonly Row[]): Row[] => some.filter(({ text }) => text.trim() !== '');
  switch (at) {
    case 'above':
      return written(found === null ? rows : rows.slice(0, found.top)).slice(-NEAR);
    case 'below':
      return found === null ? [] : written(rows.slice(found.bottom + 1));
    case 'dialog':
      if (found === null) return written(rows).slice(-DIALOG_LINES);
      return written(rows.slice(found.open ? found.top : found.bottom + 1));
    case 'bottom':
      return written(rows).slice(-12);
  }
}

/** Where nothing is known about the input: free when the cursor stands at the start of a line or behind something like a prompt. */
function cursorLine(rows: readonly Row[], screen: Screen): ComposerReading {
  const before = (rows[screen.cursorY]?.text ?? '').slice(0, screen.cursorX);
  return FREE.test(before) ? { kind: 'empty', text: '' } : { kind: 'draft', text: before.trim() };
}
const FREE = /^\s*$|[>$#%:?❯›»]\s*$/u;

/** The rows that are not the input field: the transcript and what surrounds it. */
export function transcriptOf(driver: Driver, screen: Screen): string {
  const rows = screen.lines.map(rowOf);
  const found = driver.composer === null ? null : findComposer(driver.composer, rows, screen.cursorY);
  const kept = found === null ? rows : [...rows.slice(0, found.top), ...rows.slice(found.bottom + 1)];
  return kept.map(({ text }) => text).join('\n');
}
