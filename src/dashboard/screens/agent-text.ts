import { plainLines } from '../../base/index.ts';
import { fitLine, fitLines, type Line, type Size, span } from '../frame.ts';
import type { State } from '../model/state.ts';
import { scrollSpan, wrapText } from '../text.ts';
import { ownLine } from './recent.ts';

/** Characters of one line of a log that are laid out. */
const LINE_MOST = 4_000;

/** The lines of a tab that is text, oldest first: what happened to the agent, or what it printed. */
export function textLines(state: State, width: number): readonly Line[] {
  return state.agent.tab === 'events' ? eventLines(state) : logLines(state, width);
}

const eventLines = (state: State): Line[] =>
  state.history.events.filter((event) => event.agent === state.selected).map((event) => ownLine(event, state));

/** Laid out once for a width: a key moves it by one line. */
function logLines({ agent: { log, logOf }, selected }: State, width: number): readonly Line[] {
  if (logOf !== selected) return [];
  const known = LAID.get(log);
  if (known?.width === width) return known.lines;
  const lines = log
    .flatMap((line) => plainLines(line.slice(0, LINE_MOST)))
    .flatMap((line) => wrapText(line, Math.max(1, width - 3)))
    .map((line): Line => [span(` ${line}`, BETWEEN.test(line) ? 'dim' : 'plain')]);
  LAID.set(log, { width, lines });
  return lines;
}

const LAID = new WeakMap<readonly string[], { readonly width: number; readonly lines: readonly Line[] }>();

/** What the agent's shim writes between two runs. */
const BETWEEN = /^-- .+ --$/;

/** The end of the text, `back` lines scrolled up from it. */
export function tailLines(state: State, size: Size): Line[] {
  const lines = textLines(state, size.width);
  if (lines.length === 0) return fitLines([[], [span(`  ${emptyWords(state)}`, 'dim')]], size);
  const most = Math.max(0, lines.length - size.height);
  const top = most - Math.min(most, state.agent.back);
  return fitLines(
    lines.slice(top, top + size.height).map((line, index): Line => {
      const shown = fitLine(line, size.width - 1);
      return most === 0
        ? shown
        : [...shown, scrollSpan(index, { top, height: size.height, length: lines.length }, state.settings.unicode)];
    }),
    size,
  );
}

const emptyWords = ({ agent: { tab, logOf }, selected }: State): string => {
  if (tab === 'events') return 'nothing has happened to it lately';
  return logOf === selected ? 'it has printed nothing' : 'reading its log';
};
