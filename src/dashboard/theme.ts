import { DASHBOARD_THEMES, type DashboardTheme, OrchestraError } from '../protocol/index.ts';
import type { Ground, Span, Tone } from './frame.ts';

/** How every tone and ground looks, as parameters of SGR (ECMA-48 8.3.117): the one place with colours in it. */
export interface Theme {
  readonly tones: Readonly<Record<Tone, string>>;
  readonly grounds: Readonly<Record<Ground, string>>;
  /** Agents' own screens keep their colours. */
  readonly colour: boolean;
}

export type ThemeName = Exclude<DashboardTheme, 'auto'>;

/** The terminal's own palette where it will do, so that a person's colours stay theirs; the 256 colours for greys, which it has too few of. */
const THEME: Readonly<Record<ThemeName, Theme>> = {
  dark: {
    colour: true,
    tones: {
      plain: '',
      bold: '1',
      dim: '38;5;245',
      title: '38;5;250',
      accent: '1;38;5;214',
      frame: '38;5;239',
      good: '38;5;114',
      busy: '38;5;81',
      warn: '38;5;221',
      bad: '1;38;5;203',
      ask: '1;38;5;213',
      key: '1;38;5;214',
    },
    grounds: {
      none: '',
      bar: '38;5;253;48;5;236',
      select: '38;5;253;48;5;238',
      box: '38;5;253;48;5;235',
      danger: '38;5;253;48;5;52',
    },
  },
  light: {
    colour: true,
    tones: {
      plain: '',
      bold: '1',
      dim: '38;5;242',
      title: '38;5;238',
      accent: '1;38;5;130',
      frame: '38;5;250',
      good: '38;5;28',
      busy: '38;5;25',
      warn: '38;5;130',
      bad: '1;38;5;160',
      ask: '1;38;5;127',
      key: '1;38;5;130',
    },
    grounds: {
      none: '',
      bar: '38;5;235;48;5;254',
      select: '38;5;235;48;5;252',
      box: '38;5;235;48;5;255',
      danger: '38;5;235;48;5;224',
    },
  },
  contrast: {
    colour: true,
    tones: {
      plain: '97',
      bold: '1;97',
      dim: '37',
      title: '1;97',
      accent: '1;93',
      frame: '97',
      good: '1;92',
      busy: '1;96',
      warn: '1;93',
      bad: '1;91',
      ask: '1;95',
      key: '1;93',
    },
    grounds: { none: '40', bar: '44', select: '7', box: '40', danger: '41' },
  },
  none: {
    colour: false,
    tones: {
      plain: '',
      bold: '1',
      dim: '',
      title: '4',
      accent: '1',
      frame: '',
      good: '',
      busy: '',
      warn: '1',
      bad: '1',
      ask: '1',
      key: '1',
    },
    grounds: { none: '', bar: '7', select: '7', box: '', danger: '7' },
  },
};

/** Throws `usage` when there is no theme of that name. */
export function themeNamed(name: string): DashboardTheme {
  const known = DASHBOARD_THEMES.find((one) => one === name);
  if (known !== undefined) return known;
  throw new OrchestraError(
    'usage',
    `there is no theme ${JSON.stringify(name)}`,
    `themes: ${DASHBOARD_THEMES.join(', ')}`,
  );
}

export const themeOf = (name: ThemeName): Theme => THEME[name];

/** Parameters of SGR for a span; empty: the terminal's default. */
export function sgrOf({ tone, ground, sgr }: Span, theme: Theme): string {
  const own = theme.colour && sgr !== undefined ? sgr : theme.tones[tone];
  const behind = theme.grounds[ground];
  // The tone last: a ground brings the colour of plain text on it, which is the terminal's own nowhere else.
  return behind === '' || own === '' ? behind + own : `${behind};${own}`;
}
