import { describe, expect, it } from 'vitest';
import { dashboardState, heard, pressed, screenLines, typed } from '../../../test/support/dashboard.ts';
import { textWidth } from '../../base/index.ts';
import { GLOBAL } from '../global.ts';
import { inForce, keyWord } from '../model/binding.ts';
import { SCREENS, type State } from '../model/state.ts';
import { screenOf } from '../screens/index.ts';
import { view } from '../view.ts';
import { overlayBox } from './index.ts';

const SIZES = [
  [60, 10],
  [80, 24],
  [160, 45],
] as const;
/** Every line of the screen is as wide as the screen. */
const isWhole = (state: State): void => {
  const lines = screenLines(state);
  expect(lines).toHaveLength(state.size.height);
  for (const line of lines) expect(textWidth(line)).toBe(state.size.width);
};
/** A press on a place of the box that lies over the screen, cells from its corner. */
const pressBox = (state: State, x: number, y: number): ReturnType<typeof heard> => {
  const box = state.overlay === null ? null : overlayBox(state, state.overlay, state.size);
  if (box === null) throw new Error('no box');
  return heard(state, [{ kind: 'mouse', what: 'press', x: box.x + x, y: box.y + y }]);
};

describe('the palette', () => {
  it('runs a command on the agent it names, whoever is chosen', () => {
    const { state } = typed(dashboardState(), ':rsak\r');
    expect(state).toMatchObject({ selected: 'sakura', overlay: { kind: 'confirm', title: 'restart sakura?' } });
    expect(typed(dashboardState({ screen: 'events' }), ':message tsu\r').state.overlay).toMatchObject({
      to: 'tsubaki',
    });
    expect(typed(dashboardState(), ':go sakura\r').effects).toContainEqual({
      kind: 'focus',
      agent: 'sakura',
      zoom: false,
    });
    expect(typed(dashboardState(), ':open sak\r').state).toMatchObject({ screen: 'agent', selected: 'sakura' });
    expect(typed(dashboardState(), ':カエデ\r').state.overlay).toMatchObject({ to: 'kaede' });
  });

  it('shows an agent that the filter hides', () => {
    const { state } = typed(dashboardState({ filter: 'kaede' }), ':open sakura\r');
    expect(state).toMatchObject({ screen: 'agent', selected: 'sakura', filter: '' });
  });

  it('knows every key of every screen by its name', () => {
    for (const screen of SCREENS) {
      const state = pressed(dashboardState({ screen }, { width: 160, height: 60 }), ':').state;
      for (const { id } of [...screenOf(state).bindings, ...GLOBAL])
        expect(
          screenLines(typed(state, id).state).some((line) => line.includes(`▸ ${id} `)),
          `${screen} ${id}`,
        ).toBe(true);
    }
  });

  it('changes the theme, and says how it is kept', () => {
    const { state } = typed(dashboardState(), ':light\r');
    expect(state.settings).toMatchObject({ theme: 'light', chosen: 'light' });
    expect(state.toast?.text).toContain('dashboard: { theme: light }');
  });

  it('has the chosen entry on another ground than the box', () => {
    const chosen = view(typed(dashboardState(), ':restart k').state).lines.find((line) =>
      line.some(({ text }) => text.startsWith('▸')),
    );
    expect(chosen?.filter(({ ground }) => ground === 'select').length).toBeGreaterThan(1);
  });

  it('completes, goes up and down, and is left without a trace', () => {
    const some = typed(dashboardState(), ':resta\t').state;
    expect(some.overlay).toMatchObject({ text: 'restart ', chosen: 0 });
    const second = pressed(some, 'down').state;
    expect(pressed(second, 'tab').state.overlay).toMatchObject({ text: 'restart sakura' });
    expect(pressed(second, 'enter').state.overlay).toMatchObject({ title: 'restart sakura?' });
    expect(pressed(second, 'up', 'up', 'up').state.overlay).toMatchObject({ chosen: 0 });
    expect(pressed(second, 'escape').state).toMatchObject({ overlay: null, selected: 'kaede' });
    expect(pressed(dashboardState(), ':', 'backspace').state.overlay).toBeNull();
    expect(typed(dashboardState(), ':zzzz\r').state).toMatchObject({ toast: { tone: 'warn' } });
  });

  it.each(SIZES)('runs the entry that is pressed, %i by %i', (width, height) => {
    const state = typed(dashboardState({}, { width, height }), ':theme ').state;
    isWhole(state);
    const { cursor } = view(state);
    expect(cursor).not.toBeNull();
    expect(pressBox(state, 4, 4).state.settings.chosen).toBe('dark');
    expect(pressBox(state, 4, 1).state.overlay?.kind).toBe('palette');
    expect(pressBox(state, -1, 0).state.overlay).toBeNull();
    expect(heard(state, [{ kind: 'mouse', what: 'wheel-down', x: 0, y: 0 }]).state.overlay).toMatchObject({
      chosen: 1,
    });
  });

  it('shows names of agents without what acts on a terminal', () => {
    const state = dashboardState();
    const agents = (state.snapshot?.agents ?? []).map((agent) => ({ ...agent, display: '\x1b[31mred\x1b]0;x\x07' }));
    const hostile = { ...state, snapshot: { ...state.snapshot, agents } } as State;
    for (const line of screenLines(typed(hostile, ':go ').state)) expect(line).not.toMatch(/\p{Cc}/u);
  });
});

describe('the help', () => {
  it.each(SCREENS)('lists every key that works on the screen %s, and a person’s own', (screen) => {
    const start = dashboardState({ screen }, { width: 160, height: 70 });
    const settings = { ...start.settings, keys: { restart: ['R'], filter: ['F5'], 'stop-all': [] } };
    const state = pressed({ ...start, settings }, '?').state;
    const text = screenLines(state).join('\n');
    for (const { binding, keys } of inForce([...screenOf(state).bindings, ...GLOBAL], state)) {
      if (keys.length === 0) continue;
      const shown = keys.map((key) => keyWord(key, true)).join(' ');
      expect(text).toContain(`${shown} `);
      expect(text).toContain(binding.help.split(' ').slice(0, 2).join(' '));
    }
    expect(text).toContain('F5 ');
    expect(text).not.toContain('stop every agent at once');
  });

  it.each(SIZES)('fits, and scrolls to its end, %i by %i', (width, height) => {
    let state = pressed(dashboardState({}, { width, height }), '?').state;
    isWhole(state);
    for (let turn = 0; turn < 60; turn++) state = pressed(state, 'down').state;
    isWhole(state);
    expect(screenLines(state).join('\n')).toContain('leave the dashboard');
    state = pressed(state, 'up').state;
    expect(state.overlay?.kind).toBe('help');
    expect(heard(state, [{ kind: 'mouse', what: 'press', x: 0, y: height - 1 }]).state.overlay).toBeNull();
    expect(pressed(state, 'escape').state.overlay).toBeNull();
  });

  it('tells nothing of a key that another binding of the screen has', () => {
    const state = dashboardState({ screen: 'messages' }, { width: 160, height: 60 });
    const shadowed = inForce([...screenOf(state).bindings, ...GLOBAL], state).flatMap(({ keys }) => keys);
    expect(shadowed).toEqual([...new Set(shadowed)]);
  });
});

describe('a press beside a box', () => {
  it('closes a question and does nothing', () => {
    const asking = pressed(dashboardState(), 'r').state;
    expect(asking.overlay?.kind).toBe('confirm');
    expect(pressBox(asking, -1, -1)).toMatchObject({ state: { overlay: null }, effects: [] });
    expect(pressBox(asking, 1, 1).state.overlay?.kind).toBe('confirm');
  });
});
