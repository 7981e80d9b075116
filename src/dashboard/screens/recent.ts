import { formatDuration, plainLine } from '../../base/index.ts';
import type { OrchestraEvent } from '../../protocol/index.ts';
import { eventInk, eventWords, localTime } from '../../view/index.ts';
import { fitLines, type Line, type Size, type Span, span, type Tone } from '../frame.ts';
import type { History, Letter } from '../model/history.ts';
import type { State } from '../model/state.ts';
import { shortIds } from '../text.ts';
import { TONE_OF } from '../tone.ts';

/** What nobody needs to see who only glances: it happens with everything else. */
const QUIET: ReadonlySet<string> = new Set(['agent.pane', 'agent.ready', 'agent.conversation', 'message.duplicate']);

/** What became of a message, in a word; the rest is no news of it. */
const LETTER_WORDS: Readonly<Record<string, { word: string; tone: Tone }>> = {
  'message.queued': { word: 'queued', tone: 'dim' },
  'message.delivering': { word: 'being delivered', tone: 'busy' },
  'message.submitted': { word: 'submitted', tone: 'busy' },
  'message.started': { word: 'begun', tone: 'busy' },
  'message.over': { word: 'done', tone: 'good' },
  'message.acked': { word: 'acknowledged', tone: 'good' },
  'message.answered': { word: 'answered', tone: 'good' },
  'message.dead': { word: 'given up', tone: 'bad' },
  'message.deferred': { word: 'waits', tone: 'warn' },
  'message.retried': { word: 'is tried again', tone: 'warn' },
  'message.redriven': { word: 'queued again', tone: 'dim' },
  'message.purged': { word: 'thrown away', tone: 'dim' },
};
/** A delivery that came to nothing: what is counted of a message. */
const AGAIN: ReadonlySet<string> = new Set(['message.deferred', 'message.retried']);
/** How often it was tried is no news of a message that is settled. */
const OVER: ReadonlySet<string> = new Set([
  'message.over',
  'message.acked',
  'message.answered',
  'message.submitted',
  'message.started',
]);
/** Of these the time they took is told. */
const TIMED: ReadonlySet<string> = new Set([...OVER, 'message.delivering', 'message.dead']);

/** Events that are looked through for the newest lines: a message that waits may make hundreds that are one line. */
const LOOKED_MOST = 500;

interface Row {
  readonly event: OrchestraEvent;
  readonly letter: Letter | null;
  /** How often it happened. */
  times: number;
}

/** The newest events, the newest last. A message has one line, which tells how far it got; what happens again is the same line, counted. */
export function recentLines({ history, filter, settings }: State, size: Size): Line[] {
  const shown: Row[] = [];
  const told = new Map<Letter, Row>();
  const wanted = filter.trim().toLowerCase();
  const oldest = Math.max(0, history.events.length - LOOKED_MOST);
  for (let at = history.events.length - 1; at >= oldest && shown.length < size.height; at--) {
    const event = history.events[at] as OrchestraEvent;
    const letter = letterOf(event, history);
    if (QUIET.has(event.type)) continue;
    if (wanted !== '' && !`${event.agent ?? ''} ${letter?.from ?? ''}`.includes(wanted)) continue;
    const known = letter === null ? sameLine(shown[0], event) : told.get(letter);
    if (known !== undefined) {
      if (letter === null || AGAIN.has(event.type)) known.times++;
      continue;
    }
    const row = { event, letter, times: letter === null || AGAIN.has(event.type) ? 1 : 0 };
    if (letter !== null) told.set(letter, row);
    shown.unshift(row);
  }
  const width = Math.max(0, ...shown.map(({ event, letter }) => (letter === null ? (event.agent?.length ?? 0) : 0)));
  return fitLines(
    shown.map(({ event, letter, times }): Line => {
      const line = letter === null ? eventRow(event, width) : letterRow(event, letter, settings.unicode);
      return times < 2 || OVER.has(event.type)
        ? line
        : [...line, span(` ${settings.unicode ? '×' : 'x'}${times}`, 'dim')];
    }),
    size,
  );
}

/** The line above, when it says the same. */
const sameLine = (above: Row | undefined, event: OrchestraEvent): Row | undefined =>
  above !== undefined &&
  above.letter === null &&
  above.event.agent === event.agent &&
  above.event.type === event.type &&
  eventWords(above.event) === eventWords(event)
    ? above
    : undefined;

/** One event for who knows which agent it is about: time of day, what; of a message between whom. */
export function ownLine(event: OrchestraEvent, { history, settings }: State): Line {
  const letter = letterOf(event, history);
  if (letter !== null) return letterRow(event, letter, settings.unicode);
  return [time(event), span(shortIds(eventWords(event)), TONE_OF[eventInk(event)])];
}

const letterOf = (event: OrchestraEvent, history: History): Letter | null =>
  event.type in LETTER_WORDS && 'id' in event.data ? history.letter(event.data.id, event.agent) : null;

/** One event: time of day, who, what. */
export const eventRow = (event: OrchestraEvent, width: number): Line => [
  time(event),
  span((event.agent ?? '').padEnd(width), 'bold'),
  span('  '),
  span(shortIds(eventWords(event)), TONE_OF[eventInk(event)]),
];

/** `conductor → kaede  task_assign  answered in 340ms`. */
function letterRow(event: OrchestraEvent, { from, to, type, at }: Letter, unicode: boolean): Line {
  const { word, tone } = LETTER_WORDS[event.type] ?? { word: event.type, tone: 'plain' };
  const took = Date.parse(event.time) - at;
  return [
    time(event),
    span(from, 'bold'),
    span(unicode ? ' → ' : ' > ', 'dim'),
    span(to, 'bold'),
    span(`  ${type}  `, 'plain'),
    span(TIMED.has(event.type) && took >= 0 ? `${word} in ${formatDuration(took)}` : `${word}${whyOf(event)}`, tone),
  ];
}

function whyOf(event: OrchestraEvent): string {
  if (event.type === 'message.deferred') return `: ${plainLine(event.data.detail)}`;
  return event.type === 'message.retried' ? `: ${plainLine(event.data.why)}` : '';
}

const time = (event: OrchestraEvent): Span => span(` ${localTime(event.time).slice(-8)}  `, 'dim');
