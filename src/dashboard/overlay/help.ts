import { fitLine, type Line, lineWidth, type Size, span } from '../frame.ts';
import { AGENT_ACTIONS, CREW_ACTIONS } from '../actions.ts';
import { GLOBAL } from '../global.ts';
import { inForce, keyWord } from '../model/binding.ts';
import type { Key } from '../model/input.ts';
import { type Overlay, SCREENS, type State, type Step, step } from '../model/state.ts';
import { screenOf } from '../screens/index.ts';
import { wrapText } from '../text.ts';
import { boxed } from './box.ts';
import type { Box } from './index.ts';

type Help = Extract<Overlay, { kind: 'help' }>;

/** Columns of one column of keys at least, and of the gap between two. */
const COLUMN = 36;
const COLUMN_MOST = 58;
const GAP = 3;

const SCROLL: Readonly<Record<string, number>> = { down: 1, j: 1, up: -1, k: -1, pagedown: 10, pageup: -10, space: 10 };

/** Arrows scroll what is higher than the screen; every other key closes it. */
export function helpKey(state: State, help: Help, { name }: Key): Step {
  const by = SCROLL[name];
  if (by === undefined) return step({ ...state, overlay: null });
  const { lines, room, top } = placed(state, help, state.size);
  const next = Math.max(0, Math.min(lines.length - room, top + by));
  return step({ ...state, overlay: { ...help, top: next } });
}

export function helpBox(state: State, help: Help, size: Size): Box {
  const { unicode } = state.settings;
  const { lines, top, room } = placed(state, help, size);
  const hidden = lines.length - room;
  const foot: Line = [
    ...(hidden > 0
      ? [
          span(unicode ? '↑↓' : 'up/down', 'key'),
          span(` scroll, ${top + 1} to ${Math.min(lines.length, top + room)} of ${lines.length}   `, 'dim'),
        ]
      : []),
    span('Esc', 'key'),
    span(' close', 'dim'),
  ];
  const widest = Math.max(...lines.map(lineWidth));
  const body = [...lines.slice(top, top + room).map((line) => fitLine(line, widest)), ...(room > 4 ? [[]] : []), foot];
  return boxed(`keys of the screen ${screenOf(state).title}`, body, size, unicode);
}

/** All lines, how many of them are seen, and the first of these. */
function placed(
  state: State,
  { top }: Help,
  { width, height }: Size,
): { readonly lines: readonly Line[]; readonly room: number; readonly top: number } {
  const most = Math.max(1, height - 2);
  const inner = Math.max(10, width - 4);
  const columns = Math.max(1, Math.min(3, Math.floor((inner + GAP) / (COLUMN + GAP))));
  const wide = Math.min(COLUMN_MOST, Math.floor((inner - GAP * (columns - 1)) / columns));
  const lines = inColumns(blocksOf(state, wide), columns, wide);
  const room = Math.max(1, most - (most > 6 ? 2 : 1));
  return { lines, room: Math.min(room, lines.length), top: Math.max(0, Math.min(top, lines.length - room)) };
}

/** Keys and what they do, by group: those of the screen first, as they are looked for. */
function blocksOf(state: State, width: number): readonly (readonly Line[])[] {
  const entries = inForce([...screenOf(state).bindings, ...GLOBAL], state)
    .filter(({ keys }) => keys.length > 0)
    .map(({ binding, keys }) => ({
      group: groupOf(binding.id, binding.keys, state),
      keys: keys.map((key) => keyWord(key, state.settings.unicode)).join(' '),
      help: binding.help,
    }));
  const keyWidth = Math.min(14, Math.max(...entries.map(({ keys }) => lineWidth([span(keys)]))));
  return [...new Set(GROUPS)].flatMap((group) => {
    const own = entries.filter((entry) => entry.group === group);
    if (own.length === 0) return [];
    const rows = own.flatMap(({ keys, help }) =>
      wrapText(help, Math.max(8, width - keyWidth - 2)).map(
        (part, index): Line => [...fitLine([span(index === 0 ? keys : '', 'key')], keyWidth), span('  '), span(part)],
      ),
    );
    return [[[span(group === 'screen' ? screenOf(state).title : group, 'title')], ...rows]];
  });
}

const GROUPS = ['move', 'screen', 'agent', 'crew', 'screens', 'dashboard'] as const;
type Group = (typeof GROUPS)[number];

const MOVES = /^(?:[CMS]-)*(?:up|down|left|right|home|end|pageup|pagedown|space)$|^[jkG]$|^C-[fb]$/;

function groupOf(id: string, keys: readonly string[], state: State): Group {
  const named = (bindings: readonly { readonly id: string }[]): boolean => bindings.some((one) => one.id === id);
  if (screenOf(state).bindings.some((one) => one.id === id)) {
    if (named(AGENT_ACTIONS)) return 'agent';
    return keys.every((key) => MOVES.test(key)) ? 'move' : 'screen';
  }
  if (named(CREW_ACTIONS)) return 'crew';
  return SCREENS.some((screen) => screen === id) || id.endsWith('-screen') ? 'screens' : 'dashboard';
}

/** Blocks one below the other in columns of about the same height, in the order they are read. */
function inColumns(blocks: readonly (readonly Line[])[], count: number, width: number): readonly Line[] {
  const total = blocks.reduce((sum, block) => sum + block.length + 1, 0);
  const columns: Line[][] = [[]];
  for (const block of blocks) {
    const column = columns.at(-1) as Line[];
    const full = column.length > 0 && column.length + block.length / 2 > total / count;
    if (full && columns.length < count) columns.push([...block]);
    else column.push(...(column.length === 0 ? [] : [[]]), ...block);
  }
  const height = Math.max(...columns.map((column) => column.length));
  return Array.from({ length: height }, (_, row) =>
    columns.flatMap(
      (column, index): Line => [...(index === 0 ? [] : [span(' '.repeat(GAP))]), ...fitLine(column[row] ?? [], width)],
    ),
  );
}
