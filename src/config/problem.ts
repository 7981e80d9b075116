/** One thing that is wrong in a file, said so that a person can mend it without reading the documentation. */
export interface Problem {
  /** Path of the file as it was asked for. */
  readonly file: string;
  /** From 1; 0 when it is about the file as a whole. */
  readonly line: number;
  /** From 1, in UTF-16 units as editors count; 0 when it is about the file as a whole. */
  readonly column: number;
  /** Where in the structure, `agents.kaede.restart`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong. Never holds a value of `env` or `env_file`. */
  readonly message: string;
  /** What was meant or what to do; may be empty. */
  readonly hint: string;
}

/** A spot in a file, as a value carries it through overlays. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
}

export const problemAt = (place: Place, message: string, hint = ''): Problem => ({
  file: place.file,
  line: place.line,
  column: place.column,
  path: visible(place.path),
  // Names of the file come into sentences in many places: one that forgot to quote them must not reach a terminal.
  message: visible(message, 2_000),
  hint: visible(hint, 2_000),
});

export const wholeFile = (file: string): Place => ({ file, line: 0, column: 0, path: '' });

/** Characters that act on a terminal or turn text around: C0, DEL, C1, line separators, direction overrides, lone surrogates. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\p{Cs}]/u;
const UNSAFE_ALL = new RegExp(UNSAFE.source, 'gu');

export const hasControl = (text: string): boolean => UNSAFE.test(text);

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e' };

/** Text from a file made harmless and visible: what a terminal would act on is spelled out (`\n`, `\e`, `\u202e`), long text is cut. */
export function visible(text: string, longest = 200): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut.replace(
    UNSAFE_ALL,
    (char) => SHORT[char] ?? `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** A piece of the file inside a sentence, marked as such. */
export const quoted = (text: string): string => `\`${visible(text, 60)}\``;

/**
 * The text `config check` and `up` print: `file:line:column: message`, the hint below it. At most `most` problems, then how
 * many there are besides: a screen of errors hides the first one.
 */
export function formatProblems(problems: readonly Problem[], most = 20): string {
  const lines = problems.slice(0, most).map((problem) => {
    const file = visible(problem.file, 4096);
    const where = problem.line > 0 ? `${file}:${problem.line}:${problem.column}` : file;
    const path = problem.path === '' ? '' : `${problem.path}: `;
    return `${where}: ${path}${problem.message}${problem.hint === '' ? '' : `\n  ${problem.hint}`}`;
  });
  const rest = problems.length - most;
  if (rest > 0) lines.push(`and ${rest} more ${rest === 1 ? 'problem' : 'problems'}`);
  return lines.join('\n');
}

/** In the order of the file, each once: a value of `defaults` is looked at for every agent that inherits it. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems
    .filter((problem) => {
      const key = `${problem.file}\0${problem.line}\0${problem.column}\0${problem.message}`;
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1));
}
