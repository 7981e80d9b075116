import { Decoder, type Heard } from '../../src/dashboard/decode.ts';
import type { Frame, Line, Size } from '../../src/dashboard/frame.ts';
import type { Effect, Input, Key } from '../../src/dashboard/model/input.ts';
import { settingsOf } from '../../src/dashboard/model/settings.ts';
import { initialState, type ScreenId, type Settings, type State } from '../../src/dashboard/model/state.ts';
import { update } from '../../src/dashboard/update.ts';
import { view } from '../../src/dashboard/view.ts';
import type { AgentSnapshot, OrchestraEvent, Snapshot } from '../../src/protocol/index.ts';
import { NOON } from './dashboard-data.ts';
import { anAgent, aSnapshot } from './fake-session.ts';

export const SETTINGS: Settings = settingsOf({ chosen: null, light: false, unicode: true, pinned: false });

const CREW: readonly AgentSnapshot[] = [
  anAgent('kaede', { display: 'カエデ' }),
  anAgent('sakura'),
  anAgent('tsubaki', { state: 'stopped', pid: null }),
];

/** A dashboard that is connected, with agents (kaede, sakura and tsubaki) on it, the first of them chosen. */
export function dashboardState(
  over: Partial<State> = {},
  {
    width = 80,
    height = 24,
    settings = SETTINGS,
    agents = CREW,
  }: Partial<Size> & { readonly settings?: Settings; readonly agents?: readonly AgentSnapshot[] } = {},
): State {
  return {
    ...initialState({ width, height }, NOON, settings),
    link: { kind: 'live' },
    snapshot: aSnapshot(agents),
    selected: agents[0]?.name ?? null,
    ...over,
  };
}

export const keyNamed = (name: string): Key => ({
  name,
  text: name === 'space' ? ' ' : Array.from(name).length === 1 ? name : '',
  raw: name,
});

const keys = (names: readonly string[]): Heard[] => names.map((name) => ({ kind: 'key', key: keyNamed(name) }));

/** What input makes of a state, and every effect it had. */
export function heard(
  state: State,
  all: readonly Input[],
): { readonly state: State; readonly effects: readonly Effect[] } {
  const effects: Effect[] = [];
  let next = state;
  for (const one of all) {
    const step = update(next, one, next.now);
    next = step.state;
    effects.push(...step.effects);
  }
  return { state: next, effects };
}

/** The same for input as a terminal sends it. */
export function typed(state: State, text: string): ReturnType<typeof heard> {
  const decoder = new Decoder();
  return heard(state, [...decoder.decode(text), ...decoder.flush()]);
}

/** The same for keys by their names. */
export const pressed = (state: State, ...names: readonly string[]): ReturnType<typeof heard> =>
  heard(state, keys(names));

/** A dashboard without terminal and connection, over time: what happens to it goes in by `take`, `state` is what it makes of it. */
export class Desk {
  state: State;
  now = NOON;
  /** Everything that was asked for. */
  readonly effects: Effect[] = [];

  constructor(size: Size = { width: 120, height: 30 }, settings: Partial<Settings> = {}, now = NOON) {
    this.now = now;
    this.state = initialState(size, now, { ...SETTINGS, ...settings });
  }

  take(...inputs: readonly Input[]): this {
    for (const input of inputs) {
      const { state, effects } = update(this.state, input, this.now);
      this.state = state;
      this.effects.push(...effects);
    }
    return this;
  }

  /** Kinds of everything that was asked for. */
  get asked(): string[] {
    return this.effects.map(({ kind }) => kind);
  }

  press(...names: readonly string[]): this {
    return this.take(...keys(names));
  }

  /** A connection that is up, with a snapshot and what the journal holds. */
  live(snapshot: Snapshot, events: readonly OrchestraEvent[] = []): this {
    this.take({ kind: 'link', link: { kind: 'live' } }, { kind: 'stream', message: { kind: 'snapshot', snapshot } });
    return this.take({ kind: 'done', of: { kind: 'load-events', filter: {} }, value: events });
  }

  event(...events: readonly OrchestraEvent[]): this {
    return this.take(...events.map((event): Input => ({ kind: 'stream', message: { kind: 'event', event } })));
  }

  show(screen: ScreenId): this {
    this.state = { ...this.state, screen };
    return this;
  }

  resize(width: number, height: number): this {
    return this.take({ kind: 'resize', size: { width, height } });
  }
}

export const textOf = (line: Line): string => line.map(({ text }) => text).join('');

export const textsOf = (frame: Pick<Frame, 'lines'>): string[] => frame.lines.map(textOf);

/** The whole screen, a line a line. */
export const screenLines = (state: State): string[] => textsOf(view(state));

/** The whole screen as text, blanks at the ends of lines removed. */
export const screenText = (state: State): string =>
  screenLines(state)
    .map((line) => line.trimEnd())
    .join('\n');
