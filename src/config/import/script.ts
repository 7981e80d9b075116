import type { AnyNode, ImportDeclaration, ModuleDeclaration, Program, Statement, VariableDeclaration } from 'acorn';
import type { Place } from '../problem.ts';
import type { MapNode, Tree } from '../tree.ts';
import type { Gathering } from './gathering.ts';
import { Evaluator } from './script-value.ts';
import { pathOf } from './script-words.ts';

/**
 * Reads a configuration that is a program (JavaScript, or the JSON with comments that PM2 takes) as data: literals, constants,
 * `process.env`, paths. Nothing of it is ever run. What can't be read so is left out and told with its place.
 *
 * @param expression the text is one value, as in a `.json` file
 * @returns null, and a problem, when there is nothing to use
 */
export async function readScript(text: string, expression: boolean, gathering: Gathering): Promise<Tree | null> {
  const { parse } = await import('acorn');
  // The bracket stands on a line of its own: places must stay those of the file.
  const source = expression ? `(\n${text}\n)` : text;
  const shift = expression ? 1 : 0;
  const place = (node: { loc?: { start: { line: number; column: number } } | null }, path = ''): Place => ({
    file: gathering.file,
    line: Math.max(1, (node.loc?.start.line ?? 1) - shift),
    column: (node.loc?.start.column ?? 0) + 1,
    path,
  });
  try {
    const program = parse(source, {
      ecmaVersion: 'latest',
      sourceType: /^\s*(import|export)\b/m.test(text) && !expression ? 'module' : 'script',
      locations: true,
      allowHashBang: true,
      allowReturnOutsideFunction: true,
    });
    return new Script(gathering, place).read(program);
  } catch (error) {
    // Brackets in brackets end in a RangeError of the recursive parser.
    if (error instanceof RangeError) gathering.refuse(gathering.wholeFile, 'the file is nested too deeply');
    else {
      const { loc } = error as { loc?: { line: number; column: number } };
      if (loc === undefined) throw error;
      const where = place({ loc: { start: loc } });
      gathering.refuse(where, 'this is not JavaScript as node reads it', 'look for a missing comma, quote or bracket');
    }
    return null;
  }
}

type Put = (name: string, node: AnyNode) => void;

class Script {
  readonly #gathering: Gathering;
  readonly #place: (node: AnyNode, path?: string) => Place;
  readonly #values: Evaluator;
  #exported: AnyNode | null = null;
  readonly #parts = new Map<string, AnyNode>();

  constructor(gathering: Gathering, place: (node: AnyNode, path?: string) => Place) {
    this.#gathering = gathering;
    this.#place = place;
    this.#values = new Evaluator(gathering, place);
  }

  read(program: Program): Tree | null {
    for (const statement of program.body) this.#statement(statement);
    if (this.#exported === null && this.#parts.size === 0) {
      this.#gathering.refuse(
        this.#gathering.wholeFile,
        'the file exports nothing',
        'it needs module.exports = { apps: [...] }',
      );
      return null;
    }
    const whole = this.#exported === null ? null : this.#values.tree(this.#exported, '');
    if (this.#values.exceeded) {
      this.#gathering.refuse(this.#gathering.wholeFile, 'the file comes to more than a session can have');
      return null;
    }
    if (this.#exported !== null && whole === null) {
      this.#gathering.refuse(
        this.#place(this.#exported),
        'what the file exports is computed when it runs, and it is not run here',
        COMPUTED,
      );
      return null;
    }
    if (this.#parts.size === 0 || (whole !== null && whole.kind !== 'map')) return whole;
    const at = whole?.at ?? this.#place(program);
    const entries: MapNode['entries'] = new Map(whole?.kind === 'map' ? whole.entries : []);
    for (const [name, value] of this.#parts) {
      const node = this.#values.tree(value, name);
      if (node !== null) entries.set(name, { at: this.#place(value, name), node });
    }
    return { kind: 'map', at, entries, partial: false };
  }

  #statement(statement: Statement | ModuleDeclaration): void {
    switch (statement.type) {
      case 'VariableDeclaration':
        return this.#declare(statement);
      case 'ImportDeclaration':
        return this.#import(statement);
      case 'ExportNamedDeclaration':
        if (statement.declaration?.type === 'VariableDeclaration') {
          this.#declare(statement.declaration, (name, node) => this.#parts.set(name, node));
          return;
        }
        break;
      case 'ExportDefaultDeclaration':
        this.#exported = statement.declaration;
        return;
      case 'ExpressionStatement':
        if (this.#expression(statement.expression)) return;
        break;
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
      case 'EmptyStatement':
        return;
      default:
        break;
    }
    this.#gathering.leave(
      this.#place(statement),
      null,
      'this statement is not carried out: the file is read as data, and never run',
      'what it changes is missing in the result',
    );
  }

  /** @returns whether the expression says what the file is, or nothing at all. */
  #expression(expression: AnyNode): boolean {
    if (expression.type === 'Literal') return true; // 'use strict'
    // (...) around the whole file: JSON.
    if (expression.type === 'ObjectExpression' || expression.type === 'ArrayExpression') {
      this.#exported = expression;
      return true;
    }
    if (expression.type === 'CallExpression' && isDotenv(expression)) {
      this.#gathering.leave(
        this.#place(expression),
        null,
        'dotenv fills the environment from a file when PM2 reads this',
        'name that file as `env_file` of the agents that need it',
      );
      return true;
    }
    if (expression.type !== 'AssignmentExpression' || expression.operator !== '=') return false;
    const target = pathOf(expression.left);
    if (target === 'module.exports' || target === 'exports') {
      // exports = module.exports = {...}
      if (expression.right.type === 'AssignmentExpression') return this.#expression(expression.right);
      this.#exported = expression.right;
      return true;
    }
    const part = /^(?:module\.)?exports\.([A-Za-z_]\w*)$/.exec(target ?? '')?.[1];
    if (part === undefined) return false;
    if (part === 'default') this.#exported = expression.right;
    else this.#parts.set(part, expression.right);
    return true;
  }

  #declare({ kind, declarations }: VariableDeclaration, also: Put = () => {}): void {
    for (const { id, init } of declarations) {
      const source = required(init);
      if (id.type === 'Identifier') {
        if (source !== null) this.#values.module(id.name, source);
        else if (init !== null && init !== undefined) this.#values.constant(id.name, init, kind === 'const');
        if (init !== null && init !== undefined) also(id.name, init);
      } else if (id.type === 'ObjectPattern' && source !== null) {
        for (const property of id.properties)
          if (
            property.type === 'Property' &&
            property.key.type === 'Identifier' &&
            property.value.type === 'Identifier'
          )
            this.#values.module(property.value.name, `${source}.${property.key.name}`);
      }
    }
  }

  #import({ source, specifiers }: ImportDeclaration): void {
    const from = moduleName(String(source.value));
    for (const { type, local, ...rest } of specifiers) {
      const imported = 'imported' in rest && rest.imported.type === 'Identifier' ? rest.imported.name : '';
      this.#values.module(local.name, type === 'ImportSpecifier' ? `${from}.${imported}` : from);
    }
  }
}

const COMPUTED =
  'write the values out, or export them: node -p "JSON.stringify(require(\'./ecosystem.config.js\'))" > apps.json, and import that';

const moduleName = (name: string): string => name.replace(/^node:/, '');

/** The name of the module in `require('name')`, null for anything else. */
function required(init: AnyNode | null | undefined): string | null {
  if (init?.type !== 'CallExpression' || init.callee.type !== 'Identifier' || init.callee.name !== 'require')
    return null;
  const [name] = init.arguments;
  return name?.type === 'Literal' && typeof name.value === 'string' ? moduleName(name.value) : null;
}

const isDotenv = (call: Extract<AnyNode, { type: 'CallExpression' }>): boolean =>
  required(call)?.startsWith('dotenv') === true ||
  (call.callee.type === 'MemberExpression' &&
    (required(call.callee.object)?.startsWith('dotenv') === true || pathOf(call.callee) === 'dotenv.config'));
