import type { DashboardSpec, DashboardTheme } from '../../protocol/index.ts';
import type { ThemeName } from '../theme.ts';
import type { Settings } from './state.ts';

/** What the command line and the terminal say, before the session's file is known. */
export interface Look {
  /** A theme that outranks the file's; null: none was asked for. */
  readonly chosen: DashboardTheme | null;
  /** The terminal says that it is light. */
  readonly light: boolean;
  readonly unicode: boolean;
  readonly pinned: boolean;
}

const named = (theme: DashboardTheme, light: boolean): ThemeName =>
  theme === 'auto' ? (light ? 'light' : 'dark') : theme;

export const settingsOf = (look: Look): Settings => ({
  ...look,
  theme: named(look.chosen ?? 'auto', look.light),
  keys: {},
});

/** What the file says, where nobody chose otherwise. */
export function withFile(settings: Settings, { theme, keys }: DashboardSpec): Settings {
  return { ...settings, keys, theme: named(settings.chosen ?? theme, settings.light) };
}

/** A theme chosen while it runs; it outranks the file until the dashboard is left. */
export const withTheme = (settings: Settings, chosen: DashboardTheme): Settings => ({
  ...settings,
  chosen,
  theme: named(chosen, settings.light),
});
