import { asciiLine } from './ascii.ts';
import { fitLine, fitLines, type Frame, type Line, overlay } from './frame.ts';
import { footerLine } from './footer.ts';
import { headerLine } from './header.ts';
import type { State } from './model/state.ts';
import { overlayBox } from './overlay/index.ts';
import { screenOf } from './screens/index.ts';

/** The whole dashboard as it should look. Pure: the same state and size give the same lines. */
export function view(state: State): Frame {
  const frame = whole(state);
  return state.settings.unicode ? frame : { ...frame, lines: frame.lines.map(asciiLine) };
}

function whole(state: State): Frame {
  const { width, height } = state.size;
  const header = headerLine(state, width);
  const footer = footerLine(state, width);
  const room = { width, height: Math.max(0, height - 2) };
  const body = fitLines(screenOf(state).view(state, room), room);
  const lines = [header, ...body, footer].slice(0, height).map((line): Line => fitLine(line, width));
  const box = state.overlay === null ? null : overlayBox(state, state.overlay, { width, height });
  if (box === null) return { width, lines, cursor: below(screenOf(state).cursor?.(state, room) ?? null) };
  return { width, lines: overlay(lines, box.lines, box.x, box.y), cursor: box.cursor };
}

/** A screen's cell on the whole terminal, where the header stands above it. */
const below = (cell: Frame['cursor']): Frame['cursor'] => (cell === null ? null : { x: cell.x, y: cell.y + 1 });
