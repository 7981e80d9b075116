import type { OrchestraEvent } from '../../protocol/index.ts';
import { eventInk, eventWords, localTime } from '../../view/index.ts';
import { fitLines, type Line, type Size, span } from '../frame.ts';
import type { State } from '../model/state.ts';
import { TONE_OF } from '../tone.ts';

/** What nobody needs to see who only glances: it happens with everything else. */
const QUIET: ReadonlySet<string> = new Set(['agent.pane', 'agent.ready', 'agent.conversation', 'message.delivering']);

/** The newest events, the newest last. */
export function recentLines({ history, filter }: State, size: Size): Line[] {
  const shown: OrchestraEvent[] = [];
  const wanted = filter.trim().toLowerCase();
  for (let at = history.events.length - 1; at >= 0 && shown.length < size.height; at--) {
    const event = history.events[at] as OrchestraEvent;
    if (QUIET.has(event.type)) continue;
    if (wanted !== '' && !(event.agent ?? '').includes(wanted)) continue;
    shown.unshift(event);
  }
  return fitLines(
    shown.map((event) => eventRow(event, nameWidth(shown))),
    size,
  );
}

const nameWidth = (events: readonly OrchestraEvent[]): number =>
  Math.max(0, ...events.map(({ agent }) => agent?.length ?? 0));

/** One event: time of day, who, what. */
export const eventRow = (event: OrchestraEvent, width: number): Line => [
  span(` ${localTime(event.time).slice(-8)}  `, 'dim'),
  span((event.agent ?? '').padEnd(width), 'bold'),
  span('  '),
  span(eventWords(event), TONE_OF[eventInk(event)]),
];
