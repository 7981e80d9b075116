import { formatDuration } from '../../base/index.ts';
import type { OrchestraEvent } from '../../protocol/index.ts';
import { eventInk, eventWords, localTime } from '../../view/index.ts';
import { fitLines, type Line, type Size, type Span, span, type Tone } from '../frame.ts';
import type { History, Letter } from '../model/history.ts';
import type { State } from '../model/state.ts';
import { TONE_OF } from '../tone.ts';

/** What nobody needs to see who only glances: it happens with everything else. */
const QUIET: ReadonlySet<string> = new Set(['agent.pane', 'agent.ready', 'agent.conversation', 'message.duplicate']);

/** What became of a message, in a word; the rest is no news of it. */
const LETTER_WORDS: Readonly<Record<string, { word: string; tone: Tone }>> = {
  'message.queued': { word: 'queued', tone: 'dim' },
  'message.delivering': { word: 'being delivered', tone: 'busy' },
  'message.submitted': { word: 'submitted', tone: 'busy' },
  'message.started': { word: 'begun', tone: 'busy' },
  'message.acked': { word: 'acknowledged', tone: 'good' },
  'message.answered': { word: 'answered', tone: 'good' },
  'message.dead': { word: 'given up', tone: 'bad' },
};

/** The newest events, the newest last. A message has one line, which tells how far it got. */
export function recentLines({ history, filter, settings }: State, size: Size): Line[] {
  const shown: { event: OrchestraEvent; letter: Letter | null }[] = [];
  const told = new Set<Letter>();
  const wanted = filter.trim().toLowerCase();
  for (let at = history.events.length - 1; at >= 0 && shown.length < size.height; at--) {
    const event = history.events[at] as OrchestraEvent;
    const letter = letterOf(event, history);
    if (QUIET.has(event.type) || (letter !== null && told.has(letter))) continue;
    if (wanted !== '' && !`${event.agent ?? ''} ${letter?.from ?? ''}`.includes(wanted)) continue;
    if (letter !== null) told.add(letter);
    shown.unshift({ event, letter });
  }
  const width = Math.max(0, ...shown.map(({ event, letter }) => (letter === null ? (event.agent?.length ?? 0) : 0)));
  return fitLines(
    shown.map(({ event, letter }) =>
      letter === null ? eventRow(event, width) : letterRow(event, letter, settings.unicode),
    ),
    size,
  );
}

/** One event for who knows which agent it is about: time of day, what; of a message between whom. */
export function ownLine(event: OrchestraEvent, { history, settings }: State): Line {
  const letter = letterOf(event, history);
  if (letter !== null) return letterRow(event, letter, settings.unicode);
  return [time(event), span(eventWords(event), TONE_OF[eventInk(event)])];
}

const letterOf = (event: OrchestraEvent, history: History): Letter | null =>
  event.type in LETTER_WORDS && 'id' in event.data ? history.letter(event.data.id, event.agent) : null;

/** One event: time of day, who, what. */
export const eventRow = (event: OrchestraEvent, width: number): Line => [
  time(event),
  span((event.agent ?? '').padEnd(width), 'bold'),
  span('  '),
  span(eventWords(event), TONE_OF[eventInk(event)]),
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
    span(event.type === 'message.queued' || !(took >= 0) ? word : `${word} in ${formatDuration(took)}`, tone),
  ];
}

const time = (event: OrchestraEvent): Span => span(` ${localTime(event.time).slice(-8)}  `, 'dim');
