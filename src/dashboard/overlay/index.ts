import { type Line, lineWidth, type Size } from '../frame.ts';
import type { Input, Key } from '../model/input.ts';
import type { Overlay, State, Step } from '../model/state.ts';
import { step } from '../model/state.ts';
import { askedBox, askedKey } from './asked.ts';
import { confirmBox, confirmKey } from './confirm.ts';
import { editorBox, editorKey, editorPress, written } from './editor.ts';
import { filterBox, filterKey, filterPaste } from './filter.ts';
import { eventBox, eventKey } from './event.ts';

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
    default:
      return step(key.name === 'escape' ? { ...state, overlay: null } : state);
  }
}

/** Text that was pasted while something lies over the screen. */
export function overlayPaste(state: State, overlay: Overlay, text: string): State {
  switch (overlay.kind) {
    case 'editor':
      return written(state, overlay, text);
    case 'filter':
      return filterPaste(state, overlay, text);
    default:
      return state;
  }
}

/** The mouse while something lies over the screen. A press beside it closes what holds nothing that was written. */
export function overlayMouse(state: State, overlay: Overlay, input: Extract<Input, { kind: 'mouse' }>): Step {
  if (input.what !== 'press') return step(state);
  const box = overlayBox(state, overlay, state.size);
  const [x, y] = box === null ? [0, 0] : [input.x - box.x, input.y - box.y];
  const inside = box?.lines[y] !== undefined && x >= 0 && x < lineWidth(box.lines[y]);
  if (overlay.kind === 'editor') return step(inside ? editorPress(state, overlay, x, y) : state);
  return step(inside ? state : { ...state, overlay: null });
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
    default:
      return null;
  }
}
