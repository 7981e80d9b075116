import { shellQuote } from '../../base/index.ts';
import type { ScalarNode, Tree } from '../tree.ts';

/** A variable of the environment inside a text. */
export interface Reference {
  readonly name: string;
  /** What stands in when it is not set; null when the file gives nothing. */
  readonly otherwise: string | null;
  /** The file refuses to go on without it. */
  readonly required: boolean;
}

/** A text of another tool's file: literal pieces, and variables of which nobody looks at the value. */
export type Text = readonly (string | Reference)[];

/** A scalar that refers to variables; `value` spells them as `${NAME}`. */
export interface TextNode extends ScalarNode {
  readonly parts: Text;
}

type Env = Readonly<Record<string, string | undefined>>;

/** null for what is no text, number or boolean. A number is taken as it was written: 1.10 must not become 1.1. */
export function textOf(node: Tree | undefined): Text | null {
  if (node?.kind !== 'scalar' || node.value === null) return null;
  if ('parts' in node) return (node as TextNode).parts;
  return [typeof node.value === 'string' ? node.value : node.source];
}

export const spelled = (text: Text): string =>
  text.map((part) => (typeof part === 'string' ? part : `\${${part.name}}`)).join('');

/** null when a variable is in it. */
export const literalOf = (text: Text): string | null =>
  text.every((part) => typeof part === 'string') ? text.join('') : null;

/** As a value of `env`: variables stay variables, so that no secret is copied from the environment into the file. */
export function envValue(text: Text, env: Env): string {
  return text.map((part) => (typeof part === 'string' ? escaped(part) : reference(part, env))).join('');
}

/** Only what `env` would take for something else: `a$b` stays readable. */
const escaped = (text: string): string => (/\$[${]|\$$/.test(text) ? text.replaceAll('$', () => '$$') : text);

function reference({ name, otherwise, required }: Reference, env: Env): string {
  if (required) return `\${${name}}`;
  // There is no way to write a closing brace inside of ${...}.
  if (otherwise?.includes('}')) return escaped(otherwise);
  if (otherwise !== null) return `\${${name}:-${otherwise.replaceAll('$', () => '$$')}}`;
  // Other tools let a variable that is not set be empty; ours refuses the file.
  return env[name] === undefined ? `\${${name}:-}` : `\${${name}}`;
}

/** As one word of a command line for sh. */
export const shellWord = (text: Text): string =>
  text.length === 0
    ? "''"
    : text
        .map((part) => {
          if (typeof part === 'string') return /^[\w@%+=:,./-]+$/.test(part) ? part : shellQuote(part);
          const otherwise = (part.otherwise ?? '').replace(/[\\$"`}]/g, (char) => `\\${char}`);
          return `"\${${part.name}${part.otherwise === null ? '' : `:-${otherwise}`}}"`;
        })
        .join('');

/** As it is on this machine now. */
export const resolved = (text: Text, env: Env): string =>
  text.map((part) => (typeof part === 'string' ? part : env[part.name] || (part.otherwise ?? ''))).join('');

/** The words of a command line, with quotes and backslashes as sh knows them, and nothing else of it; null when a quote is not closed. */
export function wordsOf(line: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? '';
    if (quote !== '') {
      if (char === quote) quote = '';
      else if (char === '\\' && quote === '"' && /["\\$`]/.test(line[at + 1] ?? '')) word += line[++at] ?? '';
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (char === '\\' && at + 1 < line.length) word = (word ?? '') + (line[++at] ?? '');
    else word = (word ?? '') + char;
  }
  if (quote !== '') return null;
  if (word !== null) words.push(word);
  return words;
}
