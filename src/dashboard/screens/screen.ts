import type { Frame, Line, Size } from '../frame.ts';
import type { Binding } from '../model/binding.ts';
import type { Effect, Input } from '../model/input.ts';
import type { State, Step } from '../model/state.ts';

/** One screen of the dashboard: what it shows, what its keys do, what it wants loaded. All of it pure. */
export interface Screen {
  readonly title: string;
  /** Its own keys; those of every screen come after them. */
  readonly bindings: readonly Binding[];
  /** Its lines, whatever their number and width: they are cut to the size. */
  view(state: State, size: Size): readonly Line[];
  /** Where the terminal's cursor stands on it, cells from 0; without it: nowhere. */
  cursor?(state: State, size: Size): Frame['cursor'];
  /** What has to be asked of the controller for what is shown now; asked when the screen is opened and with every tick. */
  loads(state: State): readonly Effect[];
  /** Where the screen begins below the header is row 1. */
  mouse(state: State, input: Extract<Input, { kind: 'mouse' }>): Step;
}
