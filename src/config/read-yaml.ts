import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { type Place, type Problem, problemAt, quoted, wholeFile } from './problem.ts';
import type { Entry, Tree } from './tree.ts';

/** Bytes a file may have. */
const LARGEST = 1_048_576;
/** Lexical tokens a file may have. The parser needs 1 to 3 µs for each: a crafted megabyte of them took 13 s. */
const MOST_TOKENS = 300_000;
/** Brackets inside brackets, maps inside maps. */
const DEEPEST = 64;
/** Nodes that aliases may repeat: far above any honest use, far below what a "billion laughs" needs. */
const MOST_REPEATED = 10_000;

export type Read = { readonly tree: Tree | null; readonly problems: readonly Problem[] };

/** Reads YAML 1.2 into a tree with places. `tree` is null when the text has no usable structure. Never throws. */
export function readYaml(text: string, file: string): Read {
  const whole = wholeFile(file);
  const refused = (message: string, hint = ''): Read => ({ tree: null, problems: [problemAt(whole, message, hint)] });
  if (text.length > LARGEST || new TextEncoder().encode(text).length > LARGEST) {
    return refused('the file is larger than 1 MiB', 'a session has at most 1,000 agents, which need far less');
  }
  const lines = new LineCounter();
  const guard = tooMuch(text);
  if (guard !== null) return refused(guard);
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      uniqueKeys: false,
      prettyErrors: false,
      version: '1.2',
    });
    return new Reader(document, lines, file).read();
  } catch (error) {
    // Deep nesting without brackets ends in a RangeError of the recursive parser.
    if (error instanceof RangeError) return refused('the file is nested too deeply');
    return refused('the file is not valid YAML');
  }
}

/** Looks at the tokens alone, which is 20 times faster than parsing. @returns why the text is refused, or null. */
function tooMuch(text: string): string | null {
  let tokens = 0;
  let depth = 0;
  let directives = 0;
  for (const token of new Lexer().lex(text)) {
    if (++tokens > MOST_TOKENS) return 'the file has too many entries; a session has at most 1,000 agents';
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    else if (token[0] === '%') directives += 1;
    if (depth > DEEPEST) return `brackets are nested more than ${DEEPEST} deep`;
    if (depth < -DEEPEST) return 'there are closing brackets that nothing opened';
    if (directives > DEEPEST) return 'the file has too many lines that begin with %';
  }
  return null;
}

class Reader {
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #file: string;
  readonly #problems: Problem[] = [];
  /** Kept while walking in file order: the library's own lookup walks the whole document for each alias. */
  readonly #anchors = new Map<string, Node>();
  /** Aliases being followed, and the nodes made through them. */
  #following = 0;
  #repeated = 0;

  constructor(document: Document.Parsed, lines: LineCounter, file: string) {
    this.#document = document;
    this.#lines = lines;
    this.#file = file;
  }

  read(): Read {
    const { errors, warnings, contents } = this.#document;
    const broken: YAMLError[] = [...errors, ...warnings];
    for (const error of broken) this.#problems.push(syntaxProblem(this.#place(error.pos[0], ''), error));
    // A tree recovered from broken syntax has keys where the person sees values: its problems would be noise.
    if (broken.length > 0) return { tree: null, problems: this.#problems };
    if (this.#document.directives.yaml.version === '1.1') {
      this.#add(this.#place(0, ''), 'YAML 1.1 is not supported', 'remove the line %YAML 1.1');
    }
    const empty = contents === null || (isScalar(contents) && contents.value === null);
    if (empty)
      this.#add({ ...this.#place(0, ''), line: 1, column: 1 }, 'the file is empty', '`orchestra init` writes one');
    const tree = empty ? null : this.#node(contents, '', 0);
    return { tree, problems: this.#problems };
  }

  #add(place: Place, message: string, hint = ''): void {
    this.#problems.push(problemAt(place, message, hint));
  }

  #place(offset: number, path: string): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col), path };
  }

  /** @returns undefined for a node that cannot be used; a problem says why. */
  #node(node: Node | null, path: string, depth: number): Tree | null {
    if (node === null) return null;
    const at = this.#place(node.range?.[0] ?? 0, path);
    if (this.#following > 0 && ++this.#repeated > MOST_REPEATED) {
      if (this.#repeated === MOST_REPEATED + 1)
        this.#add(at, 'aliases (*name) repeat too much of the file', 'write it out');
      return null;
    }
    if (depth > DEEPEST) {
      this.#add(at, `this is nested more than ${DEEPEST} deep`);
      return null;
    }
    if (isAlias(node)) return this.#alias(node.source, at, depth);
    if (node.anchor !== undefined && this.#following === 0) this.#anchors.set(node.anchor, node);
    if (isMap(node)) return this.#map(node, at, path, depth);
    if (isSeq(node)) {
      const items = node.items.flatMap(
        (item, index) => this.#node(item as Node, join(path, String(index)), depth + 1) ?? [],
      );
      return { kind: 'list', at, items };
    }
    return isScalar(node) ? this.#scalar(node.value, node.source, at) : null;
  }

  #alias(name: string, at: Place, depth: number): Tree | null {
    const target = this.#anchors.get(name);
    if (target === undefined) this.#add(at, `there is no anchor ${quoted(`&${name}`)} before this alias`);
    if (target === undefined || this.#repeated > MOST_REPEATED) return null;
    this.#following += 1;
    const tree = this.#node(target, at.path, depth + 1);
    this.#following -= 1;
    return tree;
  }

  #scalar(value: unknown, source: string | undefined, at: Place): Tree | null {
    const plain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
    if (!plain) this.#add(at, 'this is not text, a number, true or false');
    else if (typeof value === 'string' && value.includes('\0'))
      this.#add(at, 'text may not hold the character \\u0000');
    else return { kind: 'scalar', at, value: value as string, source: source ?? String(value) };
    return null;
  }

  #map(map: YAMLMap, at: Place, path: string, depth: number): Tree {
    const entries = new Map<string, Entry>();
    const known = this.#problems.length;
    for (const pair of map.items) {
      const key = isPair(pair) ? this.#key(pair, path) : null;
      if (key === null) continue;
      const [name, spot] = key;
      const before = entries.get(name);
      if (before !== undefined) {
        this.#add(spot, `${quoted(name)} is there twice`, `it is on line ${before.at.line} already; keep one of them`);
        continue;
      }
      // `key:` with nothing after it is null, at the place of the key.
      const value = pair.value as Node | null;
      const node = value === null ? this.#scalar(null, '', spot) : this.#node(value, spot.path, depth + 1);
      if (node !== null) entries.set(name, { at: spot, node });
    }
    return { kind: 'map', at, entries, partial: this.#problems.length > known };
  }

  #key(pair: Pair, path: string): [string, Place] | null {
    const key = pair.key as Node | null;
    const place = this.#place(key?.range?.[0] ?? 0, path);
    if (!isScalar(key) || key.value === null || key.value === undefined) {
      this.#add(place, 'a key must be plain text');
      return null;
    }
    const name = typeof key.value === 'string' ? key.value : (key.source ?? '');
    if (name === '__proto__') {
      this.#add(place, 'the key `__proto__` is not allowed');
      return null;
    }
    return [name, { ...place, path: join(path, name) }];
  }
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** The parser's own sentences may repeat text of the file, and that text may be a secret: these do not. */
const SYNTAX: Readonly<Record<string, readonly [string, string]>> = {
  BAD_ALIAS: ['an alias (*name) needs a name and an anchor before it', 'put quotes around text that begins with *'],
  BAD_COLLECTION_TYPE: ['this is a list where a map is expected, or the other way round', ''],
  BAD_DIRECTIVE: ['a line that begins with % is a directive, and this is none', 'put quotes around it'],
  BAD_DQ_ESCAPE: ['there is no such escape in "double quotes"', "use 'single quotes' for text with backslashes"],
  BAD_INDENT: ['the indentation does not fit the lines above', 'use the same number of spaces for keys of one map'],
  BAD_SCALAR_START: ['text may not begin with this character', 'put quotes around it'],
  BLOCK_AS_IMPLICIT_KEY: ['two keys on one line', 'put the second one on a line of its own, or the text in quotes'],
  BLOCK_IN_FLOW: ['a list with - or a map of lines may not stand between brackets', ''],
  DUPLICATE_KEY: ['this key is there twice', 'keep one of them'],
  KEY_OVER_1024_CHARS: ['a key is longer than 1,024 characters', ''],
  MISSING_CHAR: ['a closing bracket, quote, comma or colon is missing', ''],
  MULTILINE_IMPLICIT_KEY: ['a key goes over more than one line', 'is a colon missing on the line before?'],
  MULTIPLE_DOCS: ['there is more than one document in the file', 'remove the line ---'],
  TAB_AS_INDENT: ['a tab is used for indentation', 'YAML wants spaces'],
  TAG_RESOLVE_FAILED: ['tags (!name) are not supported', 'put quotes around text that begins with !'],
  UNEXPECTED_TOKEN: [
    'something is here that does not belong here',
    'is a quote, a comma or a bracket missing before it?',
  ],
};

function syntaxProblem(place: Place, error: YAMLError): Problem {
  // An open bracket is only noticed where the indentation falls back.
  const code = error.message.includes('end with a') ? 'MISSING_CHAR' : error.code;
  const [message, hint] = SYNTAX[code] ?? ['this is not valid YAML', 'look for a missing quote, bracket or space'];
  return problemAt(place, message, hint);
}
