import { fitLine, type Line, onGround, type Size, span, type Span, spread } from '../frame.ts';
import { keyWord } from '../model/binding.ts';
import { viewLine } from '../model/field-rows.ts';
import { rank, type Ranked } from '../model/fuzzy.ts';
import type { Key } from '../model/input.ts';
import { moved, windowTop } from '../model/move.ts';
import { type Overlay, type State, type Step, step, withToast } from '../model/state.ts';
import { edit, fieldOf, insert, type TextField } from '../model/text-field.ts';
import { boxed } from './box.ts';
import { type Command, commandsOf } from './commands.ts';
import type { Box } from './index.ts';

type Palette = Extract<Overlay, { kind: 'palette' }>;

const WIDEST = 88;
/** Most entries that are seen at once. */
const ENTRIES = 14;
/** Lines of the box that are no entries: its frame, what is typed, a line between. */
const AROUND = 4;

const MOVES: Readonly<Record<string, number>> = {
  up: -1,
  'C-p': -1,
  'S-tab': -1,
  down: 1,
  'C-n': 1,
  pageup: -10,
  pagedown: 10,
};

const found = (state: State, { text }: Palette): readonly Ranked<Command>[] => rank(text, commandsOf(state));

export function paletteKey(state: State, palette: Palette, key: Key): Step {
  const by = MOVES[key.name];
  if (by !== undefined) {
    const chosen = moved(palette.chosen, by, found(state, palette).length);
    return step({ ...state, overlay: { ...palette, chosen: Math.max(0, chosen) } });
  }
  switch (key.name) {
    case 'enter':
      return run(state, found(state, palette)[palette.chosen]);
    case 'escape':
    case 'C-c':
    case 'C-g':
      return step({ ...state, overlay: null });
    case 'tab':
      return step(complete(state, palette));
    case 'backspace':
      if (palette.text === '') return step({ ...state, overlay: null });
  }
  const edited = edit(palette, key);
  return step(edited === null ? state : withText(state, palette, edited));
}

export const palettePaste = (state: State, palette: Palette, text: string): State =>
  withText(state, palette, insert(palette, text, false));

/** Another text has other entries: the best of them is chosen. */
const withText = (state: State, palette: Palette, field: TextField): State => ({
  ...state,
  overlay: { ...palette, ...field, chosen: field.text === palette.text ? palette.chosen : 0 },
});

function complete(state: State, palette: Palette): State {
  const entry = found(state, palette)[palette.chosen];
  if (entry === undefined) return state;
  return withText(state, palette, fieldOf(entry.item.more ? `${entry.item.name} ` : entry.item.name));
}

function run(state: State, entry: Ranked<Command> | undefined): Step {
  if (entry === undefined) return step(withToast(state, 'there is no such command', 'warn'));
  return entry.item.run({ ...state, overlay: null });
}

/** A press on an entry runs it. `y`: line of the box. */
export function palettePress(state: State, palette: Palette, y: number): Step {
  const all = found(state, palette);
  const { top, height } = windowOf(palette, all.length, state.size);
  const row = y - 3;
  if (row < 0 || row >= height || all[top + row] === undefined) return step(state);
  return run(state, all[top + row]);
}

function windowOf(
  { chosen }: Palette,
  length: number,
  size: Size,
): { readonly top: number; readonly height: number; readonly width: number } {
  const height = Math.max(1, Math.min(ENTRIES, size.height - AROUND - 2));
  const top = windowTop(chosen, Math.max(0, chosen - Math.floor(height / 2)), height, length);
  return { top, height, width: Math.max(8, Math.min(WIDEST, size.width - 4) - 4) };
}

export function paletteBox(state: State, palette: Palette, size: Size): Box {
  const { unicode } = state.settings;
  const all = found(state, palette);
  const { top, height, width } = windowOf(palette, all.length, size);
  const typed = viewLine(palette, Math.max(1, width - 12));
  const count = all.length === 0 ? 'none' : `${palette.chosen + 1} of ${all.length}`;
  const entries = all
    .slice(top, top + height)
    .map((entry, index) => entryLine(entry, top + index === palette.chosen, width, state));
  const blank: Line = [span('no command has these letters', 'dim')];
  const body: Line[] = [
    spread([span(':', 'key'), span(typed.text)], [span(` ${count}`, 'dim')], width),
    [span((unicode ? '─' : '-').repeat(width), 'frame')],
    ...(entries.length === 0 ? [blank] : entries),
  ];
  while (body.length < height + 2) body.push([]);
  const box = boxed(
    'command',
    body.map((line) => fitLine(line, width)),
    size,
    unicode,
  );
  // Its place does not change with what is found.
  return { ...box, lines: box.lines, cursor: { x: box.x + 3 + typed.x, y: box.y + 1 } };
}

/** The name with its matched letters, what it does, its keys. */
function entryLine({ item, at, helpAt }: Ranked<Command>, chosen: boolean, width: number, { settings }: State): Line {
  const keys = item.keys.map((key) => keyWord(key, settings.unicode)).join(' ');
  const nameWidth = Math.max(12, Math.min(30, Math.floor(width / 2)));
  const left: Line = [
    span(chosen ? (settings.unicode ? '▸ ' : '> ') : '  ', 'accent'),
    ...fitLine(marked(item.name, at, chosen ? 'bold' : 'plain'), nameWidth),
    span(' '),
    ...marked(item.help, helpAt, 'dim'),
  ];
  const line = spread(left, keys === '' ? [] : [span(` ${keys}`, 'key')], width);
  return chosen ? onGround(line, 'select') : line;
}

function marked(text: string, at: readonly number[], tone: Span['tone']): Line {
  const hits = new Set(at);
  const pieces: Span[] = [];
  let from = 0;
  while (from < text.length) {
    const hit = hits.has(from);
    let to = from + 1;
    while (to < text.length && hits.has(to) === hit) to++;
    pieces.push(span(text.slice(from, to), hit ? 'accent' : tone));
    from = to;
  }
  return pieces;
}
