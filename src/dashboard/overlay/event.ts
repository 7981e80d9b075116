import { plainLine, plainLines } from '../../base/index.ts';
import type { OrchestraEvent } from '../../protocol/index.ts';
import { eventWords, localTime } from '../../view/index.ts';
import { type Line, type Size, span } from '../frame.ts';
import type { Key } from '../model/input.ts';
import { type Overlay, type State, type Step, step } from '../model/state.ts';
import { wrapText } from '../text.ts';
import { boxed } from './box.ts';
import type { Box } from './index.ts';

type EventOverlay = Extract<Overlay, { kind: 'event' }>;

/** Widest line of the box: longer ones are hard to read. */
const WIDEST = 96;

export function eventKey(state: State, overlay: EventOverlay, { name }: Key): Step {
  const by = SCROLL[name];
  if (by === undefined) return step({ ...state, overlay: null });
  const { top } = placed(overlay, state.size);
  return step({ ...state, overlay: { ...overlay, top: Math.max(0, top + by) } });
}

const SCROLL: Readonly<Record<string, number>> = { down: 1, j: 1, up: -1, k: -1, pagedown: 10, pageup: -10, space: 10 };

export function eventBox({ settings }: State, overlay: EventOverlay, size: Size): Box {
  const { lines, top, room } = placed(overlay, size);
  const more = lines.length > room;
  const keys: Line = [
    ...(more ? [span(settings.unicode ? '↑↓' : 'up/down', 'key'), span(' scroll   ')] : []),
    span('Esc', 'key'),
    span(' close'),
  ];
  return boxed(overlay.event.type, [...lines.slice(top, top + room), [], keys], size, settings.unicode);
}

/** The lines of the box and which of them is the first that is shown: a resize or a key may have gone past the end. */
function placed(
  { event, top }: EventOverlay,
  { width, height }: Size,
): { readonly lines: readonly Line[]; readonly top: number; readonly room: number } {
  const lines = linesOf(event, Math.max(12, Math.min(WIDEST, width - 4)));
  const room = Math.max(1, height - 4);
  return { lines, top: Math.min(top, Math.max(0, lines.length - room)), room };
}

function linesOf(event: OrchestraEvent, width: number): Line[] {
  const facts: readonly (readonly [string, unknown])[] = [
    ['time', `${localTime(event.time)}   (${event.time})`],
    ...(event.agent === null ? [] : ([['agent', event.agent]] as const)),
    ...(event.seq === 0 ? [] : ([['number', event.seq]] as const)),
  ];
  const data = Object.entries(event.data as Readonly<Record<string, unknown>>);
  const names = [...facts, ...data].map(([name]) => plainLine(name).length);
  const column = Math.min(Math.max(...names), Math.floor(width / 3));
  const list = (rows: readonly (readonly [string, unknown])[]): Line[] =>
    rows.flatMap(([name, value]) => fact(plainLine(name), value, column, width));
  const words = wrapText(eventWords(event), width).map((line): Line => [span(line, 'bold')]);
  return [...words, [], ...list(facts), ...(data.length > 0 ? [[], ...list(data)] : [])];
}

function fact(name: string, value: unknown, column: number, width: number): Line[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  const lines = plainLines(text ?? '').flatMap((line) => wrapIndented(line, Math.max(4, width - column - 2)));
  return lines.map((line, index) => [
    span((index === 0 ? name : '').slice(0, column).padEnd(column + 2), 'title'),
    span(line),
  ]);
}

/** Wrapped, and further in than the line it is from: `wrapText` keeps no blanks at the beginning. */
function wrapIndented(line: string, width: number): string[] {
  const text = line.trimStart();
  const indent = line.slice(0, Math.min(line.length - text.length, Math.floor(width / 2)));
  return wrapText(text, width - indent.length).map((part) => indent + part);
}
