import {
  type Activity,
  EVENT_SEVERITY,
  NAMED_EVENTS,
  type NamedEvent,
  type NoticeRule,
  type OrchestraEvent,
  type Severity,
} from '../protocol/index.ts';
import { atLeast } from './item.ts';

/** What of earlier events the meaning of a later one depends on. Plain JSON. */
export interface Memory {
  /** Agents that are being stopped: how they end was asked for. */
  readonly stopping: readonly string[];
  /** The dialog each agent was last told of. */
  readonly asking: Readonly<Record<string, Activity>>;
}

export const NOTHING_SEEN: Memory = { stopping: [], asking: {} };

/** An event with the name people know it by. */
export interface Named {
  readonly event: string;
  readonly severity: Severity;
}

const isAsking = (activity: Activity): boolean => activity === 'approval' || activity === 'question';

/** What an event means to a person, and what has to be remembered for the next one. */
export function meaning(memory: Memory, event: OrchestraEvent): { readonly named: Named; readonly memory: Memory } {
  const found = NAMED_EVENTS.find((each) => fits(each, event, memory));
  const named =
    found === undefined || isOldDialog(memory, event)
      ? { event: event.type, severity: EVENT_SEVERITY[event.type] ?? 'info' }
      : { event: found.name, severity: found.severity };
  return { named, memory: after(memory, event) };
}

function fits(named: NamedEvent, event: OrchestraEvent, memory: Memory): boolean {
  if (named.type !== event.type) return false;
  if (named.unasked && event.agent !== null && memory.stopping.includes(event.agent)) return false;
  const value = (event.data as Readonly<Record<string, unknown>>)[named.field];
  return named.among.includes(String(value)) !== (named.except ?? false);
}

/** A controller begins with knowing nothing: the dialog it finds is the one its predecessor told of. */
const isOldDialog = ({ asking }: Memory, event: OrchestraEvent): boolean =>
  event.type === 'agent.activity' &&
  event.agent !== null &&
  event.data.from === 'unknown' &&
  asking[event.agent] === event.data.to;

function after(memory: Memory, event: OrchestraEvent): Memory {
  const { agent } = event;
  if (agent === null) return memory;
  if (event.type === 'agent.state') {
    const others = memory.stopping.filter((each) => each !== agent);
    return { ...memory, stopping: event.data.to === 'stopping' ? [...others, agent] : others };
  }
  const others = Object.fromEntries(Object.entries(memory.asking).filter(([name]) => name !== agent));
  if (event.type === 'agent.started') return { ...memory, asking: others };
  // What is not known any more may still be there.
  if (event.type !== 'agent.activity' || event.data.to === 'unknown') return memory;
  return { ...memory, asking: isAsking(event.data.to) ? { ...others, [agent]: event.data.to } : others };
}

/** The agent that asks no more for what it asked before this event, null when it is about something else. */
export const settledBy = (event: OrchestraEvent): string | null =>
  event.type === 'agent.activity' && isAsking(event.data.from) && event.data.from !== event.data.to
    ? event.agent
    : null;

/** Names of the events that `settledBy` takes back. */
export const SETTLED: readonly string[] = ['agent.approval', 'agent.question'];

/** `agent.*` fits all that begin with `agent.`; anything else is a whole name. */
export const fitsPattern = (name: string, pattern: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** Channels the rules send an event to, each once. */
export function channelsFor(rules: readonly NoticeRule[], event: OrchestraEvent, named: Named): readonly string[] {
  const wanted = rules.filter(
    (rule) =>
      atLeast(named.severity, rule.severity) &&
      (rule.agents === null || (event.agent !== null && rule.agents.includes(event.agent))) &&
      (rule.events.length === 0 ||
        rule.events.some((pattern) => fitsPattern(named.event, pattern) || fitsPattern(event.type, pattern))),
  );
  const channels = new Set(wanted.flatMap(({ to }) => to));
  // Telling a channel that it can't be told anything would fail, be told, and fail again.
  if (event.type === 'notice.failed') channels.delete(event.data.channel);
  if (isOwnTrouble(event)) channels.clear();
  return [...channels];
}

/** What stands before the name of a channel where its trouble is shown in the status. */
export const OWN_TROUBLE = 'notices to ';

const isOwnTrouble = (event: OrchestraEvent): boolean =>
  (event.type === 'controller.degraded' || event.type === 'controller.recovered') &&
  event.data.what.startsWith(OWN_TROUBLE);
