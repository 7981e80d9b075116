import { fitText, plainLine, textWidth } from '../../base/index.ts';
import { MESSAGE_STATES, type MailEntry, type MessageState } from '../../protocol/index.ts';
import { messageSign } from '../../view/index.ts';
import { fitLines, type Line, type Size, span, spread } from '../frame.ts';
import { flowsSince } from '../model/flow.ts';
import { isCrews, isOver } from '../model/mail.ts';
import type { State } from '../model/state.ts';
import { rule } from '../text.ts';
import { TONE_OF } from '../tone.ts';

const HOUR = 3_600_000;
/** Longest name in the picture. */
const NAME = 12;

/** Beside the messages: who writes to whom, whose messages were given up, how far those that are listed got. */
export function sideLines(state: State, rows: readonly MailEntry[], { width, height }: Size): Line[] {
  const { unicode } = state.settings;
  const states = stateLines(state, rows, width);
  const dead = deadLines(state, width);
  const flow = flowLines(state, width, Math.max(2, height - states.length - dead.length - 5));
  const lines: Line[] = [
    rule('Last hour', width, unicode),
    ...flow,
    [],
    rule('Given up', width, unicode),
    ...dead,
    [],
    rule('Listed', width, unicode),
    ...states,
  ];
  return fitLines(lines, { width, height });
}

/** `kaede → sakura ━━━━━━ 12`, as many as there is room for. */
function flowLines({ history, now, settings }: State, width: number, most: number): Line[] {
  const flows = flowsSince(history.letters(), now - HOUR);
  if (flows.length === 0) return [[span('nobody wrote to anybody', 'dim')]];
  const shown = flows.length > most ? flows.slice(0, most - 1) : flows;
  const wide = (pick: 'from' | 'to'): number =>
    Math.min(NAME, Math.max(...shown.map((flow) => textWidth(plainLine(flow[pick])))));
  const from = wide('from');
  const to = wide('to');
  const highest = shown[0]?.count ?? 1;
  const digits = String(highest).length;
  const room = Math.max(1, width - from - to - digits - 5);
  const lines = shown.map((flow): Line => {
    const length = Math.max(1, Math.round((flow.count / highest) * room));
    return [
      span(fitText(plainLine(flow.from), from), 'bold'),
      span(settings.unicode ? ' → ' : ' > ', 'dim'),
      span(fitText(plainLine(flow.to), to), 'bold'),
      span(` ${(settings.unicode ? '━' : '=').repeat(length)}`.padEnd(room + 1), 'busy'),
      span(` ${String(flow.count).padStart(digits)}`),
    ];
  });
  const rest = flows.slice(shown.length);
  if (rest.length === 0) return lines;
  const count = rest.reduce((sum, flow) => sum + flow.count, 0);
  return [...lines, [span(`and ${rest.length} more pairs, ${count} messages`, 'dim')]];
}

function deadLines({ snapshot, settings }: State, width: number): Line[] {
  const agents = (snapshot?.agents ?? []).filter(({ mail }) => mail.dead > 0);
  if (agents.length === 0) return [[span('nothing', 'dim')]];
  const { sign, ascii } = messageSign('dead');
  return agents.map(({ name, mail }) =>
    spread(
      [span(`${settings.unicode ? sign : ascii} `, 'bad'), span(name, 'bold')],
      [span(String(mail.dead), 'bad')],
      width,
    ),
  );
}

/** How many of the crew's messages are in which state; `done`: typed, and the turn is over. */
export function stateCounts(rows: readonly MailEntry[]): [MessageState | 'done', number][] {
  const counts = new Map<MessageState | 'done', number>();
  for (const entry of rows.filter(isCrews)) {
    const state = isOver(entry) ? 'done' : entry.state;
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return [...MESSAGE_STATES, 'done' as const].flatMap((state): [MessageState | 'done', number][] => {
    const count = counts.get(state) ?? 0;
    return count === 0 ? [] : [[state, count]];
  });
}

function stateLines({ settings }: State, rows: readonly MailEntry[], width: number): Line[] {
  const yours = rows.filter((entry) => !isCrews(entry)).length;
  return [
    ...stateCounts(rows).map(([state, count]) => {
      const { sign, ascii, ink } = messageSign(state === 'done' ? 'acked' : state);
      return spread([span(`${settings.unicode ? sign : ascii} ${state}`, TONE_OF[ink])], [span(String(count))], width);
    }),
    ...(yours > 0 ? [spread([span('  to you', 'dim')], [span(String(yours))], width)] : []),
  ];
}
