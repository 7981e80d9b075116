import { type Line, type Size, span } from '../frame.ts';
import type { Key } from '../model/input.ts';
import { type Overlay, type State, type Step, step, withToast } from '../model/state.ts';
import { plainLines } from '../../base/index.ts';
import { typeThrough } from '../actions.ts';
import { boxed } from './box.ts';
import type { Box } from './index.ts';

type AskedOverlay = Extract<Overlay, { kind: 'asked' }>;

/** Nothing is answered that was not shown: the answer carries the token of exactly this dialog. */
export function askedKey(state: State, { agent, asked, yes }: AskedOverlay, { name }: Key): Step {
  const closed = { ...state, overlay: null };
  if (name === 't' && !asked.answerable) return step(typeThrough({ ...closed, selected: agent }));
  const says =
    name === 'enter' ? yes : name === 'y' || name === 'a' ? true : name === 'n' || name === 'd' ? false : null;
  if (says === null) return step(closed);
  if (!asked.answerable) return step(withToast(closed, `${agent}’s answer has to be typed: press t`, 'warn'));
  return step(closed, { kind: 'answer', agent, yes: says, token: asked.token });
}

export function askedBox({ settings }: State, { agent, asked, yes }: AskedOverlay, size: Size): Box {
  const most = Math.max(1, size.height - 6);
  const lines = asked.lines.flatMap((line) => plainLines(line));
  const shown = lines.length > most ? [...lines.slice(0, most - 1), `… ${lines.length - most + 1} more lines`] : lines;
  const keys: Line = asked.answerable
    ? [
        span('⏎', 'key'),
        span(yes ? ' approve   ' : ' deny   '),
        span(yes ? 'd' : 'a', 'key'),
        span(yes ? ' deny   ' : ' approve   '),
        span('Esc', 'key'),
        span(' leave it'),
      ]
    : [span('t', 'key'), span(' type the answer   '), span('Esc', 'key'), span(' leave it')];
  return boxed(`${agent} asks`, [...shown.map((line): Line => [span(line)]), [], keys], size, settings.unicode);
}
