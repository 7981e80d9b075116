import { type Line, type Size, span, spread } from '../frame.ts';
import { keyWord } from '../model/binding.ts';
import { viewLine } from '../model/field-rows.ts';
import type { Key } from '../model/input.ts';
import { type Overlay, type State, type Step, step } from '../model/state.ts';
import { edit, insert, type TextField } from '../model/text-field.ts';
import type { Box } from './index.ts';

type Filter = Extract<Overlay, { kind: 'filter' }>;

const BAR = 'bar';

/** The list is narrowed with every letter. Enter keeps it so, Esc makes it as it was. */
export function filterKey(state: State, filter: Filter, key: Key): Step {
  switch (key.name) {
    case 'enter':
    case 'tab':
      return step({ ...state, overlay: null });
    case 'escape':
    case 'C-c':
    case 'C-g':
      return step({ ...state, filter: filter.before, overlay: null });
    default: {
      const edited = edit(filter, key);
      return step(edited === null ? state : narrowed(state, filter, edited));
    }
  }
}

export const filterPaste = (state: State, filter: Filter, text: string): State =>
  narrowed(state, filter, insert(filter, text, false));

const narrowed = (state: State, filter: Filter, field: TextField): State => ({
  ...state,
  filter: field.text,
  overlay: { ...filter, ...field },
});

/** Takes the place of the last line. */
export function filterBox({ settings }: State, filter: Filter, { width, height }: Size): Box {
  const { unicode } = settings;
  const label = ' filter: ';
  const keys: Line = [
    span(keyWord('enter', unicode), 'key', BAR),
    span(' keep   ', 'plain', BAR),
    span('Esc', 'key', BAR),
    span(' as before ', 'plain', BAR),
  ];
  const { text, x } = viewLine(filter, Math.max(2, width - label.length - (width < 60 ? 0 : 24)));
  const left: Line = [span(label, 'warn', BAR), span(text, 'plain', BAR)];
  const y = Math.max(0, height - 1);
  return {
    lines: [spread(left, width < 60 ? [] : keys, width, BAR)],
    x: 0,
    y,
    cursor: { x: Math.min(width - 1, label.length + x), y },
  };
}
