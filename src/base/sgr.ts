/** What a terminal shows as colours and attributes (SGR, ECMA-48 8.3.117): one value a kind, the parameters that set it. */
type Look = ReadonlyMap<string, string>;

const PLAIN: Look = new Map();

/** Parameter to the kind it sets; `''` after the colon: that kind is plain again. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  1: ['bold'],
  2: ['faint'],
  3: ['italic'],
  4: ['underline'],
  5: ['blink'],
  6: ['blink'],
  7: ['reverse'],
  8: ['hidden'],
  9: ['struck'],
  21: ['underline'],
  53: ['overline'],
};
const ENDS: Readonly<Record<string, readonly string[]>> = {
  22: ['bold', 'faint'],
  23: ['italic'],
  24: ['underline'],
  25: ['blink'],
  27: ['reverse'],
  28: ['hidden'],
  29: ['struck'],
  39: ['front'],
  49: ['back'],
  55: ['overline'],
  59: ['line'],
};
const COLOURS: Readonly<Record<string, string>> = { 38: 'front', 48: 'back', 58: 'line' };

/** The look after the parameters of one sequence; what is not known leaves it as it was. */
function changed(before: Look, parameters: string): Look {
  const after = new Map(before);
  const list = parameters.split(';');
  for (let index = 0; index < list.length; index++) {
    const one = list[index] as string;
    const [code = '', sub] = one.split(':');
    const number = String(Number(code)); // `01` is 1, an empty one is 0
    if (number === '0') after.clear();
    for (const kind of ENDS[number] ?? []) after.delete(kind);
    for (const kind of KINDS[number] ?? []) {
      if (sub === '0') after.delete(kind);
      else after.set(kind, one);
    }
    const colour = COLOURS[number];
    if (colour !== undefined && sub !== undefined) after.set(colour, one);
    else if (colour !== undefined) {
      const length = list[index + 1] === '5' ? 3 : 5;
      after.set(colour, list.slice(index, index + length).join(';'));
      index += length - 1;
    }
    if (/^(3[0-7]|9[0-7])$/.test(number)) after.set('front', number);
    if (/^(4[0-7]|10[0-7])$/.test(number)) after.set('back', number);
  }
  return after;
}

const written = (look: Look): string => `\x1b[0${[...look.values()].map((value) => `;${value}`).join('')}m`;

/** The line-drawing characters of the VT100 (its special graphics set), from `_` to `~`. */
const DRAWN = ' ◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const PIECES =
  /\x1b\[([\d;:]*)m|([\x0e\x0f])|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\x18\x1a]*(?:\x07|\x1b\\|\x9c|\x18|\x1a|$)?|\x1b[ -/]*[0-~]?|[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Lines of a screen as `capture-pane -e` prints them, safe to print one by one: printable text and SGR sequences are left, and each line begins with
 * the default look. tmux writes only what changes from one cell to the next, over the ends of lines too: a line that is shown by itself has to say what the
 * lines before it said. Characters keep their columns.
 */
export function colouredLines(lines: readonly string[]): string[] {
  let look = PLAIN;
  let drawing = false;
  return lines.map((line) => {
    let shown = look === PLAIN || look.size === 0 ? '' : written(look);
    let end = 0;
    const take = (text: string): void => {
      shown += drawing ? text.replace(/[_-~]/g, (letter) => DRAWN[letter.charCodeAt(0) - 0x5f] ?? letter) : text;
    };
    for (const match of line.matchAll(PIECES)) {
      take(line.slice(end, match.index));
      end = match.index + match[0].length;
      if (match[2] !== undefined) drawing = match[2] === '\x0e';
      if (match[1] === undefined) continue;
      const next = changed(look, match[1]);
      const was = written(look);
      look = next;
      if (written(next) !== was) shown += written(next);
    }
    take(line.slice(end));
    return shown;
  });
}
