import type {
  AgentSnapshot,
  EventMap,
  EventType,
  MailEntry,
  Message,
  MessageState,
  OrchestraEvent,
} from '../../src/protocol/index.ts';
import { anAgent } from './fake-session.ts';

/** The time it is on the dashboards of tests: that of `anAgent`. */
export const NOON = Date.parse('2026-01-31T12:00:00.000Z');
/** ISO 8601, so many milliseconds before noon. */
export const ago = (ms: number): string => new Date(NOON - ms).toISOString();

/** An agent that has rested for a minute. */
export const agentLike = (name: string, over: Partial<AgentSnapshot> = {}): AgentSnapshot =>
  anAgent(name, {
    state_since: ago(60_000),
    activity: 'idle',
    activity_since: ago(60_000),
    uptime: 60_000,
    memory: 45_000_000,
    cpu: 0,
    ...over,
  });

/** A message as it lies in a mailbox. `n` makes its id and its place in the order. */
export function mailLike(
  n: number,
  over: Partial<Message> & { readonly state?: MessageState; readonly reason?: MailEntry['reason'] } = {},
): MailEntry {
  const { state = 'queued', reason = null, ...message } = over;
  return {
    message: {
      id: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
      type: 'note',
      from: 'kaede',
      to: 'sakura',
      sentTo: message.to ?? 'sakura',
      payload: { text: `message ${n}` },
      timestamp: ago(60_000),
      ttl: null,
      seq: n,
      priority: 'normal',
      replyTo: null,
      delivery: null,
      attempt: 0,
      ...message,
    },
    state,
    reason,
    notBefore: null,
    file: '/srv/project/.orchestra/queue/sakura/new/1',
  };
}

let seq = 100;

/** An event with the next place in the journal, after that of `aSnapshot`. `after`: milliseconds after noon. */
export const anEvent = <T extends EventType>(
  type: T,
  agent: string | null,
  data: EventMap[T],
  after = 0,
): OrchestraEvent => ({ seq: ++seq, time: ago(-after), type, agent, data }) as OrchestraEvent;
