import { plainLine } from '../../base/index.ts';
import { BROADCAST, type MessageDraft, type Priority } from '../../protocol/index.ts';
import { fitLine, type Line, lineWidth, type Size, sliceLine, span, spread, type Tone } from '../frame.ts';
import { keyWord } from '../model/binding.ts';
import { dropDraft, keepDraft } from '../model/compose.ts';
import { moveRows, placeAt, viewField } from '../model/field-rows.ts';
import type { Key } from '../model/input.ts';
import { answered } from '../model/mail.ts';
import { type Editor, type State, type Step, step, withToast } from '../model/state.ts';
import { edit, insert, LONGEST_TEXT } from '../model/text-field.ts';
import { boxed } from './box.ts';
import type { Box } from './index.ts';

/** What C-p goes through. */
const NEXT: Readonly<Record<Priority, Priority>> = { normal: 'high', high: 'urgent', urgent: 'low', low: 'normal' };
const TONES: Readonly<Record<Priority, Tone>> = { low: 'dim', normal: 'plain', high: 'warn', urgent: 'bad' };

/** Lines of the box that are no text: its frame, who it is for, the keys. */
const AROUND = 4;
/** Columns of its frame. */
const SIDES = 4;
const WIDEST = 84;

/** Columns and most rows of the text on a screen. */
const roomFor = ({ width, height }: Size): Size => ({
  width: Math.max(4, Math.min(WIDEST, width - 4) - SIDES),
  height: Math.max(1, Math.min(20, height - 2 - AROUND)),
});

export function editorKey(state: State, editor: Editor, key: Key): Step {
  switch (key.name) {
    case 'enter':
      return send(state, editor);
    case 'escape':
    case 'C-c':
    case 'C-g':
      return step(leave(state, editor));
    case 'C-j':
    case 'M-enter':
      return step(written(state, editor, '\n'));
    case 'tab':
    case 'S-tab':
      return step(toNext(state, editor, key.name === 'tab' ? 1 : -1));
    case 'C-p':
      return step({ ...state, overlay: { ...editor, priority: NEXT[editor.priority] } });
    case 'up':
    case 'down':
      return step(vertical(state, editor, key.name === 'up' ? -1 : 1));
    case 'pageup':
    case 'pagedown': {
      const page = Math.max(1, roomFor(state.size).height - 1);
      return step(vertical(state, editor, key.name === 'pageup' ? -page : page));
    }
    default: {
      const edited = edit(editor, key);
      return step(edited === null ? state : { ...state, overlay: { ...editor, ...edited, goal: null } });
    }
  }
}

/** Text as it was typed or pasted, with its line breaks. */
export function written(state: State, editor: Editor, text: string): State {
  const next = { ...state, overlay: { ...editor, ...insert(editor, text, true), goal: null } };
  if (editor.text.length + text.length <= LONGEST_TEXT) return next;
  return withToast(next, 'a message this long was cut: write it into a file and send its path', 'warn');
}

/** A press in the text puts the cursor there. */
export function editorPress(state: State, editor: Editor, x: number, y: number): State {
  const { width, height } = roomFor(state.size);
  const { rows } = viewField(editor, width, height);
  const row = rows[y - 2];
  if (row === undefined || x < 2) return state;
  return { ...state, overlay: { ...editor, at: placeAt(editor.text, row, x - 2), goal: null } };
}

function send(state: State, editor: Editor): Step {
  const { to, text, replyTo, priority } = editor;
  if (text.trim() === '') return step(state);
  const draft: MessageDraft = {
    type: 'note',
    to,
    payload: { text },
    ...(replyTo === null ? {} : { replyTo }),
    ...(priority === 'normal' ? {} : { priority }),
  };
  // Taken in before the answer comes: what nobody has taken in is not answered by it.
  return step(dropDraft({ ...state, overlay: null }, editor), ...answered(state, replyTo), { kind: 'send', draft });
}

function leave(state: State, editor: Editor): State {
  const left = keepDraft({ ...state, overlay: null }, editor);
  return editor.text.trim() === '' ? left : withToast(left, `the draft for ${editor.to} is kept`);
}

/** The next one it could be for. An answer goes to who asked. */
function toNext(state: State, editor: Editor, by: number): State {
  if (editor.replyTo !== null) return withToast(state, `an answer goes to ${editor.to}`, 'warn');
  const all = recipients(state);
  const at = Math.max(0, all.indexOf(editor.to));
  const to = all[(at + by + all.length) % all.length] ?? editor.to;
  return { ...state, overlay: { ...editor, to } };
}

function recipients({ snapshot }: State): readonly string[] {
  const groups = (snapshot?.groups ?? []).map((name) => `@${name}`);
  return [...(snapshot?.agents ?? []).map(({ name }) => name), ...groups, BROADCAST];
}

function vertical(state: State, editor: Editor, by: number): State {
  const { width } = roomFor(state.size);
  const goal = editor.goal ?? viewField(editor, width, 1).x;
  return { ...state, overlay: { ...editor, ...moveRows(editor, by, goal, width), goal } };
}

export function editorBox(state: State, editor: Editor, size: Size): Box {
  const { unicode } = state.settings;
  const { width, height } = roomFor(size);
  const { rows, x, y } = viewField(editor, width, height);
  const body = rows.map(({ from, to }): Line => [span(editor.text.slice(from, to).replace(/\n$/, ''))]);
  if (editor.text === '') body[0] = [span('Write the message here', 'dim')];
  while (body.length < Math.min(3, height)) body.push([]);
  const title = editor.replyTo === null ? 'message' : 'answer';
  const box = boxed(
    title,
    [headOf(state, editor, width), ...body, keysOf(width, unicode)].map((line) => fitLine(line, width)),
    size,
    unicode,
  );
  return { ...box, cursor: { x: box.x + 2 + x, y: box.y + 2 + y } };
}

/** Who it is for, what it is, and where in it the cursor is. */
function headOf({ snapshot }: State, { to, text, at, priority, replyTo }: Editor, width: number): Line {
  const display = plainLine(snapshot?.agents.find(({ name }) => name === to)?.display ?? '');
  const lines = text.split('\n').length;
  const line = text.slice(0, at).split('\n').length;
  const left: Line = [
    span('to ', 'dim'),
    span(plainLine(to), 'accent'),
    span(display === '' ? '' : ` ${display}`, 'plain'),
    span('  priority ', 'dim'),
    span(priority, TONES[priority]),
    span('  type ', 'dim'),
    span('note'),
    span(replyTo === null ? '' : '  an answer', 'dim'),
  ];
  return spread(left, [span(lines === 1 ? '' : ` line ${line} of ${lines}`, 'dim')], width);
}

/** The keys that fit, the most needed first. */
function keysOf(width: number, unicode: boolean): Line {
  const parts: readonly (readonly [string, string])[] = [
    [keyWord('enter', unicode), 'send'],
    [keyWord('escape', unicode), 'leave'],
    ['C-j', 'new line'],
    ['Tab', 'to'],
    ['C-p', 'priority'],
  ];
  const line = parts.reduce<Line>((shown, [key, does]) => {
    const more: Line = [...shown, span(key, 'key'), span(` ${does}   `)];
    return lineWidth(more) > width + 3 ? shown : more;
  }, []);
  return sliceLine(line, 0, lineWidth(line) - 3);
}
