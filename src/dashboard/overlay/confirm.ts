import { type Line, type Size, span } from '../frame.ts';
import type { Key } from '../model/input.ts';
import { type Overlay, type State, type Step, step, withUndo } from '../model/state.ts';
import { wrapText } from '../text.ts';
import { boxed } from './box.ts';
import type { Box } from './index.ts';

type Confirm = Extract<Overlay, { kind: 'confirm' }>;

/** Enter and y do it; everything else leaves it, so that a slip of the finger costs nothing. */
export function confirmKey(state: State, { effects, undo }: Confirm, { name }: Key): Step {
  const closed = { ...state, overlay: null };
  if (name !== 'enter' && name !== 'y') return step(closed);
  return step(undo === null ? closed : withUndo(closed, undo), ...effects);
}

export function confirmBox({ settings }: State, { title, lines, yes }: Confirm, size: Size): Box {
  const body: Line[] = lines.flatMap((line) =>
    wrapText(line, Math.min(64, size.width - 6)).map((part) => [span(part)]),
  );
  const keys: Line = [span('y', 'key'), span(` ${yes}   `), span('Esc', 'key'), span(' leave it')];
  return boxed(title, [...body, ...(body.length > 0 ? [[]] : []), keys], size, settings.unicode, 'danger');
}
