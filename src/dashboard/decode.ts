import type { Input } from './model/input.ts';

/** What a terminal's input says: the part of all input that comes from there. */
export type Heard = Extract<Input, { readonly kind: 'key' | 'paste' | 'mouse' }>;

const PASTE_BEGINS = '\x1b[200~';
const PASTE_ENDS = '\x1b[201~';
/** Longest paste that is taken, characters; what is longer is no message. */
const PASTE_MOST = 1_000_000;

/** Final bytes of CSI and SS3 sequences (xterm, ctlseqs: PC-style function keys). */
const FINALS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  Z: 'S-tab',
};
const TILDES: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};
const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'C-j',
  '\t': 'tab',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x1b': 'escape',
  '\x00': 'C-space',
  '\x1c': 'C-\\',
  '\x1d': 'C-]',
  '\x1e': 'C-^',
  '\x1f': 'C-_',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const SEQUENCE = /^\x1b(?:\[([<=>?]?)([0-9;:]*)[ -/]*([@-~])|O([0-9;]*)([@-~]))/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const UNFINISHED = /^\x1b(?:\[[<=>?]?[0-9;:]*[ -/]*|O[0-9;]*)?$/;

/**
 * Keys, pastes and the mouse out of what a terminal sends. blessed's own reader is not used for it: it drops pastes, drops every key that comes in one
 * read with the mouse, and cuts characters outside of the basic plane in two.
 */
export class Decoder {
  #rest = '';
  #pasting: string | null = null;

  /** What `text` completes. The beginning of a sequence waits for its end, or for `flush`. */
  decode(text: string): Heard[] {
    const heard: Heard[] = [];
    this.#rest += text;
    while (this.#rest !== '') {
      const before = this.#rest.length;
      const one = this.#pasting === null ? this.#next() : this.#paste();
      if (one !== null) heard.push(one);
      else if (this.#rest.length === before) break;
    }
    return heard;
  }

  /** Nothing follows: what waits is what it is. Esc alone is the key. */
  flush(): Heard[] {
    if (this.#pasting !== null || this.#rest === '') return [];
    const [first = '', ...others] = this.#rest;
    this.#rest = '';
    return [named(CONTROLS[first] ?? first, first), ...others.map((each) => plain(each))];
  }

  /** The beginning of a sequence is held back. */
  get waits(): boolean {
    return this.#rest !== '' && this.#pasting === null;
  }

  #take(length: number): string {
    const taken = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    return taken;
  }

  #paste(): Heard | null {
    const end = this.#rest.indexOf(PASTE_ENDS);
    if (end < 0) {
      // Its end may be cut in two by a read.
      const safe = this.#rest.length - PASTE_ENDS.length;
      if (safe > 0) this.#pasting = ((this.#pasting ?? '') + this.#take(safe)).slice(0, PASTE_MOST);
      return null;
    }
    const text = (this.#pasting ?? '') + this.#take(end);
    this.#take(PASTE_ENDS.length);
    this.#pasting = null;
    return { kind: 'paste', text: text.slice(0, PASTE_MOST) };
  }

  #next(): Heard | null {
    const first = this.#rest[0] as string;
    if (first !== '\x1b') return plain(this.#take((this.#rest.codePointAt(0) as number) > 0xffff ? 2 : 1));
    if (this.#rest.startsWith(PASTE_BEGINS)) {
      this.#take(PASTE_BEGINS.length);
      this.#pasting = '';
      return null;
    }
    const match = SEQUENCE.exec(this.#rest);
    if (match !== null) {
      this.#take(match[0].length);
      return sequence(match);
    }
    if (UNFINISHED.test(this.#rest)) return null;
    // Alt with a key sends Esc before it.
    this.#take(1);
    if (this.#rest[0] === '\x1b') return named('escape', '\x1b');
    const { key } = plain(this.#take((this.#rest.codePointAt(0) as number) > 0xffff ? 2 : 1));
    return named(`M-${key.name}`, `\x1b${key.raw}`);
  }
}

const named = (name: string, raw: string): Heard & { kind: 'key' } => ({ kind: 'key', key: { name, text: '', raw } });

function plain(character: string): Heard & { kind: 'key' } {
  const control = CONTROLS[character];
  if (control !== undefined) return named(control, character);
  if (character < ' ') return named(`C-${String.fromCharCode(character.charCodeAt(0) + 96)}`, character);
  const name = character === ' ' ? 'space' : character;
  return { kind: 'key', key: { name, text: character, raw: character } };
}

function sequence([raw, mark = '', csi = '', csiFinal, ss3 = '', ss3Final]: RegExpExecArray): Heard | null {
  const final = (csiFinal ?? ss3Final) as string;
  const parameters = (csiFinal === undefined ? ss3 : csi).split(';');
  if (mark === '<') return mouse(parameters, final);
  const base = final === '~' ? TILDES[parameters[0] ?? ''] : FINALS[final];
  if (base === undefined || mark !== '') return null;
  const modifier = Number(parameters[1] ?? 1) - 1;
  const prefix = `${modifier & 4 ? 'C-' : ''}${modifier & 2 ? 'M-' : ''}${modifier & 1 ? 'S-' : ''}`;
  return named(`${prefix}${base}`, raw as string);
}

/** SGR mouse reports (xterm, mode 1006): button, column, row; `M` pressed, `m` let go. */
function mouse([button, x, y]: readonly string[], final: string): Heard | null {
  const code = Number(button);
  const at = { x: Number(x) - 1, y: Number(y) - 1 };
  if (final !== 'M' || !Number.isInteger(at.x) || !Number.isInteger(at.y)) return null;
  if (code === 64) return { kind: 'mouse', what: 'wheel-up', ...at };
  if (code === 65) return { kind: 'mouse', what: 'wheel-down', ...at };
  return code === 0 ? { kind: 'mouse', what: 'press', ...at } : null;
}
