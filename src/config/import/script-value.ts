import type { AnyNode, CallExpression, ObjectExpression, Property } from 'acorn';
import { type Place, quoted } from '../problem.ts';
import { childOf, type MapNode, type Tree } from '../tree.ts';
import type { Gathering } from './gathering.ts';
import { called } from './script-call.ts';
import {
  ARITHMETIC,
  DEEPEST,
  isTree,
  MOST_LETTERS,
  MOST_NODES,
  NOTHING,
  pathOf,
  RUN,
  type Value,
} from './script-words.ts';
import { literalOf, resolved, spelled, type Text, textOf, type TextNode } from './text.ts';

/** Finds out what expressions come to, without running anything. */
export class Evaluator {
  readonly #gathering: Gathering;
  readonly #place: (node: AnyNode, path?: string) => Place;
  readonly #constants = new Map<string, { readonly init: AnyNode; readonly fixed: boolean }>();
  /** Names that stand for a module or a part of one: `path`, `path.join`. */
  readonly #modules = new Map<string, string>();
  readonly #open = new Set<string>();
  #nodes = 0;
  #letters = 0;
  #depth = 0;

  constructor(gathering: Gathering, place: (node: AnyNode, path?: string) => Place) {
    this.#gathering = gathering;
    this.#place = place;
  }

  constant(name: string, init: AnyNode, fixed: boolean): void {
    this.#constants.set(name, { init, fixed });
  }

  module(name: string, source: string): void {
    this.#modules.set(name, source);
  }

  /** It came to more than can be read: what there is of it is a piece. */
  get exceeded(): boolean {
    return this.#nodes > MOST_NODES || this.#letters > MOST_LETTERS;
  }

  /** The data an expression comes to; null, and a word about why, when that can't be told. */
  tree(node: AnyNode, path: string): Tree | null {
    const value = this.#value(node, path);
    if (isTree(value)) return value;
    if (value.kind === 'unread')
      this.#gathering.leave(
        { ...value.at, path },
        null,
        value.why,
        'write the value out; nothing was taken over for it',
      );
    return null;
  }

  #value(node: AnyNode, path: string): Value {
    this.#nodes += 1;
    this.#depth += 1;
    try {
      if (this.exceeded) return this.#unread(node, 'the file comes to more than can be read');
      if (this.#depth > DEEPEST) return this.#unread(node, `this is nested more than ${DEEPEST} deep`);
      return this.#read(node, path);
    } finally {
      this.#depth -= 1;
    }
  }

  #read(node: AnyNode, path: string): Value {
    switch (node.type) {
      case 'Literal':
        return this.#literal(node, path);
      case 'TemplateLiteral':
        return this.#joined(
          node,
          path,
          node.quasis.flatMap((quasi, index) => [
            quasi.value.cooked ?? '',
            ...node.expressions.slice(index, index + 1),
          ]),
        );
      case 'ArrayExpression':
        return this.#list(node, path);
      case 'ObjectExpression':
        return this.#map(node, path);
      case 'Identifier':
        return this.#name(node, node.name, path);
      case 'MemberExpression':
        return this.#member(node, path);
      case 'ChainExpression':
      case 'ParenthesizedExpression':
        return this.#value(node.expression, path);
      case 'CallExpression':
        return this.#call(node, path);
      case 'UnaryExpression':
        return this.#unary(node, path);
      case 'BinaryExpression':
        return this.#binary(node, path);
      case 'LogicalExpression':
        return this.#logical(node, path);
      case 'ConditionalExpression': {
        const test = this.#truth(node.test);
        return test === null
          ? this.#unread(node.test, RUN)
          : this.#value(test ? node.consequent : node.alternate, path);
      }
      default:
        return this.#unread(node, /Function/.test(node.type) ? 'a function is no value' : RUN);
    }
  }

  #literal(node: Extract<AnyNode, { type: 'Literal' }>, path: string): Value {
    const { value } = node;
    if (value === null && node.raw === 'null') return this.#scalar(node, null, path);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return this.#scalar(node, value, path);
    return this.#unread(
      node,
      node.regex === undefined || node.regex === null ? RUN : 'a regular expression is no text',
    );
  }

  #scalar(node: AnyNode, value: string | number | boolean | null, path: string): Tree {
    if (typeof value === 'string') this.#letters += value.length;
    return { kind: 'scalar', at: this.#place(node, path), value, source: String(value) };
  }

  #text(node: AnyNode, parts: Text, path: string): Tree {
    const whole: Text[number][] = [];
    for (const part of parts) {
      const last = whole.at(-1);
      if (typeof part === 'string' && typeof last === 'string') whole[whole.length - 1] = last + part;
      else if (part !== '') whole.push(part);
    }
    const [only] = whole;
    if (whole.length === 0 || (whole.length === 1 && typeof only === 'string'))
      return this.#scalar(node, literalOf(whole) ?? '', path);
    const value = spelled(whole);
    this.#letters += value.length;
    const found: TextNode = { kind: 'scalar', at: this.#place(node, path), value, source: value, parts: whole };
    return found;
  }

  #joined(node: AnyNode, path: string, pieces: readonly (string | AnyNode)[]): Value {
    const parts: Text[number][] = [];
    for (const piece of pieces) {
      if (typeof piece === 'string') parts.push(piece);
      else {
        const value = this.#value(piece, path);
        const text = isTree(value) ? textOf(value) : null;
        if (text === null) return value.kind === 'unread' ? value : this.#unread(piece, RUN);
        parts.push(...text);
      }
    }
    return this.#text(node, parts, path);
  }

  #list(node: Extract<AnyNode, { type: 'ArrayExpression' }>, path: string): Value {
    const items: Tree[] = [];
    for (const element of node.elements) {
      if (element === null) continue;
      const spread = element.type === 'SpreadElement';
      const here = `${path === '' ? '' : `${path}.`}${items.length}`;
      const value = this.tree(spread ? element.argument : element, here);
      if (value === null) continue;
      if (!spread) items.push(value);
      else if (value.kind === 'list') {
        this.#nodes += value.items.length;
        items.push(...value.items);
      } else this.#gathering.leave(this.#place(element, here), null, RUN, '');
      if (this.#nodes > MOST_NODES) break;
    }
    return { kind: 'list', at: this.#place(node, path), items };
  }

  #map(node: ObjectExpression, path: string): Value {
    const entries: MapNode['entries'] = new Map();
    for (const property of node.properties) {
      if (property.type === 'SpreadElement') {
        const value = this.tree(property.argument, path);
        // A spread of nothing adds nothing, as in { ...(process.env.CI && {...}) }.
        if (value?.kind === 'map') for (const [key, entry] of value.entries) entries.set(key, entry);
        this.#nodes += value?.kind === 'map' ? value.entries.size : 0;
        continue;
      }
      const name = this.#keyOf(property);
      const at = this.#place(property, path === '' ? (name ?? '') : `${path}.${name ?? ''}`);
      if (name === null || name === '__proto__') {
        this.#gathering.leave(
          at,
          null,
          name === null ? `the name of this key is computed: ${RUN}` : 'the key `__proto__` is not allowed',
          '',
        );
        continue;
      }
      if (property.kind !== 'init' || property.method) {
        this.#gathering.leave(at, null, 'a function is no value', '');
        continue;
      }
      const value = this.tree(property.value, at.path);
      if (value !== null) entries.set(name, { at, node: value });
    }
    return { kind: 'map', at: this.#place(node, path), entries, partial: false };
  }

  #keyOf({ key, computed }: Property): string | null {
    if (!computed && key.type === 'Identifier') return key.name;
    if (key.type === 'Literal') return String(key.value);
    const value = this.#value(key, '');
    return isTree(value) && value.kind === 'scalar' && !('parts' in value) ? String(value.value) : null;
  }

  #name(node: AnyNode, name: string, path: string): Value {
    if (name === 'undefined') return NOTHING;
    if (name === '__dirname') return this.#scalar(node, this.#gathering.from, path);
    if (name === '__filename') return this.#scalar(node, this.#gathering.file, path);
    const known = this.#constants.get(name);
    if (known === undefined) return this.#unread(node, `${quoted(name)} is not written in this file`);
    if (!known.fixed)
      return this.#unread(node, `${quoted(name)} may change while the file runs: declare it with const`);
    if (this.#open.has(name)) return this.#unread(node, `${quoted(name)} is made of itself`);
    this.#open.add(name);
    try {
      return this.#value(known.init, path);
    } finally {
      this.#open.delete(name);
    }
  }

  #member(node: Extract<AnyNode, { type: 'MemberExpression' }>, path: string): Value {
    const name = pathOf(node);
    const variable = /^process\.env\.([A-Za-z_]\w*)$/.exec(name ?? '')?.[1];
    if (variable !== undefined) return this.#text(node, [{ name: variable, otherwise: null, required: false }], path);
    if (name === 'process.env') return this.#unread(node, 'this is the whole environment: agents have it anyway');
    if (name === 'import.meta.dirname') return this.#scalar(node, this.#gathering.from, path);
    const object = this.#value(node.object, path);
    if (!isTree(object)) return object.kind === 'nothing' ? NOTHING : object;
    const key = node.computed ? this.#value(node.property, '') : null;
    const word =
      key === null
        ? node.property.type === 'Identifier'
          ? node.property.name
          : ''
        : isTree(key) && key.kind === 'scalar'
          ? String(key.value)
          : '';
    return object.kind === 'scalar' ? this.#unread(node, RUN) : (childOf(object, word) ?? NOTHING);
  }

  #unary({ operator, argument, ...rest }: Extract<AnyNode, { type: 'UnaryExpression' }>, path: string): Value {
    const node = { operator, argument, ...rest } as AnyNode;
    if (operator === '!') {
      const truth = this.#truth(argument);
      return truth === null ? this.#unread(node, RUN) : this.#scalar(node, !truth, path);
    }
    const value = this.#value(argument, path);
    if (!isTree(value) || value.kind !== 'scalar' || (operator !== '-' && operator !== '+'))
      return this.#unread(node, RUN);
    if ('parts' in value) return operator === '+' ? value : this.#unread(node, RUN);
    const number = Number(value.value) * (operator === '-' ? -1 : 1);
    return Number.isFinite(number) ? this.#scalar(node, number, path) : this.#unread(node, RUN);
  }

  #binary(node: Extract<AnyNode, { type: 'BinaryExpression' }>, path: string): Value {
    const { operator, left, right } = node;
    if (/^[!=]==?$/.test(operator)) {
      const truth = this.#truth(node);
      return truth === null ? this.#unread(node, RUN) : this.#scalar(node, truth, path);
    }
    if (left.type === 'PrivateIdentifier') return this.#unread(node, RUN);
    const [a, b] = [this.#value(left, path), this.#value(right, path)];
    if (a.kind === 'unread') return a;
    if (b.kind === 'unread') return b;
    const [x, y] = [a, b].map((each) => (each.kind === 'scalar' && typeof each.value === 'number' ? each.value : null));
    if (typeof x === 'number' && typeof y === 'number') {
      const result = ARITHMETIC[operator]?.(x, y);
      return result === undefined || !Number.isFinite(result)
        ? this.#unread(node, RUN)
        : this.#scalar(node, result, path);
    }
    const texts = [a, b].map((each) => (isTree(each) ? textOf(each) : null));
    const [first, second] = texts;
    if (operator !== '+' || first === null || first === undefined || second === null || second === undefined)
      return this.#unread(node, RUN);
    return this.#text(node, [...first, ...second], path);
  }

  #logical(node: Extract<AnyNode, { type: 'LogicalExpression' }>, path: string): Value {
    const { operator, left, right } = node;
    if (operator === '&&') {
      const truth = this.#truth(left);
      if (truth === null) return this.#unread(left, RUN);
      return truth ? this.#value(right, path) : NOTHING;
    }
    const value = this.#value(left, path);
    if (value.kind === 'unread') return value;
    if (value.kind === 'nothing') return this.#value(right, path);
    if (value.kind !== 'scalar') return value;
    const parts = textOf(value);
    const [only] = parts ?? [];
    if (parts?.length === 1 && typeof only === 'object' && only.otherwise === null) {
      const other = this.#value(right, path);
      const otherwise = isTree(other) ? textOf(other) : null;
      // process.env.A || process.env.B: no notation has this.
      if (otherwise === null || otherwise.some((part) => typeof part === 'object'))
        return this.#chosen(node, only.name, value, other);
      return this.#text(node, [{ ...only, otherwise: literalOf(otherwise) }], path);
    }
    const present = operator === '??' ? value.value !== null : Boolean(value.value);
    return present ? value : this.#value(right, path);
  }

  /** One of two, by the environment as it is now; and that is told. */
  #chosen(node: AnyNode, variable: string, value: Tree, other: Value): Value {
    this.#dependsOn(node, [variable]);
    return this.#gathering.ports.env[variable] ? value : other;
  }

  #dependsOn(node: AnyNode, variables: readonly string[]): void {
    if (variables.length === 0) return;
    const names = [...new Set(variables)].map((name) => quoted(name)).join(', ');
    this.#gathering.leave(
      this.#place(node),
      null,
      `this depends on ${names}; it was read as that is here and now`,
      'for other environments write a profile',
    );
  }

  /** Whether an expression is true, by the environment as it is now; null when that can't be told. */
  #truth(node: AnyNode): boolean | null {
    if (node.type === 'UnaryExpression' && node.operator === '!') {
      const inner = this.#truth(node.argument);
      return inner === null ? null : !inner;
    }
    if (node.type === 'BinaryExpression' && /^[!=]==?$/.test(node.operator) && node.left.type !== 'PrivateIdentifier') {
      const [a, b] = [this.#present(node.left), this.#present(node.right)];
      return a === null || b === null ? null : (a === b) === node.operator.startsWith('=');
    }
    const value = this.#present(node);
    return value === null ? null : !['', 'false', '0', 'null', 'undefined'].includes(value);
  }

  /** What an expression is now, as text; null when that can't be told. */
  #present(node: AnyNode): string | null {
    const value = this.#value(node, '');
    if (value.kind === 'unread') return null;
    if (value.kind === 'nothing') return 'undefined';
    if (value.kind !== 'scalar') return 'true';
    const parts = textOf(value) ?? [String(value.value)];
    const variables = parts.flatMap((part) => (typeof part === 'object' ? [part.name] : []));
    this.#dependsOn(node, variables);
    return resolved(parts, this.#gathering.ports.env);
  }

  #call(node: CallExpression, path: string): Value {
    return called(node, {
      gathering: this.#gathering,
      modules: this.#modules,
      value: (one) => this.#value(one, path),
      scalar: (value) => this.#scalar(node, value, path),
      text: (parts) => this.#text(node, parts, path),
      unread: (one, why) => this.#unread(one, why),
    });
  }

  #unread(node: AnyNode, why: string): Value {
    return { kind: 'unread', at: this.#place(node), why };
  }
}
