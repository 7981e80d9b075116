import { nearest } from '../base/index.ts';
import * as z from 'zod';
import { type Place, type Problem, problemAt, quoted } from './problem.ts';
import { childOf, entryOf, nodeAt, type Path, toPlain, type Tree, without } from './tree.ts';

type Issue = z.core.$ZodIssue;

/** Judges a tree by a schema. @returns its problems, and the tree without what they are about, which fits the schema. */
export function checkShape(schema: z.ZodType, tree: Tree): { problems: Problem[]; tree: Tree } {
  const result = schema.safeParse(toPlain(tree));
  if (result.success) return { problems: [], tree };
  const problems: Problem[] = [];
  const wrong: Path[] = [];
  for (const issue of result.error.issues.flatMap((each) => meantBranch(each, [], tree))) {
    for (const { path, problem } of describe(issue, tree, schema)) {
      problems.push(problem);
      wrong.push(path);
    }
  }
  return { problems, tree: without(tree, wrong) };
}

/** @returns the keys a map at this path may have: what a misspelled one is compared with. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  let found: z.ZodType[] = [schema];
  for (const key of path) found = found.flatMap(unwrap).flatMap((each) => below(each, String(key)));
  return found.flatMap(unwrap).flatMap((each) => (each instanceof z.ZodObject ? Object.keys(each.shape) : []));
}

/** A schema without the wrappers around it; a union as its branches. */
function unwrap(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodLazy) return unwrap(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(unwrap);
  return [schema];
}

function below(schema: z.ZodType, key: string): z.ZodType[] {
  if (schema instanceof z.ZodObject) return key in schema.shape ? [schema.shape[key] as z.ZodType] : [];
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType];
  return schema instanceof z.ZodArray ? [schema.element as z.ZodType] : [];
}

/** The issues of a union's branch that fits the kind of value that is there, with whole paths. */
function meantBranch(issue: Issue, above: Path, tree: Tree): Issue[] {
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union') return [{ ...issue, path: path as PropertyKey[] }];
  const value = nodeAt(tree, path);
  const branches = issue.errors.filter((branch) => branch.length > 0 && !branch.some((each) => otherKind(each, value)));
  const meant = branches.at(-1);
  if (meant !== undefined) return meant.flatMap((each) => meantBranch(each, path, tree));
  const expected = [
    ...new Set(
      issue.errors.flatMap((branch) => branch.flatMap((each) => (each.path.length === 0 ? expectedOf(each) : []))),
    ),
  ];
  const hints = issue.errors
    .flat()
    .flatMap((each) => (each.path.length === 0 ? each.message.split('\n').slice(1) : []));
  const hint = hints.length === 1 ? `\n${hints[0]}` : '';
  const custom =
    issue.message === 'Invalid input' ? `this must be ${listOr(expected)}, not ${kindOf(value)}${hint}` : issue.message;
  return [{ code: 'custom', path: path as PropertyKey[], message: custom } as Issue];
}

/** Whether a branch was left at its door: it wants another kind of value altogether. */
function otherKind(issue: Issue, value: Tree | undefined): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_type') return true;
  if (issue.code === 'invalid_union')
    return issue.errors.every((branch) => branch.some((each) => otherKind(each, value)));
  if (issue.code !== 'invalid_value') return false;
  if (value?.kind !== 'scalar') return true;
  // One fixed word (`off`, `max`) is an alternative to what is meant; a choice of several words is what is meant.
  return issue.values.length < 2 || !issue.values.some((each) => typeof each === typeof value.value);
}

const KINDS: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'nothing',
};

function expectedOf(issue: Issue): string[] {
  if (issue.code === 'invalid_type') {
    const [first] = issue.message.split('\n');
    return first?.startsWith('this must be ') ? [first.slice(13)] : [KINDS[issue.expected] ?? issue.expected];
  }
  if (issue.code === 'invalid_value')
    return issue.values.filter((each) => each !== false).map((each) => `\`${String(each)}\``);
  if (issue.code === 'invalid_union') return issue.errors.flatMap((branch) => branch.flatMap(expectedOf));
  return [];
}

function kindOf(node: Tree | undefined): string {
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return 'nothing';
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'a map' : 'a list';
  return KINDS[typeof node.value] ?? 'this';
}

const listOr = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? 'something else') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

/** Values under `env` and `env_file` may be secrets, and those of channels: nothing of them is shown. */
const secret = (path: Path): boolean =>
  path.some((key, at) => key === 'env' || key === 'env_file' || (key === 'channels' && path[at - 1] === 'notices'));

type Found = { path: Path; problem: Problem };

function describe(issue: Issue, tree: Tree, schema: z.ZodType): Found[] {
  const path = issue.path;
  const node = nodeAt(tree, path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(path, key, tree, keysAt(schema, path)));
  const parent = nodeAt(tree, path.slice(0, -1));
  const key = String(path.at(-1) ?? '');
  if (issue.code === 'invalid_key') {
    const [message = '', hint = ''] = (issue.issues[0]?.message ?? '').split('\n');
    const at = entryOf(parent, key)?.at ?? placeOf(tree, path);
    // Under env a wrong key is often a whole line NAME=secret: it is neither shown nor part of the path.
    const shown = secret(path) ? { ...at, path: parent?.at.path ?? '' } : at;
    return [{ path, problem: problemAt(shown, message, hint) }];
  }
  if (node === undefined) return parent?.kind === 'map' && parent.partial ? [] : [missingKey(path, parent, tree)];
  return [{ path, problem: wrongValue(issue, node, path) }];
}

function unknownKey(path: Path, key: string, tree: Tree, known: readonly string[]): Found {
  const parent = nodeAt(tree, path);
  const at = entryOf(parent, key)?.at ?? placeOf(tree, path);
  const meant = nearest(key, known);
  const hint = meant === null ? `keys here: ${known.join(', ')}` : `did you mean ${quoted(meant)}?`;
  return { path: [...path, key], problem: problemAt(at, `unknown key ${quoted(key)}`, hint) };
}

function missingKey(path: Path, parent: Tree | undefined, tree: Tree): Found {
  const key = String(path.at(-1) ?? '');
  const at = parent?.at ?? placeOf(tree, path);
  const where = { ...at, path: at.path === '' ? key : `${at.path}.${key}` };
  return { path, problem: problemAt(where, `${quoted(key)} is missing`, MISSING[key] ?? '') };
}

const MISSING: Readonly<Record<string, string>> = {
  version: 'add the line version: 1',
  session: 'add a name for the tmux session, such as session: garden',
  agents: 'add agents, such as agents: { kaede: { type: worker } }',
};

function wrongValue(issue: Issue, node: Tree, path: Path): Problem {
  const shown = node.kind === 'scalar' && !secret(path) ? quoted(String(node.source)) : kindOf(node);
  if (issue.code === 'invalid_type' && !issue.message.startsWith('this ') && !issue.message.startsWith('the ')) {
    const hint =
      issue.expected === 'string' && node.kind === 'scalar' && node.value !== null ? 'put quotes around it' : '';
    return problemAt(node.at, `this must be ${KINDS[issue.expected] ?? issue.expected}, not ${kindOf(node)}`, hint);
  }
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid')) {
    const words = issue.values.map(String);
    const meant = node.kind === 'scalar' ? nearest(String(node.value), words) : null;
    const hint = meant === null ? `possible: ${words.join(', ')}` : `did you mean ${quoted(meant)}?`;
    return problemAt(node.at, `${shown} is not possible here`, hint);
  }
  const [message = '', hint = ''] = issue.message.split('\n');
  const value = node.kind === 'scalar' && node.value !== null && !secret(path) ? `, not ${shown}` : '';
  return problemAt(
    node.at,
    message.startsWith('this must be ') && !message.includes(', not ') ? `${message}${value}` : message,
    hint,
  );
}

/** The place of a path, or of the nearest node above it that is there. */
function placeOf(tree: Tree, path: Path): Place {
  let node: Tree = tree;
  for (const key of path) {
    const child = childOf(node, key);
    if (child === undefined) break;
    node = child;
  }
  return node.at;
}
