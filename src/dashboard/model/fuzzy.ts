/** How well a text fits what somebody typed. */
export interface Match {
  /** Higher is better. */
  readonly score: number;
  /** Places of the letters that were matched, UTF-16 units, ascending. */
  readonly at: readonly number[];
}

/** What a matched letter is worth: by itself, behind another one, at the begin of a word, at the begin of all. */
const LETTER = 1;
const BEHIND = 5;
const WORD = 8;
const FIRST = 4;
/** What is left between two of them costs, up to a bound: far is far. */
const GAP = 0.5;
const GAP_MOST = 3;
const WHOLE = 20;
/** Longest text and longest query that are looked at: the work is their product. */
const TEXT_MOST = 120;
const QUERY_MOST = 60;

const startsWord = (text: string, at: number): boolean => at === 0 || /[\s@_-]/.test(text[at - 1] as string);

/** The letters of `query` in `text` in this order, where they fit best; null when they are not all in it. Case says nothing. */
export function fuzzy(query: string, text: string): Match | null {
  const wanted = query.toLowerCase().trimStart().slice(0, QUERY_MOST);
  const given = text.toLowerCase().slice(0, TEXT_MOST);
  if (wanted === '') return { score: 0, at: [] };
  if (!isWithin(wanted, given)) return null;
  // best[i][j]: the best way to match the first i+1 letters with the last of them at j, and where the one before it was.
  const best: { score: number; from: number }[][] = [];
  for (let i = 0; i < wanted.length; i++) {
    const row: { score: number; from: number }[] = [];
    for (let j = 0; j < given.length; j++) row.push(wanted[i] === given[j] ? reach(best[i - 1], given, j) : NOWHERE);
    best.push(row);
  }
  const last = best.at(-1) ?? [];
  let end = last.reduce((top, { score }, j) => (score > (last[top]?.score ?? Number.NEGATIVE_INFINITY) ? j : top), 0);
  const score = (last[end]?.score ?? 0) + (wanted.trimEnd() === given ? WHOLE : 0) - given.length / 100;
  const at: number[] = [];
  for (let i = wanted.length - 1; i >= 0; i--) {
    at.unshift(end);
    end = best[i]?.[end]?.from ?? 0;
  }
  return { score, at };
}

const NOWHERE = { score: Number.NEGATIVE_INFINITY, from: -1 };

function reach(
  before: readonly { score: number }[] | undefined,
  text: string,
  j: number,
): { score: number; from: number } {
  const own = LETTER + (startsWord(text, j) ? WORD : 0) + (j === 0 ? FIRST : 0);
  if (before === undefined) return { score: own, from: -1 };
  let best = NOWHERE;
  for (let k = 0; k < j; k++) {
    const gap = j - k - 1;
    const score =
      (before[k]?.score ?? Number.NEGATIVE_INFINITY) + own + (gap === 0 ? BEHIND : -Math.min(GAP_MOST, gap * GAP));
    if (score > best.score) best = { score, from: k };
  }
  return best;
}

function isWithin(query: string, text: string): boolean {
  let at = 0;
  for (const letter of query.split('')) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** Something with a name and a sentence about it. */
export interface Named {
  readonly name: string;
  readonly help: string;
}

export interface Ranked<Item> {
  readonly item: Item;
  /** Matched letters of the name. */
  readonly at: readonly number[];
  /** Matched letters of the sentence. */
  readonly helpAt: readonly number[];
}

/** Those that fit, the best first: by their names, then those whose sentence has every word. Equal ones stay in their order. */
export function rank<Item extends Named>(query: string, items: readonly Item[]): readonly Ranked<Item>[] {
  const found = items.flatMap((item): (Ranked<Item> & { score: number })[] => {
    const match = fuzzy(query, item.name);
    if (match !== null) return [{ item, at: match.at, helpAt: [], score: match.score }];
    const helpAt = wordsIn(query, item.help);
    return helpAt === null ? [] : [{ item, at: [], helpAt, score: -1_000 }];
  });
  return found.sort((a, b) => b.score - a.score);
}

/** Places of the letters of every word of `query` in a text; null when one of them is not in it. */
function wordsIn(query: string, text: string): readonly number[] | null {
  const given = text.toLowerCase();
  const at = new Set<number>();
  for (const word of query.toLowerCase().split(/\s+/)) {
    const begin = given.indexOf(word);
    if (begin < 0) return null;
    for (let place = begin; place < begin + word.length; place++) at.add(place);
  }
  return [...at].sort((a, b) => a - b);
}
