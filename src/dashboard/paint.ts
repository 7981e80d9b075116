import { textWidth } from '../base/index.ts';
import { graphemesOf } from './model/graphemes.ts';
import type { Frame, Line } from './frame.ts';
import { sgrOf, type Theme } from './theme.ts';

const ASCII = /^[ -~]*$/;

/** What makes one sign of several characters: joiners, presentation selectors, flags, shades of skin. */
const JOINED = /\u200d|\p{Variation_Selector}|\p{Regional_Indicator}|\p{Emoji_Modifier}/u;

/**
 * Text with signs that some terminals draw narrower than the sum of their characters (tmux 3.3a: 2 columns for a flag, 4 for a shade of skin): their
 * place is cleared first and the cursor put behind it, so that nothing of an older picture shows through and what follows stays where it is.
 */
function encodeJoined(text: string, from: number): string {
  let encoded = '';
  let column = from;
  for (const { text: sign, width } of graphemesOf(text)) {
    encoded += JOINED.test(sign) ? `${' '.repeat(width)}\x1b[${column + 1}G${sign}\x1b[${column + width + 1}G` : sign;
    column += width;
  }
  return encoded;
}

/**
 * One line as a terminal takes it. Terminals disagree on the width of some characters (emoji, ambiguous ones: UAX #11), so after text that is not
 * ASCII the cursor is put where the next span begins: a wrong guess costs one cell, never the rest of the line.
 */
function encodeLine(line: Line, theme: Theme): string {
  let text = '';
  let look = '';
  let column = 0;
  let unsure = false;
  for (const piece of line) {
    if (piece.text === '') continue;
    const sgr = sgrOf(piece, theme);
    if (unsure) text += `\x1b[${column + 1}G`;
    if (sgr !== look) text += sgr === '' ? '\x1b[m' : `\x1b[0;${sgr}m`;
    look = sgr;
    text += JOINED.test(piece.text) ? encodeJoined(piece.text, column) : piece.text;
    column += textWidth(piece.text);
    unsure = !ASCII.test(piece.text);
  }
  return look === '' ? text : `${text}\x1b[m`;
}

/** What is on a terminal, so that only what changed is written. */
export class Painter {
  #shown: readonly string[] = [];
  #width = 0;
  #cursor = '';

  /** What to write so that the terminal shows `frame`; empty when it does already. */
  paint(frame: Frame, theme: Theme): string {
    const lines = frame.lines.map((line) => encodeLine(line, theme));
    const anew = frame.width !== this.#width || lines.length !== this.#shown.length;
    let text = anew ? '\x1b[m\x1b[2J' : '';
    lines.forEach((line, row) => {
      if (anew || line !== this.#shown[row]) text += `\x1b[${row + 1};1H${line}`;
    });
    const cursor = frame.cursor === null ? '\x1b[?25l' : `\x1b[${frame.cursor.y + 1};${frame.cursor.x + 1}H\x1b[?25h`;
    const moved = cursor !== this.#cursor;
    this.#shown = lines;
    this.#width = frame.width;
    this.#cursor = cursor;
    if (text === '') return moved ? cursor : '';
    // Hidden while it travels; 2026 lets terminals that know it show all of it at once, the others ignore it.
    return `\x1b[?2026h\x1b[?25l${text}${frame.cursor === null ? '' : cursor}\x1b[?2026l`;
  }

  /** The terminal shows something else now. */
  forget(): void {
    this.#shown = [];
    this.#width = 0;
    this.#cursor = '';
  }
}
