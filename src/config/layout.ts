import { posix } from 'node:path';
import * as z from 'zod';
import { nearest } from '../base/index.ts';
import type { LayoutNode, LayoutSpec } from '../protocol/index.ts';
import { checkShape } from './check.ts';
import { Context } from './context.ts';
import { type ConfigPorts, readText } from './ports.ts';
import { inOrder, type Place, type Problem, problemAt, quoted, wholeFile } from './problem.ts';
import { readYaml } from './read-yaml.ts';
import { between, line, whole } from './scalars.ts';
import { childOf, entryOf, type MapNode, mapOf, type Tree } from './tree.ts';

export type LoadedLayout = { ok: true; layout: LayoutSpec; file: string } | { ok: false; problems: Problem[] };

const Length = z
  .union(
    [
      whole(1, 1_000),
      z
        .string()
        .regex(/^(100|[1-9][0-9]?(\.[0-9]+)?)%$/, { error: 'this must be a number of cells or a share like 30%' }),
    ],
    {
      error: 'this must be a number of cells or a share like 30%',
    },
  )
  .meta({ id: 'Length', description: 'Character cells, or a share of the area that is being cut (`30%`).' });

const NODES = ['row', 'column', 'pane', 'agents'] as const;

const Node: z.ZodType = z.lazy(() =>
  z
    .strictObject({
      row: z.array(Node).min(1, { error: 'this row is empty' }).meta({ description: 'Nodes side by side.' }),
      column: z
        .array(Node)
        .min(1, { error: 'this column is empty' })
        .meta({ description: 'Nodes on top of each other.' }),
      pane: z.enum(['dashboard', 'agent']).meta({ description: 'One pane: for the next agent, or for the dashboard.' }),
      agents: z
        .literal('grid', { error: 'the only arrangement of agents is grid\nwrite agents: grid' })
        .meta({ description: 'Panes for the next agents, filled row by row.' }),
      columns: z
        .union([z.literal('auto'), whole(1, 100)], { error: 'this must be a number or `auto`' })
        .meta({ description: 'Columns of the grid.', default: 'auto' }),
      most: whole(1, 1_000).meta({ description: 'Most agents here in one window; as many as fit unless given.' }),
      size: Length.meta({ description: 'Length along the row or column it is in.' }),
      max: Length.meta({ description: 'Upper bound of `size`.' }),
      weight: between(0.01, 1_000).meta({ description: 'Share of what sized nodes leave.', default: 1 }),
    })
    .partial()
    .meta({ id: 'Node', description: 'Each node is one of `row`, `column`, `pane` and `agents`.' }),
);

export const LayoutFile = z
  .strictObject({
    name: line(64).meta({ description: 'Name of the layout; that of the file unless given.' }).optional(),
    description: line(200).meta({ description: 'One line about it.' }).optional(),
    min_pane: z
      .strictObject({
        width: whole(1, 1_000).meta({ description: 'Columns.', default: 20 }).optional(),
        height: whole(1, 1_000).meta({ description: 'Rows.', default: 4 }).optional(),
      })
      .optional()
      .meta({ description: 'Smaller panes are not made: agents that do not fit get another window.' }),
    root: Node.meta({ description: 'What the window is cut into.' }),
  })
  .meta({ title: 'layout', description: 'How a window is cut into panes.' });

/** Nodes one layout may have: a window of 1,000 columns holds no more panes. */
const MOST_NODES = 500;

const isPath = (name: string): boolean => name.includes('/') || /\.ya?ml$/.test(name);

/** Where layouts are looked for, the project's own first. */
const foldersOf = (ports: ConfigPorts, project: string | undefined): string[] => [
  ...(project === undefined ? [] : [posix.join(project, 'layouts')]),
  ...ports.layoutDirs,
];

/** @returns name and file of every layout there is; of two with one name the first counts. */
export function layoutFiles(ports: ConfigPorts, project?: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of foldersOf(ports, project)) {
    let names: string[] = [];
    try {
      names = ports.listDir(folder);
    } catch {
      continue; // most projects have no layouts of their own
    }
    for (const file of names.filter((name) => /\.ya?ml$/.test(name)).sort()) {
      const name = file.replace(/\.ya?ml$/, '');
      if (!found.has(name)) found.set(name, posix.join(folder, file));
    }
  }
  return found;
}

/**
 * @param nameOrFile name of a layout, or path of a YAML file relative to `project`
 * @param asked where the name was written, for the problem of an unknown one
 */
export function loadLayout(nameOrFile: string, ports: ConfigPorts, project?: string, asked?: Place): LoadedLayout {
  const place = asked ?? { ...wholeFile(nameOrFile), path: '' };
  const known = layoutFiles(ports, project);
  const context = new Context(ports, project ?? '/');
  const path = isPath(nameOrFile) ? context.locate(nameOrFile) : known.get(nameOrFile);
  if (path === undefined) {
    const meant = nearest(nameOrFile, [...known.keys()]);
    const hint =
      meant === null ? `there are: ${[...known.keys()].join(', ') || 'none'}` : `did you mean ${quoted(meant)}?`;
    return { ok: false, problems: [problemAt(place, `there is no layout ${quoted(nameOrFile)}`, hint)] };
  }
  const file = readText(ports, path);
  if (!file.ok) return { ok: false, problems: [problemAt(place, `the layout ${quoted(nameOrFile)} ${file.why}`)] };
  return parseLayout(file.text, path);
}

/** @param file its path, for the problems and the name */
export function parseLayout(text: string, file: string): LoadedLayout {
  const read = readYaml(text, file);
  const problems = [...read.problems];
  if (read.tree === null) return { ok: false, problems };
  const shape = checkShape(LayoutFile, read.tree);
  problems.push(...shape.problems);
  const add = (place: Place, message: string, hint = ''): void => void problems.push(problemAt(place, message, hint));
  const tree = mapOf(shape.tree, read.tree.at);
  const count = { nodes: 0, agents: 0, dashboards: 0 };
  const root = childOf(tree, 'root');
  const node = root === undefined ? null : readNode(root, count, add);
  if (count.nodes > MOST_NODES) add(tree.at, `a layout has at most ${MOST_NODES} nodes`);
  if (count.dashboards > 1 && root !== undefined)
    add(root.at, 'there is more than one pane for the dashboard', 'keep one');
  if (count.agents === 0 && root !== undefined && problems.length === 0) {
    add(root.at, 'there is no place for an agent', 'add `agents: grid` or `pane: agent`');
  }
  if (problems.length > 0 || node === null) return { ok: false, problems: inOrder(problems) };
  const name = scalar(tree, 'name') ?? posix.basename(file).replace(/\.ya?ml$/, '');
  const least = childOf(tree, 'min_pane');
  const minPane = { width: Number(scalar(least, 'width') ?? 20), height: Number(scalar(least, 'height') ?? 4) };
  const layout = { name: String(name), description: String(scalar(tree, 'description') ?? ''), minPane, root: node };
  return { ok: true, layout, file };
}

function scalar(tree: Tree | undefined, key: string): string | number | undefined {
  const node = childOf(tree, key);
  return node?.kind === 'scalar' ? (node.value as string | number) : undefined;
}

type Add = (place: Place, message: string, hint?: string) => void;
type Count = { nodes: number; agents: number; dashboards: number };

function readNode(tree: Tree, count: Count, add: Add): LayoutNode | null {
  count.nodes += 1;
  if (tree.kind !== 'map') return null;
  const kinds = NODES.filter((kind) => tree.entries.has(kind));
  const [kind, second] = kinds;
  if (kind === undefined) {
    if (!tree.partial) add(tree.at, 'this node is none of row, column, pane and agents', 'give it one of them');
    return null;
  }
  if (second !== undefined)
    add(
      entryOf(tree, second)?.at ?? tree.at,
      `\`${kind}\` and \`${second}\` exclude each other`,
      'put them into a row or a column',
    );
  if (kind !== 'agents') {
    const stray = ['columns', 'most'].find((key) => tree.entries.has(key));
    if (stray !== undefined) add(entryOf(tree, stray)?.at ?? tree.at, `\`${stray}\` only goes with \`agents: grid\``);
  }
  const sized = sizeOf(tree);
  if (kind === 'pane') {
    const pane = scalar(tree, 'pane') === 'dashboard' ? 'dashboard' : 'agent';
    count[pane === 'agent' ? 'agents' : 'dashboards'] += 1;
    return { ...sized, pane };
  }
  if (kind === 'agents') {
    count.agents += 1;
    const most = scalar(tree, 'most');
    const columns = scalar(tree, 'columns') ?? 'auto';
    return {
      ...sized,
      agents: 'grid',
      columns: columns as number | 'auto',
      ...(most === undefined ? {} : { most: Number(most) }),
    };
  }
  const list = childOf(tree, kind);
  const nodes = list?.kind === 'list' ? list.items.flatMap((item) => readNode(item, count, add) ?? []) : [];
  return kind === 'row' ? { ...sized, row: nodes } : { ...sized, column: nodes };
}

function sizeOf(tree: MapNode): { size?: number | string; max?: number | string; weight?: number } {
  const [size, max, weight] = ['size', 'max', 'weight'].map((key) => scalar(tree, key));
  return {
    ...(size === undefined ? {} : { size }),
    ...(max === undefined ? {} : { max }),
    ...(weight === undefined ? {} : { weight: Number(weight) }),
  };
}

/** Every layout there is with its description; one that does not load is left out and its problems are told apart. */
export function listLayouts(
  ports: ConfigPorts,
  project?: string,
): { layouts: { name: string; description: string; file: string }[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const layouts: { name: string; description: string; file: string }[] = [];
  for (const [name, file] of layoutFiles(ports, project)) {
    const loaded = loadLayout(file, ports);
    if (loaded.ok) layouts.push({ name, description: loaded.layout.description, file });
    else problems.push(...loaded.problems);
  }
  return { layouts, problems };
}
