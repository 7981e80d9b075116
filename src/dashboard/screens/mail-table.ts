import { plainLine, textWidth } from '../../base/index.ts';
import type { MailEntry } from '../../protocol/index.ts';
import { localTime, messageSign, stateText } from '../../view/index.ts';
import { fitLine, fitLines, type Line, onGround, type Size, span, type Tone } from '../frame.ts';
import { chosenPlace, glance } from '../model/mail.ts';
import { windowTop } from '../model/move.ts';
import type { State } from '../model/state.ts';
import { type Cell, scrollSpan, shortAge, tableOf } from '../text.ts';
import { TONE_OF } from '../tone.ts';

/** Widest name of a sender or a recipient that is shown whole. */
const NAME = 16;

export const messageTone = ({ state }: MailEntry): Tone => TONE_OF[messageSign(state).ink];
export const messageMark = ({ state }: MailEntry, unicode: boolean): string =>
  unicode ? messageSign(state).sign : messageSign(state).ascii;

/** Milliseconds since it was written; null when its time is none. */
export function ageOf({ message }: MailEntry, now: number): number | null {
  const sent = Date.parse(message.timestamp);
  return Number.isFinite(sent) ? Math.max(0, now - sent) : null;
}

export const ageText = (entry: MailEntry, now: number): string => {
  const age = ageOf(entry, now);
  return age === null ? '' : shortAge(age);
};

/** Which of the rows are in sight. */
export function mailWindow(state: State, rows: readonly MailEntry[], height: number): { at: number; top: number } {
  const at = chosenPlace(state, rows);
  return { at, top: windowTop(at, Math.max(0, at - Math.floor(height / 2)), height, rows.length) };
}

/** Messages as a table with its titles, the chosen one marked. Only what is in sight is laid out: there may be many, and long ones. */
export function mailTable(
  state: State,
  rows: readonly MailEntry[],
  columns: readonly Cell<MailEntry>[],
  size: Size,
): Line[] {
  const height = size.height - 1;
  const { at, top } = mailWindow(state, rows, height);
  const hidden = rows.length > height;
  const inner = size.width - (hidden ? 1 : 0);
  // A blank on both sides of what is marked.
  const table = tableOf(columns, rows.slice(top, top + height), inner - 2);
  const shown = table.rows.map((row, index): Line => {
    const line = fitLine([span(' '), ...row], inner);
    const marked = top + index === at ? onGround(line, 'select') : line;
    return hidden
      ? [...marked, scrollSpan(index, { top, height, length: rows.length }, state.settings.unicode)]
      : marked;
  });
  return fitLines([[span(' '), ...table.title], ...shown], size);
}

/** Columns of messages. @param agent whose mailbox it is: left out as recipient; null: of all */
export function mailColumns(state: State, rows: readonly MailEntry[], agent: string | null): Cell<MailEntry>[] {
  const { now, settings } = state;
  const { unicode } = settings;
  // Of all rows, not of those in sight: columns that move while one scrolls can't be read.
  const from = widest(rows, ({ message }) => message.from);
  const to = widest(rows, ({ message }) => message.to);
  return [
    { title: '', text: (entry) => messageMark(entry, unicode), tone: messageTone },
    { title: 'TIME', text: ({ message }) => timeText(message.timestamp, now), tone: () => 'dim', priority: 3 },
    {
      title: 'FROM',
      text: ({ message }) => plainLine(message.from).padEnd(from),
      tone: () => 'bold',
      comfort: 12,
      least: 5,
    },
    { title: '', text: () => (agent === null ? (unicode ? '→' : '>') : ''), tone: () => 'dim' },
    {
      title: 'TO',
      text: ({ message }) => (agent === null ? plainLine(message.to).padEnd(to) : ''),
      tone: () => 'bold',
      comfort: 12,
      least: 5,
    },
    { title: 'TYPE', text: ({ message }) => typeText(message), tone: typeTone, comfort: 13, least: 6, priority: 4 },
    { title: 'STATE', text: (entry) => stateText(entry, now), tone: messageTone, comfort: 15, least: 8, priority: 6 },
    { title: 'AGE', text: (entry) => ageText(entry, now), align: 'right', tone: () => 'dim', priority: 5 },
    {
      title: 'TRIES',
      text: ({ message }) => (message.attempt > 1 ? String(message.attempt) : ''),
      align: 'right',
      tone: () => 'warn',
      priority: 2,
    },
    { title: 'TEXT', text: ({ message }) => glance(message.payload), comfort: 16, least: 8, priority: 7, grows: true },
  ];
}

const widest = (rows: readonly MailEntry[], name: (entry: MailEntry) => string): number =>
  Math.min(
    NAME,
    rows.reduce((most, entry) => Math.max(most, textWidth(plainLine(name(entry)))), 0),
  );

/** The time of day; of what is older than that, the day. */
function timeText(timestamp: string, now: number): string {
  const text = localTime(timestamp);
  return text.slice(0, 10) === localTime(new Date(now).toISOString()).slice(0, 10) ? text.slice(11) : text.slice(5, 10);
}

/** A note of no special weight is what most messages are: unmarked. */
const typeText = ({ type, priority }: MailEntry['message']): string => {
  const heavy = priority === 'urgent' || priority === 'high' ? priority : '';
  return [type === 'note' ? '' : plainLine(type), heavy].filter((word) => word !== '').join(' ');
};

const typeTone = ({ message: { type, priority } }: MailEntry): Tone => {
  if (priority === 'urgent' || type === 'task_failed') return 'bad';
  return priority === 'high' || type === 'escalation' ? 'warn' : 'plain';
};
