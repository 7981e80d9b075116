import { stripEscapes } from '../../base/index.ts';
import { after, before, endOfLine, snap, startOfLine, wordEnd, wordStart } from './graphemes.ts';
import type { Key } from './input.ts';

/** A text somebody writes, and where they are in it. */
export interface TextField {
  readonly text: string;
  /** UTF-16 units from the begin, always between two characters as people see them. */
  readonly at: number;
}

/** Longest text, UTF-16 units; what is longer belongs in a file whose path is sent. */
export const LONGEST_TEXT = 50_000;

export const fieldOf = (text: string): TextField => ({ text, at: text.length });

/** Between two characters again: what is put beside a character may become part of it. */
const placed = (text: string, at: number): TextField => ({ text, at: snap(text, at) });

/** Text as a field takes it: no control characters, escape sequences, direction overrides, halves of characters; four spaces for a tab. */
export function cleanText(text: string, lines: boolean): string {
  const plain = stripEscapes(text)
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll('\t', '    ')
    .replace(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu, '');
  return lines ? plain : plain.replace(/\n+/g, ' ');
}

/** Puts text in where the cursor is, as much of it as there is room for. */
export function insert({ text, at }: TextField, added: string, lines: boolean): TextField {
  const room = Math.max(0, LONGEST_TEXT - text.length);
  const cleaned = cleanText(added, lines);
  // Not half of a character outside of the basic plane.
  const clean = cleaned.length <= room ? cleaned : cleaned.slice(0, room).replace(/[\ud800-\udbff]$/, '');
  return placed(text.slice(0, at) + clean + text.slice(at), at + clean.length);
}

const lineStart = ({ text, at }: TextField): number => startOfLine(text, at);
const lineEnd = ({ text, at }: TextField): number => endOfLine(text, at);

const cut = ({ text }: TextField, from: number, to: number): TextField =>
  placed(text.slice(0, from) + text.slice(to), from);

type Edit = (field: TextField) => TextField;
const to =
  (where: (field: TextField) => number): Edit =>
  (field) => ({ ...field, at: where(field) });
/** Deletes between the cursor and where a move would lead. */
const kill =
  (where: (field: TextField) => number): Edit =>
  (field) =>
    cut(field, Math.min(field.at, where(field)), Math.max(field.at, where(field)));

const left = ({ text, at }: TextField): number => before(text, at);
const right = ({ text, at }: TextField): number => after(text, at);
const wordLeft = ({ text, at }: TextField): number => wordStart(text, at);
const wordRight = ({ text, at }: TextField): number => wordEnd(text, at);
/** To the end of the line; at its end, the line break. */
const restOfLine = (field: TextField): number =>
  lineEnd(field) === field.at ? after(field.text, field.at) : lineEnd(field);

/** The keys of readline(3), as far as they mean something here. */
const EDITS: Readonly<Record<string, Edit>> = {
  left: to(left),
  'C-b': to(left),
  right: to(right),
  'C-f': to(right),
  home: to(lineStart),
  'C-a': to(lineStart),
  end: to(lineEnd),
  'C-e': to(lineEnd),
  'C-home': to(() => 0),
  'C-end': to(({ text }) => text.length),
  'M-b': to(wordLeft),
  'C-left': to(wordLeft),
  'M-left': to(wordLeft),
  'M-f': to(wordRight),
  'C-right': to(wordRight),
  'M-right': to(wordRight),
  backspace: kill(left),
  delete: kill(right),
  'C-d': kill(right),
  'C-w': kill(wordLeft),
  'M-backspace': kill(wordLeft),
  'M-d': kill(wordRight),
  'C-u': kill(lineStart),
  'C-k': kill(restOfLine),
};

/** What a key makes of a field; null: the key means nothing to it. */
export function edit(field: TextField, { name, text }: Key): TextField | null {
  const known = EDITS[name];
  if (known !== undefined) return known(field);
  return text === '' ? null : insert(field, text, false);
}
