import { formatDuration, payloadLines, plainLine } from '../../base/index.ts';
import type { MailEntry } from '../../protocol/index.ts';
import { localTime, stateText } from '../../view/index.ts';
import { fitLine, fitLines, type Line, type Size, span } from '../frame.ts';
import { copiesOf, glance } from '../model/mail.ts';
import type { State } from '../model/state.ts';
import { rule, scrollSpan, wrapText } from '../text.ts';
import { ageOf, ageText, messageMark, messageTone } from './mail-table.ts';

/** Lines of a body that are laid out: far more than anybody reads on a screen. The whole of it is in its file. */
const LINES_MOST = 5_000;
/** Characters of a line that are laid out. */
const LINE_MOST = 20_000;

/** One message in full: who, when, how far each copy got, what it says, what it answers and what answers it. */
export function openLines(state: State, entry: MailEntry, size: Size): Line[] {
  const width = Math.max(1, size.width - 3);
  const { unicode } = state.settings;
  const thread = threadLines(state, entry, width);
  const lines = [
    ...headLines(state, entry),
    rule('', width, unicode),
    ...bodyLines(entry, width),
    ...(thread.length > 1 ? [[], rule('Thread', width, unicode), ...thread] : []),
  ];
  const most = Math.max(0, lines.length - size.height);
  const top = Math.min(state.mail.down, most);
  return fitLines(
    lines.slice(top, top + size.height).map((line, index): Line => {
      const shown = fitLine([span(' '), ...line], size.width - 1);
      return most === 0
        ? shown
        : [...shown, scrollSpan(index, { top, height: size.height, length: lines.length }, unicode)];
    }),
    size,
  );
}

/** Lines below the first that can be scrolled to. */
export const openMost = (state: State, entry: MailEntry, size: Size): number => {
  const width = Math.max(1, size.width - 3);
  const thread = threadLines(state, entry, width).length;
  const lines = headLines(state, entry).length + 1 + bodyLines(entry, width).length + (thread > 1 ? thread + 2 : 0);
  return Math.max(0, lines - size.height);
};

function headLines(state: State, entry: MailEntry): Line[] {
  const { message } = entry;
  const { now } = state;
  const age = ageOf(entry, now);
  const arrow = state.settings.unicode ? ' → ' : ' > ';
  const sentTo = message.sentTo === message.to ? [] : [span(`  sent to ${plainLine(message.sentTo)}`, 'dim')];
  const copies = copiesOf(state, entry);
  const field = (title: string, text: string): Line => [span(title.padEnd(9), 'dim'), span(text)];
  return [
    [
      span(plainLine(message.from), 'bold'),
      span(arrow, 'dim'),
      span(plainLine(message.to), 'bold'),
      span(`   ${plainLine(message.type)}`, 'accent'),
      ...(message.priority === 'normal' ? [] : [span(`  ${plainLine(message.priority)}`, 'warn')]),
      ...sentTo,
    ],
    field('sent', `${localTime(message.timestamp)}${age === null ? '' : `, ${formatDuration(age)} ago`}`),
    ...(message.ttl === null ? [] : [field('of use', `for ${formatDuration(message.ttl)}`)]),
    field('id', plainLine(message.id)),
    ...copies.map((copy, index): Line => {
      const { attempt, to } = copy.message;
      return [
        span((index === 0 ? 'state' : '').padEnd(9), 'dim'),
        span(`${messageMark(copy, state.settings.unicode)} ${stateText(copy, now)}`, messageTone(copy)),
        ...(copies.length > 1 ? [span(`  ${plainLine(to)}`, 'bold')] : []),
        ...(attempt > 1 ? [span(`  ${attempt} attempts`, 'warn')] : []),
      ];
    }),
  ];
}

/** The body, laid out once for a width: a message may be a megabyte, and a key moves it by one line. */
function bodyLines({ message: { payload } }: MailEntry, width: number): Line[] {
  const known = BODIES.get(payload);
  if (known?.width === width) return known.lines;
  const all = payloadLines(payload);
  const lines: Line[] = [];
  for (const line of all) {
    if (lines.length > LINES_MOST) break;
    for (const part of wrapText(line.slice(0, LINE_MOST), width)) lines.push([span(part)]);
    if (line.length > LINE_MOST) lines.push([span('… the line goes on in the file of the message', 'dim')]);
  }
  if (lines.length > LINES_MOST) lines.push([span('… the rest is in the file of the message', 'dim')]);
  const shown = lines.length === 0 ? [[span('it says nothing', 'dim')]] : lines;
  BODIES.set(payload, { width, lines: shown });
  return shown;
}

const BODIES = new WeakMap<MailEntry['message']['payload'], { readonly width: number; readonly lines: Line[] }>();

/** The conversation it belongs to, oldest first, one line a message. */
function threadLines(state: State, entry: MailEntry, width: number): Line[] {
  const { entries } = state.mail.thread;
  if (!entries.some(({ message }) => message.id === entry.message.id)) return [];
  const { unicode } = state.settings;
  const depths = new Map<string, number>();
  const told = new Set<string>();
  return entries.flatMap((one): Line[] => {
    const { message } = one;
    if (told.has(message.id)) return [];
    told.add(message.id);
    const depth = Math.min(8, 1 + (depths.get(message.replyTo ?? '') ?? -1));
    depths.set(message.id, depth);
    const here = message.id === entry.message.id;
    return [
      fitLine(
        [
          span(here ? (unicode ? '▸ ' : '> ') : '  ', 'accent'),
          span('  '.repeat(depth)),
          span(messageMark(one, unicode), messageTone(one)),
          span(` ${plainLine(message.from)}`, 'bold'),
          span(unicode ? ' → ' : ' > ', 'dim'),
          span(plainLine(message.sentTo), 'bold'),
          span(`  ${ageText(one, state.now)}  `, 'dim'),
          span(message.type === 'note' ? '' : `${plainLine(message.type)}  `),
          span(glance(message.payload), here ? 'plain' : 'dim'),
        ],
        width,
      ),
    ];
  });
}
