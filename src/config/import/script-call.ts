import { posix } from 'node:path';
import type { AnyNode, CallExpression } from 'acorn';
import { quoted } from '../problem.ts';
import type { Tree } from '../tree.ts';
import type { Gathering } from './gathering.ts';
import { isTree, pathOf, RUN, separated, type Value } from './script-words.ts';
import { type Text, textOf } from './text.ts';

/** What is asked of the evaluator about the call. */
interface Asking {
  readonly gathering: Gathering;
  /** Names that stand for a module or a part of one. */
  readonly modules: ReadonlyMap<string, string>;
  value(node: AnyNode): Value;
  scalar(value: string): Tree;
  text(parts: Text): Tree;
  unread(node: AnyNode, why: string): Value;
}

/** What a call comes to: parts of paths, lists that are joined, texts and numbers as they are. All others are not made. */
export function called(node: CallExpression, asking: Asking): Value {
  const { callee } = node;
  if (callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.name === 'join') {
    const list = asking.value(callee.object);
    if (isTree(list) && list.kind === 'list') return joinList(node, list.items, asking);
  }
  const name = pathOf(callee) ?? '';
  const [head = '', ...rest] = name.split('.');
  const source = [asking.modules.get(head) ?? head, ...rest].join('.');
  const first = node.arguments[0];
  if (source === 'process.cwd') return asking.scalar(asking.gathering.here);
  if (source === 'os.homedir') return asking.scalar(asking.gathering.ports.home);
  if (
    ['String', 'Number', 'parseInt', 'parseFloat'].includes(source) &&
    first !== undefined &&
    first.type !== 'SpreadElement'
  )
    return asking.value(first);
  if (source === 'path.join' || source === 'path.resolve') return pathCall(node, source === 'path.resolve', asking);
  if (source === 'require') return asking.unread(node, 'this comes from another file, which is not run');
  return asking.unread(
    node,
    `${name === '' ? 'this' : quoted(`${name}()`)} is called when the file runs, and it is not run here`,
  );
}

function joinList(node: CallExpression, items: readonly Tree[], asking: Asking): Value {
  const [between] = node.arguments;
  const separator = between?.type === 'Literal' ? String(between.value) : ',';
  const texts = items.map(textOf);
  const found = texts.filter((text) => text !== null);
  if (found.length < texts.length) return asking.unread(node, RUN);
  return asking.text(separated(found, separator));
}

function pathCall(node: CallExpression, absolute: boolean, asking: Asking): Value {
  const parts: Text[] = [];
  for (const argument of node.arguments) {
    const value = asking.value(argument);
    const text = isTree(value) ? textOf(value) : null;
    if (text === null) return value.kind === 'unread' ? value : asking.unread(argument, RUN);
    parts.push(text);
  }
  const literal = parts.map((text) => (text.every((part) => typeof part === 'string') ? text.join('') : null));
  const plain = literal.filter((each) => each !== null);
  if (plain.length === parts.length)
    return asking.scalar(absolute ? posix.resolve(asking.gathering.here, ...plain) : posix.join(...plain));
  return asking.text(separated(parts, '/'));
}
