import { cutText, plainLine } from '../base/index.ts';
import type { Severity } from '../protocol/index.ts';
import { type Item, worst } from './item.ts';

/** What is sent. Everything in it is plain text, without control characters. */
export interface Notice {
  /** The same for every try to send it. */
  readonly id: string;
  readonly session: string;
  readonly severity: Severity;
  /** ISO 8601, when it was put together. */
  readonly time: string;
  /** One line. */
  readonly title: string;
  /** One line an event, and what else there is to say. */
  readonly lines: readonly string[];
  readonly events: readonly NoticeEvent[];
  /** Events that are not among `events`: there were too many, or they could not be sent. */
  readonly left_out: number;
  readonly test: boolean;
}

export interface NoticeEvent {
  readonly seq: number;
  /** ISO 8601. */
  readonly time: string;
  readonly event: string;
  readonly severity: Severity;
  readonly agent: string | null;
  readonly text: string;
}

/** Columns of one line: what an agent prints may be of any length. */
const LONGEST_LINE = 300;
/** Events told one by one. */
const MOST_LINES = 20;

export interface Told {
  readonly id: string;
  readonly session: string;
  readonly now: number;
}

const clean = (text: string): string => cutText(plainLine(text), LONGEST_LINE);

const sentence = ({ agent, text }: Item): string => clean(agent === null ? text : `${agent}: ${text}`);

/**
 * @param more events that were not kept one by one
 * @param lost events that could not be sent before
 */
export function noticeOf(items: readonly Item[], more: number, lost: number, { id, session, now }: Told): Notice {
  const shown = items.slice(0, MOST_LINES);
  const hidden = items.length - shown.length + more;
  const all = items.length + more;
  const [first] = items;
  const title = all === 1 && first !== undefined ? sentence(first) : `${all} events${mostly(items)}`;
  return {
    id,
    session,
    severity: worst(items.map(({ severity }) => severity)),
    time: new Date(now).toISOString(),
    title: clean(`${session}: ${title}`),
    lines: [
      ...(all === 1
        ? []
        : shown.map((item) => `${item.severity === 'info' ? '' : `${item.severity}: `}${sentence(item)}`)),
      ...(hidden === 0 ? [] : [`and ${hidden} more; see: orchestra events`]),
      ...(lost === 0
        ? []
        : [`${lost} earlier ${lost === 1 ? 'one' : 'ones'} could not be sent; see: orchestra events`]),
    ],
    events: items.map(({ at, text, ...item }) => ({ ...item, time: new Date(at).toISOString(), text: clean(text) })),
    left_out: more + lost,
    test: false,
  };
}

/** `, 2 critical`, where something is worse than the rest. */
function mostly(items: readonly Item[]): string {
  const high = worst(items.map(({ severity }) => severity));
  const count = items.filter(({ severity }) => severity === high).length;
  return high === 'info' ? '' : `, ${count} ${high}`;
}

export const testNotice = ({ id, session, now }: Told): Notice => ({
  id,
  session,
  severity: 'info',
  time: new Date(now).toISOString(),
  title: clean(`${session}: a test of notices`),
  lines: ['When you can read this, notices get here.'],
  events: [],
  left_out: 0,
  test: true,
});
