/**
 * Turns the output of a terminal program into lines a person can read: a small terminal that knows lines, not a screen. Feeds of
 * any size are fine, a sequence may be split between two.
 *
 * A carriage return starts the line anew, so a progress bar leaves its last state. A move of the cursor to another line ends the
 * line; a move to the right is a space. All other sequences leave nothing (ECMA-48 for their forms).
 */
export class Transcript {
  #line = '';
  /** A carriage return came: the next character starts the line anew. `\r\n` must not. */
  #returned = false;
  /** Inside a sequence: what of it was read. */
  #sequence = '';

  /** @returns the lines that were completed by this text. */
  feed(text: string): string[] {
    const lines: string[] = [];
    for (const character of text) {
      if (this.#sequence !== '') this.#inSequence(character, lines);
      else this.#outside(character, lines);
    }
    return lines;
  }

  /** The line begun last, if any; the state is as new afterwards. */
  flush(): string[] {
    const line = this.#line;
    this.#line = '';
    this.#returned = false;
    this.#sequence = '';
    return line === '' ? [] : [line];
  }

  #outside(character: string, lines: string[]): void {
    const code = character.codePointAt(0) as number;
    if (code === 0x0a) this.#end(lines);
    else if (code === 0x0d) this.#returned = true;
    else if (code === 0x1b || (code >= 0x80 && code <= 0x9f)) this.#sequence = INTRODUCERS.get(code) ?? '';
    else if (code === 0x08) this.#line = this.#line.slice(0, -1);
    else if (code === 0x09) this.#put('  ');
    else if (code >= 0x20 && code !== 0x7f) this.#put(character);
  }

  #put(text: string): void {
    if (this.#returned) this.#line = '';
    this.#returned = false;
    if (this.#line.length < LONGEST) this.#line += text;
  }

  #end(lines: string[]): void {
    lines.push(this.#line.trimEnd());
    this.#line = '';
    this.#returned = false;
  }

  #inSequence(character: string, lines: string[]): void {
    const sequence = this.#sequence + character;
    const code = character.codePointAt(0) as number;
    const kind = sequence[1] as string;
    this.#sequence = sequence;
    if (code === 0x18 || code === 0x1a)
      this.#sequence = ''; // CAN, SUB: given up
    else if (sequence.length === 2 && 'P]X^_'.includes(kind))
      return; // a string begins
    else if (kind === '[') this.#inControl(sequence, code, lines);
    else if ('P]X^_'.includes(kind)) this.#inString(sequence, code, lines);
    else if (code < 0x20 || code > 0x2f) this.#sequence = ''; // ESC, intermediates, one final byte
  }

  #inControl(sequence: string, code: number, lines: string[]): void {
    if (sequence.length === 2) return;
    if (code >= 0x20 && code <= 0x3f) {
      if (sequence.length > 256) this.#sequence = '';
      return;
    }
    this.#sequence = '';
    if (code < 0x20) this.#outside(String.fromCodePoint(code), lines); // a control character in between is obeyed at once
    const final = sequence.at(-1) as string;
    const first = Number.parseInt(sequence.slice(2), 10) || 1;
    if ('ABEFHdf'.includes(final) && this.#line.trim() !== '') this.#end(lines);
    else if (final === 'C') this.#put(' '.repeat(Math.min(first, 8)));
    else if (final === 'G' && first === 1) this.#returned = true;
    else if (final === 'G') this.#put(' ');
    else if (final === 'K' && (sequence === '\x1b[2K' || this.#returned)) this.#line = '';
    else if (final === 'J' && this.#line.trim() !== '') this.#end(lines);
  }

  #inString(sequence: string, code: number, lines: string[]): void {
    const ended = code === 0x07 || code === 0x9c || (code === 0x5c && sequence.at(-2) === '\x1b');
    // One that never ends must not swallow the rest of the log: a line feed ends all but DCS, whose data may hold some.
    const lost = (code === 0x0a && sequence[1] !== 'P') || sequence.length > LONGEST;
    if (ended || lost) this.#sequence = '';
    if (code === 0x0a && lost) this.#end(lines);
  }
}

/** Characters of one line that are kept, and of one sequence that are waited for. */
const LONGEST = 65_536;

/** The C1 controls that begin something, as their 7 bit forms. */
const INTRODUCERS = new Map([
  [0x1b, '\x1b'],
  [0x9b, '\x1b['],
  [0x90, '\x1bP'],
  [0x98, '\x1bX'],
  [0x9d, '\x1b]'],
  [0x9e, '\x1b^'],
  [0x9f, '\x1b_'],
]);
