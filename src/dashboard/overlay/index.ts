import type { Line, Size } from '../frame.ts';
import type { Key } from '../model/input.ts';
import type { Overlay, State, Step } from '../model/state.ts';
import { step } from '../model/state.ts';
import { askedBox, askedKey } from './asked.ts';
import { confirmBox, confirmKey } from './confirm.ts';

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
    default:
      return step(key.name === 'escape' ? { ...state, overlay: null } : state);
  }
}

/** Text that was pasted while something lies over the screen. */
export function overlayPaste(state: State, _overlay: Overlay, _text: string): State {
  return state;
}

/** What lies over a screen of `size`; null when it is shown elsewhere. */
export function overlayBox(state: State, overlay: Overlay, size: Size): Box | null {
  switch (overlay.kind) {
    case 'confirm':
      return confirmBox(state, overlay, size);
    case 'asked':
      return askedBox(state, overlay, size);
    default:
      return null;
  }
}
