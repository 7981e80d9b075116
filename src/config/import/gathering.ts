import { posix } from 'node:path';
import { AGENT_NAME } from '../../protocol/index.ts';
import type { ConfigPorts } from '../ports.ts';
import { type Place, type Problem, problemAt, visible } from '../problem.ts';
import { entryOf, type MapNode, type Tree } from '../tree.ts';
import type { Left } from './draft.ts';
import { envValue, literalOf, resolved, type Text, textOf } from './text.ts';

/** Told of one file: a crafted one could have hundreds of thousands. */
const MOST_LEFT = 1_000;

/** What the parts of one import share: where things are, the machine, what is wrong with the file and what has no counterpart. */
export class Gathering {
  readonly file: string;
  /** Absolute path of the folder the file lies in. */
  readonly from: string;
  /** Absolute path of the folder `orchestra.yaml` will lie in. */
  readonly to: string;
  /** Absolute path of the folder one is in. */
  readonly here: string;
  readonly ports: ConfigPorts;
  readonly problems: Problem[] = [];
  readonly left: Left[] = [];

  constructor(file: string, to: string, here: string, ports: ConfigPorts) {
    this.file = file;
    this.from = posix.dirname(file);
    this.to = to;
    this.here = here;
    this.ports = ports;
  }

  /** The file can't be imported as long as this is so. */
  refuse(place: Place, message: string, hint = ''): void {
    this.problems.push(problemAt(place, message, hint));
  }

  /** @param agent by its original name */
  leave(place: Place, agent: string | null, why: string, instead = ''): void {
    if (this.left.length >= MOST_LEFT) return;
    const { line, column, path } = place;
    this.left.push({
      line,
      column,
      option: visible(path),
      agent,
      why: visible(why, 2_000),
      instead: visible(instead, 2_000),
    });
  }

  get wholeFile(): Place {
    return { file: this.file, line: 0, column: 0, path: '' };
  }

  /**
   * A path as the new file has to write it: relative to where that lies when it is at or below it, absolute otherwise.
   * @param base what a relative one is relative to
   */
  path(text: Text, base: string): string {
    const path = resolved(text, this.ports.env);
    const absolute = this.absolute(path, base);
    const inside = posix.relative(this.to, absolute);
    return inside.startsWith('..') ? absolute : inside === '' ? '.' : inside;
  }

  absolute(path: string, base: string): string {
    const { home } = this.ports;
    if (path === '~') return home;
    return posix.resolve(base, path.startsWith('~/') ? posix.join(home, path.slice(2)) : path);
  }

  /** Variables of a map of names and values. What no environment can hold is left out, and told. */
  environment(node: Tree, agent: string): Record<string, string> {
    const env: Record<string, string> = {};
    if (node.kind !== 'map') {
      if (node.kind !== 'scalar' || node.value !== null)
        this.leave(node.at, agent, 'this is no map of variables', 'write it under `env:`');
      return env;
    }
    for (const [name, { at, node: value }] of node.entries)
      this.variable(env, name, at, textOf(value), agent, value.kind !== 'scalar');
    return env;
  }

  variable(
    env: Record<string, string>,
    name: string,
    at: Place,
    value: Text | null,
    agent: string,
    strange = false,
  ): void {
    const where = { ...at, path: at.path };
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      // The key may be a whole line NAME=secret.
      this.leave(
        { ...where, path: '' },
        agent,
        'a variable has a name that no shell could read',
        'letters, digits and _ only',
      );
    } else if (strange)
      this.leave(
        where,
        agent,
        'the value of this variable is a list or a map',
        'write it as text, or put it into an `env_file`',
      );
    else if (value !== null) {
      const text = envValue(value, this.ports.env);
      if (text.includes('\0')) this.leave(where, agent, 'the value holds the character \\u0000', '');
      else env[name] = text;
    }
  }
}

export const isTrue = (node: Tree | undefined): boolean =>
  node?.kind === 'scalar' && (node.value === true || /^(true|yes|on)$/i.test(String(node.value)));

export const isFalse = (node: Tree | undefined): boolean =>
  node?.kind === 'scalar' && (node.value === false || /^(false|no|off)$/i.test(String(node.value)));

export const isNothing = (node: Tree | undefined): boolean =>
  node === undefined || (node.kind === 'scalar' && node.value === null);

/** A list, or the one thing that stands in place of a list. */
export const listOf = (node: Tree | undefined): readonly Tree[] =>
  node === undefined || isNothing(node) ? [] : node.kind === 'list' ? node.items : [node];

/** A literal text; null for anything else. */
export function plainText(node: Tree | undefined): string | null {
  const text = textOf(node);
  return text === null ? null : literalOf(text);
}

/** A number, also one that was written as text; null for anything else. */
export function numberOf(node: Tree | undefined): number | null {
  const text = plainText(node);
  return text !== null && /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : null;
}

export const child = (node: MapNode, ...keys: readonly string[]): { at: Place; node: Tree } | undefined => {
  for (const key of keys) {
    const entry = entryOf(node, key);
    if (entry !== undefined) return entry;
  }
  return undefined;
};

/** Keys merged from `<<`, as YAML 1.1 has it (yaml.org/type/merge.html): what stands in the map itself wins, the first of several wins. */
export function merged(tree: Tree): Tree {
  if (tree.kind === 'scalar') return tree;
  if (tree.kind === 'list') return { ...tree, items: tree.items.map(merged) };
  const entries: MapNode['entries'] = new Map();
  for (const [key, entry] of tree.entries) if (key !== '<<') entries.set(key, { ...entry, node: merged(entry.node) });
  for (const source of listOf(tree.entries.get('<<')?.node).map(merged)) {
    if (source.kind !== 'map') continue;
    for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
  }
  return { ...tree, entries };
}

/** Whether `word` can be the name of a profile, a group. */
export const isName = (word: string): boolean => AGENT_NAME.test(word);
