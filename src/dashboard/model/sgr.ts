import { type Line, type Span, span } from '../frame.ts';

/** Characters of one line that are looked at: far more than any terminal is wide, and a bound for what an agent may cost. */
const LONGEST = 16_384;
/** Marks that may stand on one character; more of them are a trick to fill other lines. */
const MARKS = 8;

/** How an agent's text looks, in the parameters of SGR (ECMA-48 8.3.117) that are passed on. */
interface Look {
  /** Attributes that are on, as bits by their numbers. */
  readonly on: number;
  /** Parameters of the colours; empty: the default. */
  readonly front: string;
  readonly back: string;
}

const DEFAULT: Look = { on: 0, front: '', back: '' };

/** Bold, faint, italic, underlined, reverse, crossed out. Blinking is left out since nothing here may flicker, hidden text since nothing may hide. */
const ATTRIBUTES: readonly number[] = [1, 2, 3, 4, 7, 9];
/** What ends them. */
const ENDS: Readonly<Record<number, readonly number[]>> = { 22: [1, 2], 23: [3], 24: [4], 27: [7], 29: [9] };

// The forms of ECMA-48: CSI; strings up to their end; what has two bytes; in 7 bits and in 8.
const SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  /(?:\x1b\[|\x9b)([0-?]*)([ -/]*)([@-~]?)|(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\x18\x1a]*(?:\x07|\x1b\\|\x9c|\x18|\x1a|$)?|\x1b[ -/]*[0-~]?/y;

/** What is text for certain, and most of it: a screen is read five times a second. */
const RUN = /[ -~\u2500-\u259f\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fff]+/y;

/** What prints nothing, or changes the direction or the place of what stands behind it. The joiners are parts of emoji and of scripts. */
const NOT_TEXT = /^(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]$/u;
const MARK = /^\p{M}$/u;

/**
 * One line of an agent's screen as spans with the agent's own colours. Nothing of it is trusted: what is neither printable text nor a valid SGR
 * sequence vanishes, and what is passed on as SGR is written anew from the numbers that are known. Every line begins with the default look.
 */
export function sgrSpans(line: string): Line {
  const spans: Span[] = [];
  let look = DEFAULT;
  let sgr = '';
  let text = '';
  let marks = 0;
  const flush = (): void => {
    if (text !== '') spans.push(sgr === '' ? span(text) : { ...span(text), sgr });
    text = '';
  };
  for (let at = 0; at < line.length && at < LONGEST; ) {
    const run = matchAt(RUN, line, at);
    if (run !== null) {
      text += run[0];
      at += run[0].length;
      marks = 0;
      continue;
    }
    const match = matchAt(SEQUENCE, line, at);
    if (match !== null) {
      at += match[0].length;
      if (match[3] !== 'm' || match[2] !== '') continue;
      look = changed(look, match[1] as string);
      const next = parametersOf(look);
      if (next !== sgr) flush();
      sgr = next;
      continue;
    }
    const character = String.fromCodePoint(line.codePointAt(at) as number);
    at += character.length;
    if (NOT_TEXT.test(character)) continue;
    marks = MARK.test(character) ? marks + 1 : 0;
    // A mark at the beginning of a line would stand on the frame.
    if (marks > MARKS || (marks > 0 && spans.length === 0 && text === '')) continue;
    text += character;
  }
  flush();
  return spans;
}

function matchAt(pattern: RegExp, line: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(line);
}

function parametersOf({ on, front, back }: Look): string {
  let sgr = '';
  if (on !== 0) for (const each of ATTRIBUTES) if ((on >> each) & 1) sgr += `${each};`;
  return `${sgr}${front}${front !== '' && back !== '' ? ';' : ''}${back}`.replace(/;$/, '');
}

function changed(look: Look, parameters: string): Look {
  if (!/^[\d;:]*$/.test(parameters)) return look;
  let next = look;
  const list = parameters.split(';');
  for (let at = 0; at < list.length; at++) {
    const [code, ...sub] = (list[at] as string).split(':').map(numberOf);
    if (code === 38 || code === 48 || code === 58) {
      // With colons a colour is one parameter; with semicolons it takes what follows.
      const { colour, taken } =
        sub.length > 0 ? { colour: colonColour(code, sub), taken: 0 } : colourOf(code, list, at);
      at += taken;
      if (colour === null) continue;
      if (code === 38) next = { ...next, front: colour };
      if (code === 48) next = { ...next, back: colour };
    } else next = one(next, code as number, sub[0]);
  }
  return next;
}

/** A parameter without digits is 0; a number with more than four of them none that is known. */
const numberOf = (digits: string): number => (digits.length > 4 ? 9_999 : Number(digits));

function one(look: Look, code: number, sub: number | undefined): Look {
  if (code === 0) return DEFAULT;
  if (code === 39) return { ...look, front: '' };
  if (code === 49) return { ...look, back: '' };
  if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) return { ...look, front: String(code) };
  if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) return { ...look, back: String(code) };
  const ends = code === 4 && sub === 0 ? [4] : ENDS[code];
  if (ends !== undefined) return { ...look, on: ends.reduce((on, each) => on & ~(1 << each), look.on) };
  return ATTRIBUTES.includes(code) ? { ...look, on: look.on | (1 << code) } : look;
}

/** `38;5;N` and `38;2;R;G;B` (ITU-T T.416), and how many parameters behind the first belong to it. */
function colourOf(code: number, list: readonly string[], at: number): { colour: string | null; taken: number } {
  const kind = list[at + 1];
  const length = kind === '5' ? 1 : kind === '2' ? 3 : 0;
  if (length === 0) return { colour: null, taken: 1 };
  const values = list.slice(at + 2, at + 2 + length);
  return { colour: written(code, Number(kind), values.map(numberOf), length), taken: 1 + values.length };
}

/** `38:5:N`, `38:2:R:G:B` and `38:2:SPACE:R:G:B`. */
function colonColour(code: number, [kind, ...values]: readonly number[]): string | null {
  if (kind === 5) return written(code, 5, values.slice(0, 1), 1);
  return kind === 2 ? written(code, 2, values.length > 3 ? values.slice(1, 4) : values, 3) : null;
}

function written(code: number, kind: number, values: readonly number[], length: number): string | null {
  if (values.length !== length || !values.every((value) => Number.isInteger(value) && value <= 255)) return null;
  return [code, kind, ...values].join(';');
}
