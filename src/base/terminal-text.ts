/** Text on a terminal: how wide it is, how to cut and pad it, and how to take everything out of it that is not text. */

/** Code points that take two columns: East_Asian_Width W and F (Unicode Standard Annex #11); Node offers no property for it. */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\u{1160}-\u{11ff}]$/u;

/** Widths of the characters that were seen, one more than they are; 0: not seen yet. The two expressions were a fifth of what painting a screen took. */
let WIDTHS: Uint8Array | null = null;

/** What names and tables are made of is known without the expressions, which take a millisecond to compile: kana, Han, frames and signs. */
function plainWidth(point: number): 1 | 2 | null {
  if ((point >= 0x2500 && point <= 0x25fc) || (point >= 0x2010 && point <= 0x2027)) return 1;
  if ((point >= 0x4e00 && point <= 0x9fff) || (point >= 0x30a1 && point <= 0x30fc)) return 2;
  return point >= 0x3041 && point <= 0x3096 ? 2 : null;
}

/** Columns of one character (code point) that is no control character. */
export const characterWidth = (character: string): number => {
  const point = character.codePointAt(0) as number;
  if (point < 0x300) return point === 0xad ? 0 : 1;
  const plain = plainWidth(point);
  if (plain !== null) return plain;
  WIDTHS ??= new Uint8Array(0x20000);
  const known = WIDTHS[point];
  if (known !== undefined && known > 0) return known - 1;
  const width = ZERO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  WIDTHS[point] = width + 1;
  return width;
};

/** A loop, since most texts are a few characters long: starting an expression took longer than that. */
function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 || unit > 0x7e) return false;
  }
  return true;
}

/** Columns that text without control characters takes on a terminal. */
export function textWidth(text: string): number {
  if (isAscii(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** At most `width` columns of `text`; what was longer ends in `…`. Never cuts a wide character in half. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width <= 0) return '';
  let cut = '';
  let used = 0;
  for (const character of text) {
    const wide = characterWidth(character);
    if (used + wide > width - 1) break;
    cut += character;
    used += wide;
  }
  return `${cut}…`;
}

/** Exactly `width` columns: cut when longer, filled with spaces when shorter. */
export function fitText(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = cutText(text, width);
  const fill = ' '.repeat(Math.max(0, width - textWidth(cut)));
  return align === 'left' ? cut + fill : fill + cut;
}

/**
 * One line that is safe to print: escape sequences are removed, any other control character and every direction override becomes
 * a space. What an agent puts into its name or title must not move the cursor of the person who reads it.
 */
export function plainLine(text: string): string {
  return stripEscapes(text)
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
}

/** The lines of a text, each safe to print as `plainLine` makes it, but with its indentation; a tab becomes four spaces. */
export const plainLines = (text: string): string[] =>
  stripEscapes(text)
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .map((line) =>
      line
        .replaceAll('\t', '    ')
        .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
        .trimEnd(),
    );

/** Control sequences as ECMA-48 writes them: CSI; the strings DCS, SOS, OSC, PM, APC up to ST or BEL; the two-byte ones. 7 and 8 bit forms. */
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\x18\x1a]*(?:\x07|\x1b\\|\x9c|\x18|\x1a|$)?|\x1b[ -/]*[0-~]?|[\x80-\x8f\x91-\x97\x99-\x9c]/g;

/** The text without escape sequences. Line feeds, tabs and carriage returns stay. */
export const stripEscapes = (text: string): string => text.replace(ESCAPES, '');
