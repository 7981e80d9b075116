import { settingsOf } from '../../src/dashboard/model/settings.ts';
import { initialState, type Settings, type State } from '../../src/dashboard/model/state.ts';
import type { Effect, Key } from '../../src/dashboard/model/input.ts';
import { Decoder, type Heard } from '../../src/dashboard/decode.ts';
import { update } from '../../src/dashboard/update.ts';
import { view } from '../../src/dashboard/view.ts';
import { aSnapshot, anAgent } from './fake-session.ts';

const NOON = Date.parse('2026-03-01T12:00:00Z');

const SETTINGS = settingsOf({ chosen: null, light: false, unicode: true, pinned: false });

/** A dashboard with kaede (カエデ), sakura and tsubaki on it, live. */
export function dashboardState(
  over: Partial<State> = {},
  { width = 80, height = 24, settings = SETTINGS }: { width?: number; height?: number; settings?: Settings } = {},
): State {
  const agents = [
    anAgent('kaede', { display: 'カエデ' }),
    anAgent('sakura'),
    anAgent('tsubaki', { state: 'stopped', pid: null }),
  ];
  return {
    ...initialState({ width, height }, NOON, settings),
    link: { kind: 'live' },
    snapshot: aSnapshot(agents),
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
