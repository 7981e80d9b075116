import { createContext, Script } from 'node:vm';

/**
 * A person's regular expression must not hold up the program that runs it: `(a+)+$` takes 2^60 steps on a line of sixty letters, and nothing else
 * happens meanwhile. JavaScript has no engine that is linear for all of its patterns, so a match that may be slow runs under a deadline,
 * which V8 keeps also in the middle of one. That takes 0.1 to 0.3 ms, a thread each: what cannot be slow on a short text goes without.
 */

/** Milliseconds one match may take. */
export const MATCH_WITHIN = 100;
/** So often too late and a pattern is given up: once may be a machine that was busy. */
const STRIKES = 3;
/** Texts whose matches are remembered: most rows of a screen are those of the look before. */
const REMEMBERED = 500;

let deadline: ((milliseconds: number, work: () => void) => void) | null = null;

function makeDeadline(): (milliseconds: number, work: () => void) => void {
  let current: () => void = () => {};
  const context = createContext({ work: () => current() });
  const script = new Script('work()');
  return (timeout, work) => {
    current = work;
    script.runInContext(context, { timeout });
  };
}

/** What `work` gives, or 'late' when it was cut off. Anything but matching must not be done in it: it may stop anywhere. */
function within<T>(milliseconds: number, work: () => T): { readonly result: T } | 'late' {
  deadline ??= makeDeadline();
  let done: { readonly result: T } | 'late' = 'late';
  try {
    deadline(milliseconds, () => {
      done = { result: work() };
    });
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
  }
  return done;
}

/** Whether a text matches; 'late' when that could not be said within the time, ms. */
export function testWithin(pattern: RegExp, text: string, milliseconds: number): boolean | 'late' {
  const done = within(milliseconds, () => pattern.test(text));
  return done === 'late' ? done : done.result;
}

/** A regular expression of a person that is matched against many short texts. One that is too slow again and again matches nothing any more. */
export class BoundedPattern extends RegExp {
  readonly #freeUpTo: number;
  readonly #onGivenUp: () => void;
  readonly #known = new Map<string, RegExpExecArray | null>();
  #strikes = 0;

  /** @param flags neither g nor y: a match says nothing about the next one */
  constructor(source: string, flags: string, onGivenUp: () => void = () => {}) {
    super(source, flags);
    this.#freeUpTo = freeUpTo(source);
    this.#onGivenUp = onGivenUp;
  }

  override exec(text: string): RegExpExecArray | null {
    if (text.length <= this.#freeUpTo) return super.exec(text);
    if (this.#strikes >= STRIKES) return null;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const done = within(MATCH_WITHIN, () => super.exec(text));
    if (done === 'late') {
      if (++this.#strikes === STRIKES) this.#onGivenUp();
      return null;
    }
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(text, done.result);
    return done.result;
  }
}

/** What a pattern is made of, as far as its cost goes. */
interface Shape {
  /** Something of variable length is repeated: the steps may double with each character. */
  readonly nested: boolean;
  /** Parts of variable length: the steps may grow with that power of the length. */
  readonly variable: number;
}

/** Length of the texts a pattern is fast on, whatever they are. */
function freeUpTo(source: string): number {
  const { nested, variable } = shapeOf(source);
  if (nested || variable > 8) return 4;
  return variable > 2 ? 60 : 200;
}

/** Reads a pattern that compiles. Errs to the careful side only. */
function shapeOf(source: string): Shape {
  /** For each group that is open: something in it is of variable length. */
  const open: boolean[] = [false];
  const inside = (): void => void (open[open.length - 1] = true);
  let nested = false;
  let variable = 0;
  for (let at = 0; at < source.length; ) {
    const { length, kind } = tokenAt(source, at);
    at += length;
    if (kind === 'open') open.push(false);
    if (kind === 'or') inside();
    if (kind === 'open' || kind === 'or') continue;
    const ended = kind === 'close' && open.pop() === true;
    if (ended) inside();
    const times = QUANTIFIER.exec(source.slice(at, at + 30))?.[0] ?? '';
    at += times.length;
    if (times === '') continue;
    const repeats = !times.startsWith('?');
    if (ended && repeats) nested = true;
    variable++;
    inside();
  }
  return { nested, variable };
}

const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/;

function tokenAt(source: string, at: number): { length: number; kind: 'open' | 'close' | 'or' | 'atom' } {
  const rest = source.slice(at);
  const group = /^\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?/.exec(rest)?.[0];
  if (group !== undefined) return { length: group.length, kind: 'open' };
  if (rest.startsWith(')')) return { length: 1, kind: 'close' };
  if (rest.startsWith('|')) return { length: 1, kind: 'or' };
  const atom = /^(?:\\(?:[pPu]\{[^}]*\}|k<[^>]*>|u[\da-f]{4}|x[\da-f]{2}|c?.)|\[(?:\\.|[^\]\\])*\]|.)/isu.exec(
    rest,
  )?.[0];
  return { length: atom?.length ?? 1, kind: 'atom' };
}

/** Characters a slow match is looked for with, beside those of the pattern. */
const LETTERS = 'a0 -.';
const MOST_LETTERS = 24;
/** That many pairs of them: `(ab|a|b)+`. */
const MOST_PAIRS = 40;
/** V8 takes seconds to compile some patterns of forty such parts, and that can't be cut off: of thirty half a second. */
const MOST_VARIABLE = 30;
/** As long as it takes for 2^n to be too much. */
const REPEATED = 48;

/**
 * Whether a pattern takes for ever on some text that looks like it: its own characters, repeated, then one that does not fit. What this does not
 * find is held by the deadline when it runs.
 */
export function isEndless(pattern: RegExp): boolean {
  const { nested, variable } = shapeOf(pattern.source);
  if (variable > MOST_VARIABLE) return true;
  if (!nested) return false;
  const texts = [...attacksOn(pattern.source)];
  if (within(MATCH_WITHIN, () => texts.filter((text) => pattern.test(text))) !== 'late') return false;
  return texts.some((text) => isLate(pattern, text) && isLate(pattern, text));
}

const isLate = (pattern: RegExp, text: string): boolean => testWithin(pattern, text, MATCH_WITHIN) === 'late';

function* attacksOn(source: string): Iterable<string> {
  // What stands before a group must be there for the match to come to it.
  const plain = (text: string): string => text.replaceAll(/\\[a-zA-Z]|[\\^$()|*+?[\]{}]|\?[:=!]/g, '');
  const heads = new Set([
    '',
    ...[...source.matchAll(/\(/g)].slice(0, 3).map(({ index }) => plain(source.slice(0, index))),
  ]);
  const letters = [...new Set(Array.from(plain(source) + LETTERS))].slice(0, MOST_LETTERS);
  const pairs = letters.flatMap((one) => letters.map((other) => one + other)).filter(([one, other]) => one !== other);
  for (const head of heads)
    for (const piece of [...letters, ...pairs.slice(0, MOST_PAIRS)]) yield `${head}${piece.repeat(REPEATED)}\n\u0001`;
}
