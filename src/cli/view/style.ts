import type { Ink } from '../../view/index.ts';

/** What a terminal can show. */
export interface Style {
  readonly colour: boolean;
  readonly unicode: boolean;
  paint(ink: Ink, text: string): string;
}

/** Colours of the terminal's own palette: they follow its theme. */
const INKS: Readonly<Record<Exclude<Ink, 'plain'>, number>> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
};

type Environment = Readonly<Record<string, string | undefined>>;

/** FORCE_COLOR outranks NO_COLOR, as in Node itself; both count only when not empty (no-color.org, force-color.org). */
export function styleFor(env: Environment, isTTY: boolean): Style {
  return makeStyle(wantsColour(env, isTTY), env.TERM !== 'dumb' && env.TERM !== 'linux');
}

function wantsColour(env: Environment, isTTY: boolean): boolean {
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  if (env.NO_COLOR) return false;
  return isTTY && env.TERM !== 'dumb';
}

export const makeStyle = (colour: boolean, unicode = true): Style => ({
  colour,
  unicode,
  paint: (ink, text) => (colour && ink !== 'plain' && text !== '' ? `\x1b[${INKS[ink]}m${text}\x1b[0m` : text),
});
