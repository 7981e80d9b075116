import { posix } from 'node:path';
import { readText } from '../ports.ts';
import type { Tree } from '../tree.ts';
import { child } from './gathering.ts';
import type { App } from './pm2.ts';
import { literalOf, resolved, shellWord, type Text, textOf, wordsOf } from './text.ts';

/** What PM2 runs a file with, by the end of its name. */
const INTERPRETERS: Readonly<Record<string, string>> = {
  '.sh': 'bash',
  '.py': 'python3',
  '.rb': 'ruby',
  '.php': 'php',
  '.pl': 'perl',
  '.js': 'node',
  '.cjs': 'node',
  '.mjs': 'node',
  '.coffee': 'coffee',
  '.ls': 'lsc',
  '.ts': 'bun',
  '.tsx': 'bun',
};

/** The command of an app: a list of words, or text for sh where the environment has a say. */
export function pm2Command(script: Text, app: App): string | string[] {
  const literal = literalOf(script);
  // PM2 gives what has a blank to bash, and forgets `args` then.
  if (literal !== null && /\s/.test(literal.trim()) && !existsIn(app, literal)) return literal.trim();
  const args = wordsAt(app, 'args');
  const interpreter = interpreterOf(script, app);
  if (interpreter === null) return commandLine([script, ...args]);
  const own = wordsAt(app, 'node_args', 'interpreter_args', 'interpreterArgs', 'nodeArgs');
  const maps = child(app.node, 'source_map_support', 'sourceMapSupport')?.node;
  const support: Text[] =
    maps?.kind === 'scalar' && maps.value === true && interpreter[0] === 'node' ? [['--enable-source-maps']] : [];
  return commandLine([interpreter, ...support, ...own, script, ...args]);
}

/** Words of a command: text for sh when a variable is among them. */
export function commandLine(words: readonly Text[]): string | string[] {
  const literal = words.map(literalOf);
  const plain = literal.filter((word) => word !== null);
  return plain.length === words.length ? plain : words.map(shellWord).join(' ');
}

const existsIn = ({ gathering, cwd }: App, path: string): boolean =>
  gathering.ports.kind(gathering.absolute(path, cwd)) === 'file';

/** null: it is run as it is. */
function interpreterOf(script: Text, app: App): Text | null {
  const given = child(app.node, 'interpreter', 'exec_interpreter', 'execInterpreter');
  const named = given === undefined ? null : textOf(given.node);
  if (named !== null) {
    const literal = literalOf(named);
    if (literal === 'none' || literal === '') return null;
    const version = /^node@(.+)$/.exec(literal ?? '')?.[1];
    if (version === undefined || given === undefined) return named;
    app.gathering.leave(
      { ...given.node.at, path: given.at.path },
      app.name,
      'orchestra installs no versions of Node',
      `the agent runs the node that is on PATH: give the whole path of ${version} instead`,
    );
    return ['node'];
  }
  const path = resolved(script, app.gathering.ports.env);
  const known = INTERPRETERS[posix.extname(path)];
  if (known !== undefined) return [known];
  return path.includes('/') && isScript(app, path) ? ['node'] : null;
}

/** PM2 gives whatever is no binary to node; what says itself what it is run with (`#!/bin/sh`) is run so here. */
function isScript({ gathering, cwd }: App, path: string): boolean {
  const absolute = gathering.absolute(path, cwd);
  if (gathering.ports.kind(absolute) !== 'file') return false;
  const read = readText(gathering.ports, absolute);
  if (!read.ok || read.text.startsWith('\x7fELF')) return false;
  return !read.text.startsWith('#!') || /^#!.*\bnode\b/.test(read.text);
}

/** Words of an option: a list as it is, a text taken apart as PM2 does. */
function wordsAt(app: App, ...names: readonly string[]): Text[] {
  const entry = child(app.node, ...names);
  if (entry === undefined) return [];
  const { node } = entry;
  if (node.kind === 'list') return node.items.flatMap((item) => wordOf(item));
  const text = textOf(node);
  if (text === null) return [];
  return splitWords(text);
}

const wordOf = (item: Tree): Text[] => {
  const text = textOf(item);
  return text === null ? [] : [text];
};

/** Cuts a text with variables into words; a variable is never cut. */
export function splitWords(text: Text): Text[] {
  const literal = literalOf(text);
  if (literal !== null) return (wordsOf(literal) ?? [literal]).map((word) => [word]);
  const words: Text[] = [];
  let word: Text[number][] = [];
  for (const part of text) {
    if (typeof part === 'object') word.push(part);
    else {
      const pieces = part.split(/\s+/);
      pieces.forEach((piece, index) => {
        if (index > 0) {
          if (word.length > 0) words.push(word);
          word = [];
        }
        if (piece !== '') word.push(piece);
      });
    }
  }
  if (word.length > 0) words.push(word);
  return words;
}
