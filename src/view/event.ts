import { formatDuration, plainLine } from '../base/index.ts';
import type { EventFilter, EventMap, EventType, OrchestraEvent } from '../protocol/index.ts';
import type { Ink } from './ink.ts';
import { localTime } from './local-time.ts';

const list = (names: readonly (string | number)[]): string => names.join(', ');

/** Each event in words; who it is about stands before them. */
const WORDS: { readonly [T in EventType]: (data: EventMap[T]) => string } = {
  'session.up': ({ session, agents }) => `session ${session} is up with ${agents} agents`,
  'session.down': ({ session, by }) => `session ${session} taken down by ${by}`,
  'session.applied': ({ added, removed, restarted, changed }) =>
    `configuration applied${part('added', added)}${part('removed', removed)}${part('restarted', restarted)}${part('changed', changed)}`,
  'controller.started': ({ pid, adopted }) =>
    `controller ${pid} started${adopted > 0 ? `, adopted ${adopted} running agents` : ''}`,
  'controller.stopping': ({ signal }) => `controller stops (${signal})`,
  'controller.degraded': ({ what, message }) => `${what} does not work: ${message}`,
  'controller.recovered': ({ what }) => `${what} works again`,
  'tmux.started': ({ pid }) => `tmux server ${pid} started`,
  'tmux.lost': ({ pid }) => `tmux server ${pid ?? ''} is gone`,
  'tmux.wedged': ({ command }) => `tmux did not answer ${command}`,
  'agent.state': ({ from, to, detail }) => `${from} → ${to}${detail === '' ? '' : `: ${detail}`}`,
  'agent.started': ({ incarnation, pid, reason }) => `started as process ${pid}, run ${incarnation} (${reason})`,
  'agent.breaker': ({ is, retry }) =>
    is === 'open'
      ? `stays down${retry === null ? '' : ` for ${formatDuration(retry)}`}: it died too often`
      : is === 'trial'
        ? 'is tried once more'
        : 'lives again: its deaths are forgotten',
  'agent.watch': ({ is, advice }) =>
    is === 'resumed'
      ? 'is started by changes of its files again'
      : `is no longer started by changes of its files: ${advice}`,
  'agent.ready': ({ after }) => `ready after ${formatDuration(after)}`,
  'agent.exited': ({ code, class: kind, uptime }) =>
    `ended after ${formatDuration(uptime)}: ${kind}${code === null ? '' : `, status ${code}`}`,
  'agent.adopted': ({ pid }) => `adopted, process ${pid}`,
  'agent.asked': ({ verb, by }) => `asked to ${verb} by ${by}`,
  'agent.signalled': ({ rung, pids }) => `${rung} to ${pids} processes`,
  'agent.leftover': ({ pids, what }) => `left over: ${what} (${list(pids)})`,
  'agent.unlimited': ({ why }) => why,
  'agent.pane': ({ pane, why }) => `pane ${pane} ${why}`,
  'agent.added': ({ adHoc }) => `added${adHoc ? ' by orchestra run' : ''}`,
  'agent.removed': () => 'removed',
  'agent.activity': ({ from, to, by }) => `${from} → ${to} (${by})`,
  'agent.unknown-screen': ({ screen }) => `shows a screen no rule knows, kept in ${screen}`,
  'agent.held': ({ why, until, account }) =>
    `held: ${why === 'auth' ? 'it wants a log-in' : 'at its limit'} (${account})${until === null ? '' : `, until ${localTime(until)}`}`,
  'agent.released': ({ account }) => `no longer held (${account})`,
  'agent.answered': ({ yes, by }) => `${yes ? 'allowed' : 'denied'} by ${by}`,
  'agent.paused': ({ by }) => `paused by ${by}: its mail waits`,
  'agent.unpaused': ({ by }) => `goes on by ${by}`,
  'agent.conversation': ({ id, resumed }) => `${resumed ? 'took up' : 'began'} conversation ${id}`,
  'message.queued': ({ id, type, from }) => `${type} from ${from} queued (${id})`,
  'message.refused': ({ from, to, why }) => `a message from ${from} to ${to} was refused: ${why}`,
  'message.duplicate': ({ id, from }) => `${id} from ${from} is here already`,
  'message.delivering': ({ id, attempt }) => `${id} is being delivered, attempt ${attempt}`,
  'message.submitted': ({ id, door }) => `${id} submitted by ${door}`,
  'message.started': ({ id }) => `${id} began a turn`,
  'message.over': ({ id }) => `${id} is done: its turn is over`,
  'message.acked': ({ id, by }) => `${id} acknowledged by ${by}`,
  'message.answered': ({ id, reply }) => `${id} answered with ${reply}`,
  'message.retried': ({ id, why, wait }) => `${id} is tried again in ${formatDuration(wait)}: ${why}`,
  'message.deferred': ({ id, detail }) => `${id} waits: ${detail}`,
  'message.dead': ({ id, reason, attempt, why }) =>
    `${id} is dead after ${attempt} attempts: ${reason}${why === undefined ? '' : ` (${why})`}`,
  'message.redriven': ({ id, by }) => `${id} queued again by ${by}`,
  'message.purged': ({ id, by }) => `${id} thrown away by ${by}`,
  'mail.corrupt': ({ file, why }) => `${file} is no message: ${why}`,
  'notice.failed': ({ channel, attempts, why }) =>
    `no notice gets to ${channel}, tried ${attempts} ${attempts === 1 ? 'time' : 'times'}: ${why}`,
};

const part = (word: string, names: readonly string[]): string =>
  names.length === 0 ? '' : `; ${word}: ${list(names)}`;

/** Every type there is. */
export const EVENT_TYPES = Object.keys(WORDS) as readonly EventType[];

const INKS: Partial<Record<EventType, Ink>> = {
  'agent.exited': 'yellow',
  'agent.leftover': 'yellow',
  'agent.held': 'yellow',
  'agent.unknown-screen': 'yellow',
  'message.refused': 'yellow',
  'message.dead': 'red',
  'mail.corrupt': 'yellow',
  'notice.failed': 'yellow',
  'agent.ready': 'green',
  'controller.degraded': 'red',
  'controller.recovered': 'green',
  'tmux.lost': 'red',
  'tmux.wedged': 'yellow',
};

/** The colour an event is told in. */
export function eventInk(event: OrchestraEvent): Ink {
  if (event.type === 'agent.state' && event.data.to === 'broken') return 'red';
  return INKS[event.type] ?? 'plain';
}

/** What happened, in one line that is safe to print. */
export function eventWords(event: OrchestraEvent): string {
  const words = WORDS[event.type] as ((data: OrchestraEvent['data']) => string) | undefined;
  // A type this program does not know comes from a newer controller.
  return plainLine(words === undefined ? `${event.type} ${JSON.stringify(event.data)}` : words(event.data));
}

/** Does an event pass the filter? The same rule as the journal's, for those that come live. */
export function matches(event: OrchestraEvent, { agent, types, since }: EventFilter): boolean {
  if (agent !== undefined && event.agent !== agent) return false;
  if (since !== undefined && event.time < since) return false;
  return (
    types === undefined ||
    types.some((type) => (type.endsWith('.') ? event.type.startsWith(type) : event.type === type))
  );
}
