import { initialState, type Settings, type State } from '../../src/dashboard/model/state.ts';
import type { Effect, Key } from '../../src/dashboard/model/input.ts';
import { Decoder, type Heard } from '../../src/dashboard/decode.ts';
import { update } from '../../src/dashboard/update.ts';
import { view } from '../../src/dashboard/view.ts';
import type { AgentSnapshot, Snapshot } from '../../src/protocol/index.ts';

const NOON = Date.parse('2026-03-01T12:00:00Z');

export const agentOnScreen = (over: Partial<AgentSnapshot> = {}): AgentSnapshot => ({
  name: 'kaede',
  display: '',
  type: 'codex',
  role: '',
  skills: [],
  state: 'running',
  state_since: '2026-03-01T11:00:00Z',
  activity: 'idle',
  activity_since: '2026-03-01T11:59:00Z',
  paused: false,
  held_until: null,
  task: null,
  mail: { queued: 0, inFlight: 0, dead: 0 },
  detail: '',
  pid: 100,
  pane: '%1',
  pane_pid: 99,
  incarnation: 1,
  restarts: 0,
  uptime: 3_600_000,
  memory: 1_000_000,
  cpu: 1,
  last_exit: null,
  next_start: null,
  ...over,
});

export const snapshotOnScreen = (agents: readonly AgentSnapshot[], over: Partial<Snapshot> = {}): Snapshot => ({
  session: 'garden',
  project: '/garden',
  file: '/garden/orchestra.yaml',
  profile: null,
  controller: { pid: 1, version: '0', uptime: 1_000, memory: 1, degraded: [] },
  tmux: { socket: '/garden/tmux.sock', pid: 2, version: '3.3a' },
  agents,
  seq: 1,
  ...over,
});

const SETTINGS: Settings = { theme: 'dark', unicode: true, pinned: false, keys: {} };

/** A dashboard with kaede (カエデ), sakura and tsubaki on it, live. */
export function dashboardState(
  over: Partial<State> = {},
  { width = 80, height = 24, settings = SETTINGS }: { width?: number; height?: number; settings?: Settings } = {},
): State {
  const agents = [
    agentOnScreen({ display: 'カエデ' }),
    agentOnScreen({ name: 'sakura' }),
    agentOnScreen({ name: 'tsubaki', state: 'stopped', pid: null }),
  ];
  return {
    ...initialState({ width, height }, NOON, settings),
    link: { kind: 'live' },
    snapshot: snapshotOnScreen(agents),
    selected: 'kaede',
    ...over,
  };
}

/** What input as a terminal sends it makes of a state, and every effect it had. */
export function typed(state: State, text: string): { readonly state: State; readonly effects: readonly Effect[] } {
  const decoder = new Decoder();
  return heard(state, [...decoder.decode(text), ...decoder.flush()]);
}

/** The same for keys by their names. */
export const pressed = (state: State, ...names: readonly string[]): ReturnType<typeof typed> =>
  heard(
    state,
    names.map((name): Heard => ({ kind: 'key', key: keyNamed(name) })),
  );

export const keyNamed = (name: string): Key => ({
  name,
  text: name === 'space' ? ' ' : Array.from(name).length === 1 ? name : '',
  raw: name,
});

export function heard(state: State, all: readonly Heard[]): ReturnType<typeof typed> {
  const effects: Effect[] = [];
  let next = state;
  for (const one of all) {
    const step = update(next, one, next.now);
    next = step.state;
    effects.push(...step.effects);
  }
  return { state: next, effects };
}

/** The whole screen as text, a line a line. */
export const screenText = (state: State): string[] =>
  view(state).lines.map((line) => line.map(({ text }) => text).join(''));
