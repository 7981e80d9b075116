import { characterWidth } from '../base/index.ts';
import type { Line } from './frame.ts';

const ASCII = /^[ -~]*$/;

/** What stands for the signs that sentences and names are full of; anything else is a question mark a column. */
const STAND_INS: Readonly<Record<string, string>> = {
  '…': '.',
  '→': '>',
  '–': '-',
  '—': '-',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '·': '.',
  '✖': 'x',
  '●': '*',
  '│': '|',
  '─': '-',
};

/** The line for a terminal that knows ASCII only, as wide as before: it would show rubbish for the rest, of any width. */
export const asciiLine = (line: Line): Line =>
  line.map((piece) => (ASCII.test(piece.text) ? piece : { ...piece, text: asciiText(piece.text) }));

function asciiText(text: string): string {
  let plain = '';
  for (const character of text) {
    plain += ASCII.test(character) ? character : (STAND_INS[character] ?? '?'.repeat(characterWidth(character)));
  }
  return plain;
}
