import { formatDuration, payloadLines, plainLine } from '../../base/index.ts';
import type { MailEntry, Priority } from '../../protocol/index.ts';
import { shortId } from '../mail-project.ts';
import { type Column, gist, type Ink, localTime, messageSign, stateText } from '../../view/index.ts';
import type { Style } from './style.ts';
import { tableLines } from './table.ts';

const PRIORITY_INKS: Readonly<Record<Priority, Ink>> = { urgent: 'red', high: 'yellow', normal: 'dim', low: 'dim' };

export interface MailScreen {
  readonly width: number;
  readonly style: Style;
  /** Wall clock, milliseconds: ages are counted from it. */
  readonly now: number;
  /** Whose mailbox each lies in; left out when it is one mailbox. */
  readonly recipients: boolean;
}

/** A line a message, in the order given. */
export function mailTable(entries: readonly MailEntry[], { width, style, now, recipients }: MailScreen): string[] {
  const ink = ({ state }: MailEntry): Ink => messageSign(state).ink;
  const columns: Column<MailEntry>[] = [
    { title: '', text: ({ state }) => (style.unicode ? messageSign(state).sign : messageSign(state).ascii), ink },
    { title: 'id', text: ({ message }) => shortId(plainLine(message.id)), ink: () => 'dim' },
    { title: 'from', text: ({ message }) => plainLine(message.from), ink: () => 'bold', comfort: 16, least: 6 },
    {
      title: 'to',
      text: ({ message }) => (recipients ? plainLine(message.to) : ''),
      ink: () => 'bold',
      comfort: 16,
      least: 6,
    },
    { title: 'type', text: ({ message }) => typeText(message.type), comfort: 15, least: 6, priority: 2 },
    {
      title: 'priority',
      text: ({ message }) => (message.priority === 'normal' ? '' : message.priority),
      ink: ({ message }) => PRIORITY_INKS[message.priority] ?? 'plain',
      priority: 3,
    },
    { title: 'state', text: (entry) => stateText(entry, now), ink, comfort: 18, least: 8, priority: 4 },
    {
      title: 'age',
      text: ({ message }) => ageOf(message.timestamp, now),
      align: 'right',
      ink: () => 'dim',
      priority: 1,
    },
    { title: 'text', text: ({ message }) => gist(message.payload), comfort: 14, least: 8, priority: 5 },
  ];
  return tableLines(columns, entries, width, style);
}

/** A note is what most messages are: unmarked. */
const typeText = (type: string): string => (type === 'note' ? '' : plainLine(type));

/** A clock that was set back makes no negative ages. */
const ageOf = (timestamp: string, now: number): string => {
  const sent = Date.parse(timestamp);
  return Number.isFinite(sent) ? formatDuration(Math.max(0, now - sent)) : '';
};

/** One message in full, and how far each of its copies got. */
export function messageLines(copies: readonly MailEntry[], style: Style, now: number): string[] {
  const [first] = copies;
  if (first === undefined) return [];
  const { message } = first;
  const fanned = message.sentTo !== message.to || copies.length > 1;
  const rows: [string, string][] = [
    ['from', plainLine(message.from)],
    [
      'to',
      fanned
        ? `${plainLine(message.sentTo)} (${copies.map((copy) => plainLine(copy.message.to)).join(', ')})`
        : plainLine(message.to),
    ],
    ['type', `${plainLine(message.type)}${message.priority === 'normal' ? '' : `, ${plainLine(message.priority)}`}`],
    ['sent', `${localTime(message.timestamp)}, ${ageOf(message.timestamp, now)} ago`],
    ...(message.replyTo === null ? [] : [['answers', plainLine(message.replyTo)] as [string, string]]),
    ['id', plainLine(message.id)],
  ];
  return [
    ...rows.map(([title, text]) => `${style.paint('dim', title.padEnd(8))} ${text}`),
    ...copies.map((copy) => copyLine(copy, copies.length > 1, style, now)),
    '',
    ...payloadLines(message.payload),
  ];
}

function copyLine(copy: MailEntry, many: boolean, style: Style, now: number): string {
  const { attempt } = copy.message;
  const tries = attempt > 1 ? `, ${attempt} attempts` : '';
  const who = many ? `${plainLine(copy.message.to)}: ` : '';
  return `${style.paint('dim', 'state   ')} ${who}${style.paint(messageSign(copy.state).ink, stateText(copy, now))}${tries}`;
}
