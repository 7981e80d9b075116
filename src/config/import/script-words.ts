import type { AnyNode } from 'acorn';
import type { Place } from '../problem.ts';
import type { Tree } from '../tree.ts';
import type { Text } from './text.ts';

/** Nodes a file may come to: constants that spread constants grow without end. */
export const MOST_NODES = 200_000;
/** Letters all its texts may come to, for the same reason. */
export const MOST_LETTERS = 4_000_000;
export const DEEPEST = 200;

/** What an expression comes to: data, nothing at all (`undefined`), or why it can't be told. */
export type Value =
  | Tree
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unread'; readonly at: Place; readonly why: string };

export const NOTHING = { kind: 'nothing' } as const;

export const isTree = (value: Value): value is Tree => value.kind !== 'nothing' && value.kind !== 'unread';

/** Why a value is left out, most of the time. */
export const RUN = 'this is computed when the file runs, and it is not run here';

export const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '**': (a, b) => a ** b,
  '%': (a, b) => a % b,
};

/** `a.b.c` of names only; null for anything else. */
export function pathOf(node: AnyNode): string | null {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression') return null;
  const object = pathOf(node.object);
  if (object === null) return null;
  const { property } = node;
  if (!node.computed && property.type === 'Identifier') return `${object}.${property.name}`;
  return node.computed && property.type === 'Literal' && typeof property.value === 'string'
    ? `${object}.${property.value}`
    : null;
}

/** Texts with something between them. */
export const separated = (texts: readonly Text[], separator: string): Text =>
  texts.flatMap((text, index) => (index === 0 ? [...text] : [separator, ...text]));
