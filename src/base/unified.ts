/** Lines around a change that are shown with it. */
const AROUND = 3;
/** Pairs of lines that are compared: two texts that have more of them, all of it different, are shown as one change. */
const MOST_PAIRS = 4_000_000;

/** One line of a difference: what stays, goes and comes. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** The lines of two texts laid beside each other: the longest common subsequence stays. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head++;
  let tail = 0;
  const most = Math.min(old.length, fresh.length) - head;
  while (tail < most && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++;
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ sign: ' ', text }));
  return [
    ...same(old.slice(0, head)),
    ...middle(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)),
    ...same(old.slice(old.length - tail)),
  ];
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

function middle(old: readonly string[], fresh: readonly string[]): DiffLine[] {
  const gone = (text: string): DiffLine => ({ sign: '-', text });
  const come = (text: string): DiffLine => ({ sign: '+', text });
  if (old.length * fresh.length > MOST_PAIRS) return [...old.map(gone), ...fresh.map(come)];
  const width = fresh.length + 1;
  // common[i * width + j]: length of what old from i and fresh from j have in common.
  const common = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = fresh.length - 1; j >= 0; j--)
      common[i * width + j] = old[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: DiffLine[] = [];
  for (let i = 0, j = 0; i < old.length || j < fresh.length; ) {
    const [a, b] = [old[i], fresh[j]];
    if (a !== undefined && a === b) {
      lines.push({ sign: ' ', text: a });
      i++;
      j++;
    } else if (a !== undefined && (b === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(gone(a));
      i++;
    } else if (b !== undefined) {
      lines.push(come(b));
      j++;
    }
  }
  return lines;
}

/** The difference in the unified form (POSIX diff -u), without the two lines of names; empty when there is none. */
export function unified(before: string, after: string): string[] {
  const lines = diffLines(before, after);
  const shown = new Set<number>();
  lines.forEach(({ sign }, index) => {
    if (sign !== ' ') for (let n = index - AROUND; n <= index + AROUND; n++) shown.add(n);
  });
  const out: string[] = [];
  let [old, fresh] = [1, 1];
  for (let index = 0; index < lines.length; ) {
    if (!shown.has(index)) {
      index++;
      old++;
      fresh++;
      continue;
    }
    const end = endOf(index, shown, lines.length);
    const hunk = lines.slice(index, end);
    const count = (sign: '-' | '+'): number => hunk.filter((line) => line.sign !== (sign === '-' ? '+' : '-')).length;
    const [gone, come] = [count('-'), count('+')];
    // An empty side is said to stand behind the line before it.
    out.push(`@@ -${gone === 0 ? old - 1 : old},${gone} +${come === 0 ? fresh - 1 : fresh},${come} @@`);
    out.push(...hunk.map(({ sign, text }) => `${sign}${text}`));
    old += gone;
    fresh += come;
    index = end;
  }
  return out;
}

function endOf(from: number, shown: ReadonlySet<number>, length: number): number {
  let end = from;
  while (end < length && shown.has(end)) end++;
  return end;
}
