import type { Place } from './problem.ts';

/**
 * The content of a file with the place of every key and value, so that a problem found after profiles and defaults were laid
 * over it can still be shown where it was written.
 */
export type Tree = MapNode | ListNode | ScalarNode;

export interface MapNode {
  readonly kind: 'map';
  readonly at: Place;
  readonly entries: Map<string, Entry>;
  /** Something in it was wrong and taken out: what is missing now was not forgotten by the person. */
  readonly partial: boolean;
}

export interface Entry {
  /** Place of the key. */
  readonly at: Place;
  readonly node: Tree;
}

export interface ListNode {
  readonly kind: 'list';
  readonly at: Place;
  readonly items: readonly Tree[];
}

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly at: Place;
  readonly value: string | number | boolean | null;
  /** As it was written, without quotes: `1.10` is the number 1.1. */
  readonly source: string;
}

export type Path = readonly PropertyKey[];

/** The same content as plain data. Maps have no prototype, so that no key means anything special. */
export function toPlain(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(toPlain);
  const plain: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of tree.entries) plain[key] = toPlain(entry.node);
  return plain;
}

/** The entry of a map under `key`, undefined when `tree` is no map or has none. */
export const entryOf = (tree: Tree | undefined, key: string): Entry | undefined =>
  tree?.kind === 'map' ? tree.entries.get(key) : undefined;

export const childOf = (tree: Tree | undefined, key: PropertyKey): Tree | undefined =>
  tree?.kind === 'list' ? tree.items[Number(key)] : entryOf(tree, String(key))?.node;

/** The node at a path, undefined when there is none. */
export function nodeAt(tree: Tree | undefined, path: Path): Tree | undefined {
  let node = tree;
  for (const key of path) node = childOf(node, key);
  return node;
}

export const emptyMap = (at: Place): MapNode => ({ kind: 'map', at, entries: new Map(), partial: false });

export const mapOf = (tree: Tree | undefined, at: Place): MapNode => (tree?.kind === 'map' ? tree : emptyMap(at));

/** A map that holds one key with a scalar, both at one place: a shorthand spelled out. */
export function spelledOut(key: string, node: ScalarNode): MapNode {
  return { ...emptyMap(node.at), entries: new Map([[key, { at: node.at, node }]]) };
}

/** Without the nodes at these paths; every map on the way to one is marked `partial`. */
export function without(tree: Tree, paths: readonly Path[]): Tree {
  if (paths.length === 0) return tree;
  if (tree.kind === 'scalar') return tree;
  const below = new Map<string, Path[]>();
  for (const [first, ...rest] of paths) {
    if (first === undefined) continue;
    const list = below.get(String(first)) ?? [];
    list.push(rest);
    below.set(String(first), list);
  }
  const kept = (node: Tree, key: string): Tree | undefined => {
    const inside = below.get(key);
    if (inside === undefined) return node;
    return inside.some((path) => path.length === 0) ? undefined : without(node, inside);
  };
  if (tree.kind === 'list') {
    return { ...tree, items: tree.items.flatMap((item, index) => kept(item, String(index)) ?? []) };
  }
  const entries = new Map<string, Entry>();
  for (const [key, entry] of tree.entries) {
    const node = kept(entry.node, key);
    if (node !== undefined) entries.set(key, { ...entry, node });
  }
  return { ...tree, entries, partial: true };
}
