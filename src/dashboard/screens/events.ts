import { plainLine } from '../../base/index.ts';
import type { OrchestraEvent } from '../../protocol/index.ts';
import { eventInk, eventWords, type Ink, localTime } from '../../view/index.ts';
import { fitLine, type Line, lineWidth, onGround, type Size, type Span, span, spread } from '../frame.ts';
import type { Binding } from '../model/binding.ts';
import { indexOf, shownEvents } from '../model/journal.ts';
import { moved, windowTop } from '../model/move.ts';
import { type State, type Step, step } from '../model/state.ts';
import { TONE_OF } from '../tone.ts';
import { shortIds } from '../text.ts';
import type { Screen } from './screen.ts';

/** Narrowest screen on which the type of each event is told, and the one on which its day is. */
const TYPE_FROM = 110;
const DAY_FROM = 150;
/** Lines above the list: its titles. */
const HEAD = 1;

export const eventsScreen: Screen = {
  title: 'Events',
  bindings: [
    by('down', ['down', 'j'], 'the next event', () => 1),
    by('up', ['up', 'k'], 'the event before; the list stands still then', () => -1, 'scroll'),
    by('page-down', ['pagedown', 'C-f', 'space'], 'a page further', pageOf),
    by('page-up', ['pageup', 'C-b'], 'a page back', (state) => -pageOf(state)),
    by('first', ['home'], 'the oldest', () => Number.NEGATIVE_INFINITY),
    {
      id: 'follow',
      keys: ['end', 'G'],
      help: 'the newest, and follow it',
      hint: 'follow',
      run: (state) => step({ ...state, events: FOLLOWING }),
    },
    { id: 'event', keys: ['enter', 'right'], help: 'everything about the event', hint: 'show', run: open },
  ],
  view: eventLines,
  loads: () => [],
  mouse(state, { what, y }) {
    if (what !== 'press') return step(choose(state, what === 'wheel-up' ? -3 : 3));
    const events = shownEvents(state);
    const { top, at } = place(state, events, pageOf(state));
    const pressed = top + y - 1 - HEAD;
    if (y < 1 + HEAD || pressed >= events.length || pressed >= top + pageOf(state)) return step(state);
    return pressed === at ? open(state) : step(stand(state, events, pressed, top));
  },
};

const FOLLOWING: State['events'] = { seq: null, top: 0 };

function by(
  id: string,
  keys: readonly string[],
  help: string,
  lines: (state: State) => number,
  hint?: string,
): Binding {
  return { id, keys, help, ...(hint === undefined ? {} : { hint }), run: (state) => step(choose(state, lines(state))) };
}

/** Lines of the list on the whole screen, less those of the header and the footer. */
function pageOf({ size }: State): number {
  return Math.max(1, size.height - 2 - HEAD);
}

/** Where the list stands: the line that is chosen and the first one that is shown, as indices. */
function place(
  { events: { seq, top } }: State,
  events: readonly OrchestraEvent[],
  height: number,
): { readonly at: number; readonly top: number } {
  const at = seq === null ? events.length - 1 : indexOf(events, seq);
  return { at, top: windowTop(at, seq === null ? 0 : indexOf(events, top), height, events.length) };
}

/** Another event is chosen. At the newest the list follows again: that is what one went down for. */
function choose(state: State, by: number): State {
  const events = shownEvents(state);
  if (events.length === 0) return state;
  const { at, top } = place(state, events, pageOf(state));
  const next = moved(at, by, events.length);
  if (next === events.length - 1) return { ...state, events: FOLLOWING };
  return stand(state, events, next, top);
}

/** Kept by its place in the journal: what comes meanwhile moves nothing on the screen. */
function stand(state: State, events: readonly OrchestraEvent[], at: number, top: number): State {
  const first = windowTop(at, top, pageOf(state), events.length);
  return { ...state, events: { seq: events[at]?.seq ?? null, top: events[first]?.seq ?? 0 } };
}

function open(state: State): Step {
  const events = shownEvents(state);
  const event = events[place(state, events, 1).at];
  return step(event === undefined ? state : { ...state, overlay: { kind: 'event', event, top: 0 } });
}

function eventLines(state: State, { width, height }: Size): readonly Line[] {
  const events = shownEvents(state);
  if (events.length === 0) return [[], [span(`  ${nothing(state)}`, 'dim')]];
  const room = Math.max(1, height - HEAD);
  const { at, top } = place(state, events, room);
  // Only what is shown is built: 2,000 events would be 40 times as much work with every picture.
  const shown = events.slice(top, top + room);
  const columns = columnsOf(state, shown, width);
  const rows = shown.map((event, index) => {
    const line = fitLine(eventLine(event, columns, state.settings.unicode), width);
    return top + index === at ? onGround(line, 'select') : line;
  });
  return [titleLine(state, columns, events.length, top, rows.length, width), ...rows];
}

function nothing({ filter, link, history }: State): string {
  if (filter !== '' && history.events.length > 0) return 'no event matches the filter';
  return link.kind === 'live' ? 'nothing has happened yet' : 'waiting for the controller';
}

interface Columns {
  readonly day: boolean;
  readonly agent: number;
  /** 0: the type is not told. */
  readonly type: number;
}

function columnsOf(state: State, shown: readonly OrchestraEvent[], width: number): Columns {
  // As wide as the crew's names, not as those in sight: a column that jumps while one scrolls cannot be read.
  const names = (state.snapshot?.agents ?? []).map(({ name }) => name.length);
  const seen = shown.map(({ agent }) => agent?.length ?? 0);
  const agent = Math.min(Math.max(5, ...names, ...seen), Math.max(8, Math.floor(width / 4)));
  return { day: width >= DAY_FROM, agent, type: width >= TYPE_FROM ? LONGEST_TYPE : 0 };
}

/** `agent.unknown-screen` is rare and long; it may be cut. */
const LONGEST_TYPE = 'agent.conversation'.length;

function titleLine(
  { events, settings }: State,
  columns: Columns,
  total: number,
  top: number,
  rows: number,
  width: number,
): Line {
  const dash = settings.unicode ? '–' : '-';
  const place: Span[] =
    events.seq === null
      ? [span('following ', 'good')]
      : [span('stands still, ', 'warn'), span('End', 'key'), span(' follows ', 'warn')];
  const titles = [
    span(` ${'TIME'.padEnd(columns.day ? 19 : 8)}  `, 'title'),
    span(`  ${'AGENT'.padEnd(columns.agent)}  `, 'title'),
    ...(columns.type > 0 ? [span(`${'TYPE'.padEnd(columns.type)}  `, 'title')] : []),
    span('EVENT', 'title'),
  ];
  const right = [span(` ${top + 1}${dash}${top + rows} of ${total}   `, 'dim'), ...place];
  return spread(titles, lineWidth(titles) + lineWidth(right) > width ? place : right, width);
}

function eventLine(event: OrchestraEvent, columns: Columns, unicode: boolean): Line {
  const ink = eventInk(event);
  const time = localTime(event.time);
  const name = plainLine(event.agent ?? '');
  return [
    span(` ${columns.day ? time.padEnd(19) : time.slice(-8).padEnd(8)}  `, 'dim'),
    span(`${weight(ink, unicode)} `, TONE_OF[ink]),
    ...fitLine([span(name, 'bold')], columns.agent),
    span('  '),
    ...(columns.type > 0 ? [...fitLine([span(plainLine(event.type), 'dim')], columns.type), span('  ')] : []),
    // Whole in the box.
    span(shortIds(eventWords(event)), TONE_OF[ink]),
  ];
}

/** What the colour says, for who cannot tell them apart. */
function weight(ink: Ink, unicode: boolean): string {
  if (ink === 'red') return unicode ? '✖' : 'x';
  if (ink === 'yellow') return unicode ? '▲' : '!';
  if (ink === 'green') return unicode ? '✔' : '+';
  return ' ';
}
