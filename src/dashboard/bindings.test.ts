import { describe, expect, it } from 'vitest';
import { dashboardState, pressed } from '../../test/support/dashboard.ts';
import { DASHBOARD_KEYS } from '../protocol/index.ts';
import { GLOBAL } from './global.ts';
import type { Binding } from './model/binding.ts';
import { settingsOf, withFile, withTheme } from './model/settings.ts';
import { SCREENS } from './model/state.ts';
import { screenOf } from './screens/index.ts';

const bindingsOf = (screen: (typeof SCREENS)[number]): readonly Binding[] =>
  screenOf(dashboardState({ screen })).bindings;
const listed = (bindings: readonly Binding[]): Record<string, readonly string[]> =>
  Object.fromEntries(bindings.map(({ id, keys }) => [id, keys]));

describe('the bindings', () => {
  it('are those a configuration may name (src/protocol/dashboard.ts)', () => {
    const actual = Object.fromEntries([
      ['everywhere', listed(GLOBAL)],
      ...SCREENS.map((screen) => [screen, listed(bindingsOf(screen))] as const),
    ]);
    expect(DASHBOARD_KEYS).toEqual(actual);
  });

  it.each(SCREENS)('mean one thing each on the screen %s', (screen) => {
    const own = bindingsOf(screen);
    const ids = [...own, ...GLOBAL].map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const bindings of [own, GLOBAL]) {
      const keys = bindings.flatMap((binding) => binding.keys);
      expect(keys).toEqual([...new Set(keys)]);
    }
  });
});

describe('the settings', () => {
  const look = { chosen: null, light: false, unicode: true, pinned: false };
  const own = { theme: 'contrast', keys: { restart: ['R'] } } as const;

  it('are those of the file, unless somebody chose otherwise', () => {
    expect(settingsOf(look).theme).toBe('dark');
    expect(settingsOf({ ...look, light: true }).theme).toBe('light');
    expect(withFile(settingsOf(look), own)).toMatchObject({ theme: 'contrast', keys: own.keys });
    expect(withFile(settingsOf({ ...look, chosen: 'none' }), own)).toMatchObject({ theme: 'none', keys: own.keys });
    const switched = withTheme(withFile(settingsOf(look), own), 'light');
    expect(withFile(switched, own).theme).toBe('light');
    expect(withTheme(switched, 'auto').theme).toBe('dark');
  });

  it('change the keys while it runs', () => {
    const state = dashboardState();
    const keys = { restart: ['R'], 'stop-all': [] };
    const snapshot = { ...state.snapshot, dashboard: { theme: 'light', keys } } as NonNullable<typeof state.snapshot>;
    const settings = withFile(state.settings, snapshot.dashboard);
    expect(pressed({ ...state, settings }, 'R').state.overlay).toMatchObject({ title: 'restart kaede?' });
    expect(pressed({ ...state, settings }, 'r').state.overlay).toBeNull();
    expect(pressed({ ...state, settings }, 'E').state.overlay).toBeNull();
  });
});
