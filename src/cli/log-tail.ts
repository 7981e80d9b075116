import { Transcript } from '../base/index.ts';
import type { Files } from './ports.ts';

/** Bytes read of the end of a log at first, and at most. */
const FIRST = 64 * 1024;
const MOST = 16 * 1024 * 1024;

/**
 * The last `count` lines of a log as text, escape sequences removed, over its rotation to `.1`. Logs of terminal programs hold
 * far more bytes than lines, so more is read until there are enough.
 */
export function lastLines(files: Pick<Files, 'facts' | 'readFrom'>, path: string, count: number): string[] {
  for (let bytes = FIRST; ; bytes *= 4) {
    const { text, whole } = tail(files, path, bytes);
    const lines = readableLines(text, !whole);
    if (whole || lines.length >= count || bytes >= MOST) return count === 0 ? [] : lines.slice(-count);
  }
}

/** Terminal output as lines. @param torn the text begins in the middle of a line, which is left out */
export function readableLines(text: string, torn: boolean): string[] {
  const transcript = new Transcript();
  const lines = transcript.feed(torn ? text.slice(text.indexOf('\n') + 1) : text);
  return collapse([...lines, ...transcript.flush()]);
}

/** Several empty lines in a row, as redraws leave them, as one; none at the ends. */
function collapse(lines: readonly string[]): string[] {
  const kept = lines.filter((line, at) => line !== '' || (at > 0 && lines[at - 1] !== ''));
  while (kept[0] === '') kept.shift();
  while (kept.at(-1) === '') kept.pop();
  return kept;
}

/** The last `bytes` of a log and, when it is shorter, of the one before it. */
export function tail(
  files: Pick<Files, 'facts' | 'readFrom'>,
  path: string,
  bytes: number,
): { readonly text: string; readonly whole: boolean } {
  const size = files.facts(path)?.size ?? 0;
  const here = Math.min(size, bytes);
  const parts = [files.readFrom(path, size - here, here)];
  const before = files.facts(`${path}.1`)?.size ?? 0;
  const there = Math.min(before, bytes - here);
  if (there > 0) parts.unshift(files.readFrom(`${path}.1`, before - there, there));
  const decoder = new TextDecoder();
  return {
    text: parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode(),
    whole: here + there === size + before,
  };
}

/**
 * What an agent printed in its last run: the lines its shim writes between runs (`-- kaede ended with status 1 --`) tell them apart. The end of the
 * last one is not told before the next order comes.
 */
export function lastRun(lines: readonly string[], name: string): string[] {
  const ended = lines.flatMap((line, at) => (line.startsWith(`-- ${name} ended with status `) ? [at] : []));
  const bounds = [...ended, lines.length];
  const runs = bounds.map((to, at) => said(lines.slice((bounds[at - 1] ?? -1) + 1, to)));
  return runs.at(-1)?.length === 0 ? (runs.at(-2) ?? []) : (runs.at(-1) ?? []);
}

/** Without the lines of the shim, and without what the terminal echoes of the keys an earlier run was stopped with (`^C`). */
const said = (lines: readonly string[]): string[] =>
  lines
    .filter((line) => !(line.startsWith('-- ') && line.endsWith(' --')))
    .flatMap((line) => {
      const text = line.replace(/^(?:\^[CD\\])+/, '');
      return text === '' && line !== '' ? [] : [text];
    });
