import { characterWidth } from '../../src/base/index.ts';

interface Shown {
  readonly text: string;
  readonly look: string;
}

const EMPTY: Shown = { text: ' ', look: '' };

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const TOKEN = /\x1b\[([?]?)([0-9;]*)([@-~])|[^]/gu;

/** A terminal that knows as much of ECMA-48 as the painter writes, and nothing else: anything further is an error. */
export class SmallTerminal {
  readonly width: number;
  readonly height: number;
  readonly cells: Shown[][];
  cursor: { readonly x: number; readonly y: number } | null = { x: 0, y: 0 };
  #x = 0;
  #y = 0;
  #look = '';
  #visible = true;
  /** Everything since the last `2026h` is shown at once by a real one. */
  synchronised = false;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.cells = Array.from({ length: height }, () => Array.from({ length: width }, () => EMPTY));
  }

  write(text: string): void {
    for (const [token, mark, parameters = '', final] of text.matchAll(TOKEN)) {
      if (final === undefined) this.#print(token);
      else this.#control(mark === '?' ? `?${final}` : final, parameters);
    }
    this.cursor = this.#visible ? { x: this.#x, y: this.#y } : null;
  }

  /** Rows as text, and how each cell looks. */
  picture(): { readonly rows: readonly string[]; readonly looks: readonly string[]; readonly cursor: unknown } {
    return {
      rows: this.cells.map((row) => row.map(({ text }) => text).join('')),
      looks: this.cells.map((row) => row.map(({ look }) => look).join('|')),
      cursor: this.cursor,
    };
  }

  #control(final: string, parameters: string): void {
    const numbers = parameters.split(';').map(Number);
    const [first = 0, second = 0] = numbers;
    switch (final) {
      case 'H':
        this.#y = Math.max(1, first) - 1;
        this.#x = Math.max(1, second) - 1;
        return;
      case 'G':
        this.#x = Math.max(1, first) - 1;
        return;
      case 'J':
        if (parameters !== '2') throw new Error(`erases ${parameters}`);
        for (const row of this.cells) row.fill({ text: ' ', look: this.#look });
        return;
      case 'm':
        this.#look = parameters === '' ? '' : parameters.replace(/^0;/, '');
        return;
      case '?h':
      case '?l':
        if (first === 25) this.#visible = final === '?h';
        else if (first === 2026) this.synchronised = final === '?h';
        else throw new Error(`mode ${first}`);
        return;
      default:
        throw new Error(`a sequence that ends in ${final}`);
    }
  }

  #print(character: string): void {
    if (character < ' ') throw new Error(`a control character ${JSON.stringify(character)}`);
    const wide = characterWidth(character);
    const row = this.cells[this.#y];
    if (row === undefined || this.#x + wide > this.width) throw new Error(`writes outside at ${this.#x},${this.#y}`);
    if (wide === 0) {
      const before = row[this.#x - 1];
      if (before !== undefined) row[this.#x - 1] = { ...before, text: before.text + character };
      return;
    }
    row[this.#x] = { text: character, look: this.#look };
    if (wide === 2) row[this.#x + 1] = { text: '', look: this.#look };
    this.#x += wide;
  }
}
