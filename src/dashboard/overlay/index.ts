import { type Line, lineWidth, type Size } from '../frame.ts';
import type { Input, Key } from '../model/input.ts';
import type { Overlay, State, Step } from '../model/state.ts';
import { step } from '../model/state.ts';
import { askedBox, askedKey } from './asked.ts';
import { confirmBox, confirmKey } from './confirm.ts';
import { editorBox, editorKey, editorPress, written } from './editor.ts';
import { filterBox, filterKey, filterPaste } from './filter.ts';
import { eventBox, eventKey } from './event.ts';
import { helpBox, helpKey } from './help.ts';
import { paletteBox, paletteKey, palettePaste, palettePress } from './palette.ts';

/** A box over the screen. */
export interface Box {
  readonly lines: readonly Line[];
  /** Its upper left corner, cells from 0. */
  readonly x: number;
  readonly y: number;
  /** Where one types in it, cells of the whole screen from 0. */
  readonly cursor: { readonly x: number; readonly y: number } | null;
}

/** A key while something lies over the screen. */
export function overlayKey(state: State, overlay: Overlay, key: Key): Step {
  switch (overlay.kind) {
    case 'confirm':
      return confirmKey(state, overlay, key);
    case 'asked':
      return askedKey(state, overlay, key);
    case 'editor':
      return editorKey(state, overlay, key);
    case 'filter':
      return filterKey(state, overlay, key);
    case 'event':
      return eventKey(state, overlay, key);
    case 'palette':
      return paletteKey(state, overlay, key);
    case 'help':
      return helpKey(state, overlay, key);
  }
}

/** Text that was pasted while something lies over the screen. */
export function overlayPaste(state: State, overlay: Overlay, text: string): State {
  switch (overlay.kind) {
    case 'editor':
      return written(state, overlay, text);
    case 'filter':
      return filterPaste(state, overlay, text);
    case 'palette':
      return palettePaste(state, overlay, text);
    default:
      return state;
  }
}

/** The mouse while something lies over the screen. A press beside it closes what holds nothing that was written. */
export function overlayMouse(state: State, overlay: Overlay, input: Extract<Input, { kind: 'mouse' }>): Step {
  if (input.what !== 'press') return wheel(state, overlay, input.what === 'wheel-up' ? 'up' : 'down');
  const box = overlayBox(state, overlay, state.size);
  const [x, y] = box === null ? [0, 0] : [input.x - box.x, input.y - box.y];
  const inside = box?.lines[y] !== undefined && x >= 0 && x < lineWidth(box.lines[y]);
  if (overlay.kind === 'editor') return step(inside ? editorPress(state, overlay, x, y) : state);
  if (overlay.kind === 'palette' && inside) return palettePress(state, overlay, y);
  // The help may fill the screen, and holds nothing to press.
  return step(inside && overlay.kind !== 'help' ? state : { ...state, overlay: null });
}

/** The wheel goes through lists and texts, and answers nothing. */
function wheel(state: State, overlay: Overlay, name: 'up' | 'down'): Step {
  if (overlay.kind === 'confirm' || overlay.kind === 'asked' || overlay.kind === 'filter') return step(state);
  return overlayKey(state, overlay, { name, text: '', raw: '' });
}

/** What lies over a screen of `size`; null when it is shown elsewhere. */
export function overlayBox(state: State, overlay: Overlay, size: Size): Box | null {
  switch (overlay.kind) {
    case 'confirm':
      return confirmBox(state, overlay, size);
    case 'asked':
      return askedBox(state, overlay, size);
    case 'editor':
      return editorBox(state, overlay, size);
    case 'filter':
      return filterBox(state, overlay, size);
    case 'event':
      return eventBox(state, overlay, size);
    case 'palette':
      return paletteBox(state, overlay, size);
    case 'help':
      return helpBox(state, overlay, size);
  }
}
