import { type Problem, problemAt } from './problem.ts';

export type EnvFile = { ok: true; env: Record<string, string> } | { ok: false; problems: Problem[] };

const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' };

/**
 * Reads a file in dotenv format: `NAME=value`, an `export` before it, comments, 'single' and "double" quotes that may span
 * lines; backslash escapes in double quotes only. Nothing is run and nothing substituted: a `$` is a `$`. A problem names
 * line and column, never a value.
 *
 * @param file its path, for the problems
 */
export function parseEnvFile(text: string, file: string): EnvFile {
  const problems: Problem[] = [];
  const env = new Map<string, string>();
  const source = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  let line = 1;
  let at = 0;
  const wrong = (column: number, path: string, message: string, hint: string): void => {
    problems.push(problemAt({ file, line, column, path }, message, hint));
  };
  while (at < source.length) {
    const end = endOfLine(source, at);
    const text = source.slice(at, end);
    const [prefix, name] = ASSIGNMENT.exec(text) ?? [];
    let next = end;
    if (prefix === undefined || name === undefined) {
      if (!/^[ \t]*(#|$)/.test(text)) wrong(1, '', 'this line is no assignment', 'write NAME=value');
    } else {
      const value = readValue(source, at + prefix.length, end);
      if (typeof value === 'string') wrong(prefix.length + 1, name, value, '');
      else if (value.text.includes('\0')) wrong(prefix.length + 1, name, 'the value holds the character \\u0000', '');
      else if (name === '__proto__') wrong(1, '', 'this name is not allowed', '');
      else env.set(name, value.text);
      if (typeof value !== 'string') next = value.end;
    }
    for (let index = at; index < next; index++) if (source[index] === '\n') line += 1;
    line += 1;
    at = next + 1;
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, env: Object.fromEntries(env) };
}

function endOfLine(source: string, from: number): number {
  const at = source.indexOf('\n', from);
  return at === -1 ? source.length : at;
}

/** @returns the value and the end of its last line, or what is wrong with it. */
function readValue(source: string, from: number, end: number): { text: string; end: number } | string {
  const quote = source[from];
  if (quote !== '"' && quote !== "'") {
    // A # begins a comment only after a blank: passwords hold some.
    const bare = source.slice(from, end).replace(/(^|[ \t])#.*$/, '');
    return { text: bare.trim(), end };
  }
  let text = '';
  let at = from + 1;
  for (; at < source.length && source[at] !== quote; at++) {
    const escaped = quote === '"' && source[at] === '\\' ? ESCAPES[source[at + 1] ?? ''] : undefined;
    text += escaped ?? source[at];
    if (escaped !== undefined) at += 1;
  }
  if (at >= source.length) return 'the quote is not closed';
  const last = endOfLine(source, at);
  return /^[ \t]*(#|$)/.test(source.slice(at + 1, last))
    ? { text, end: last }
    : 'there is text after the closing quote';
}
