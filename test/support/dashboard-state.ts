import type { Line, Size } from '../../src/dashboard/frame.ts';
import type { Effect, Key } from '../../src/dashboard/model/input.ts';
import { initialState, type State } from '../../src/dashboard/model/state.ts';
import { update } from '../../src/dashboard/update.ts';
import { view } from '../../src/dashboard/view.ts';
import {
  type AgentSnapshot,
  type MailEntry,
  type Message,
  type MessageState,
  type OrchestraEvent,
  type Snapshot,
} from '../../src/protocol/index.ts';
import { anAgent, aSnapshot } from './fake-session.ts';

/** The time it is in these states: 2026-03-01 12:00 UTC. */
export const NOON = Date.UTC(2026, 2, 1, 12);
/** ISO 8601, so many milliseconds before noon. */
export const ago = (ms: number): string => new Date(NOON - ms).toISOString();

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

export const snapshotOf = (agents: readonly AgentSnapshot[], seq = 0): Snapshot =>
  aSnapshot(agents, {
    session: 'nine',
    project: '/srv/project',
    file: '/srv/project/orchestra.yaml',
    controller: { pid: 4000, version: '0.1.0', uptime: 3_600_000, memory: 60_000_000, degraded: [] },
    groups: [],
    seq,
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

let seq = 0;
export const eventLike = <T extends OrchestraEvent['type']>(
  type: T,
  agent: string | null,
  data: Extract<OrchestraEvent, { type: T }>['data'],
  time = ago(0),
): OrchestraEvent => ({ seq: ++seq, time, type, agent, data }) as OrchestraEvent;

/** Connected, with these agents, the first of them chosen. */
export function dashboardState(agents: readonly AgentSnapshot[], size: Size = { width: 80, height: 24 }): State {
  const settings = { theme: 'dark', chosen: null, light: false, unicode: true, pinned: false, keys: {} } as const;
  const state = initialState(size, NOON, settings as unknown as State['settings']);
  return {
    ...state,
    link: { kind: 'live' },
    snapshot: snapshotOf(agents),
    takenAt: NOON,
    selected: agents[0]?.name ?? null,
  };
}

export const keyNamed = (name: string): Key => ({ name, text: name.length === 1 ? name : '', raw: name });

/** Presses keys one after the other; every effect they led to. */
export function pressed(before: State, ...names: readonly string[]): { state: State; effects: Effect[] } {
  let state = before;
  const effects: Effect[] = [];
  for (const name of names) {
    const step = update(state, { kind: 'key', key: keyNamed(name) }, state.now);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

export const lineText = (line: Line): string => line.map(({ text }) => text).join('');

/** The whole screen as text, blanks at the ends of lines removed. */
export const screenText = (state: State): string =>
  view(state)
    .lines.map((line) => lineText(line).trimEnd())
    .join('\n');
