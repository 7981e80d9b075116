import { plainLines } from '../../base/index.ts';
import type { Style } from './style.ts';

/** Lines around a change that are shown with it. */
const AROUND = 2;

/** What changes from one text to the other, as one run of lines with `-` and `+`, and a little of what stands around it. */
export function changedLines(before: string, after: string, style: Style): string[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  let same = 0;
  while (same < old.length && same < fresh.length && old[same] === fresh[same]) same++;
  let tail = 0;
  const shorter = Math.min(old.length, fresh.length) - same;
  while (tail < shorter && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail++;
  const end = fresh.length - tail;
  const mark = (sign: string, ink: 'red' | 'green', lines: readonly string[]): string[] =>
    lines.map((line) => style.paint(ink, `${sign} ${line}`));
  return [
    ...fresh.slice(Math.max(0, same - AROUND), same).map((line) => `  ${line}`),
    ...mark('-', 'red', old.slice(same, old.length - tail)),
    ...mark('+', 'green', fresh.slice(same, end)),
    ...fresh.slice(end, end + AROUND).map((line) => `  ${line}`),
  ];
}

const linesOf = (text: string): string[] => (text === '' ? [] : plainLines(text.replace(/\n$/, '')));
