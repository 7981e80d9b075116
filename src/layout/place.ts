import type { LayoutNode, LayoutSpec } from '../protocol/index.ts';
import { type Area, type Box, group, type Slot } from './area.ts';
import { gridRows } from './grid.ts';
import { lengths, type Sized } from './share.ts';
import { SMALLEST } from './smallest.ts';

/** A layout node with its agents named and everything that stays empty taken out. */
type Filled = { readonly sized: Sized } & (
  | { readonly slot: Slot }
  | { readonly agents: readonly string[]; readonly columns: number | 'auto' }
  | { readonly direction: 'row' | 'column'; readonly children: readonly Filled[] }
);

/** How many of its kinds of places a layout has in one window. */
export interface Places {
  /** `pane: agent` nodes. */
  readonly panes: number;
  /** Agents that the grids take at most together; Infinity when one of them has no `most`. */
  readonly grids: number;
  readonly dashboard: boolean;
}

/** Counts the places of a layout. */
export function placesOf(node: LayoutNode): Places {
  if ('pane' in node) return { panes: node.pane === 'agent' ? 1 : 0, grids: 0, dashboard: node.pane === 'dashboard' };
  if ('agents' in node) return { panes: 0, grids: node.most ?? Number.POSITIVE_INFINITY, dashboard: false };
  return childrenOf(node)
    .map(placesOf)
    .reduce((a, b) => ({
      panes: a.panes + b.panes,
      grids: a.grids + b.grids,
      dashboard: a.dashboard || b.dashboard,
    }));
}

/**
 * Cuts `box` into panes for exactly these agents (and the dashboard), or returns null when one of the panes would be
 * smaller than the layout's `minPane`. The dashboard may be smaller: its size is what the layout gives it.
 */
export function place(spec: LayoutSpec, agents: readonly string[], dashboard: boolean, box: Box): Area | null {
  const { panes } = placesOf(spec.root);
  const filled = fill(spec.root, { agents, taken: 0, grids: Math.max(0, agents.length - panes), dashboard });
  return filled === null ? null : cut(filled, box, leastOf(spec));
}

/** The smallest pane the layout wants for an agent. */
export function leastOf(spec: LayoutSpec): { width: number; height: number } {
  return { width: Math.max(SMALLEST, spec.minPane.width), height: Math.max(SMALLEST, spec.minPane.height) };
}

/** What is still to be placed while a layout is filled, depth first. Panes go before grids: no pane stays empty. */
interface Supply {
  readonly agents: readonly string[];
  taken: number;
  grids: number;
  dashboard: boolean;
}

function fill(node: LayoutNode, supply: Supply): Filled | null {
  if ('agents' in node) {
    const from = supply.taken;
    const count = Math.min(supply.grids, node.most ?? Number.POSITIVE_INFINITY);
    supply.taken += count;
    supply.grids -= count;
    const agents = supply.agents.slice(from, from + count);
    return count === 0 ? null : { sized: node, agents, columns: node.columns };
  }
  if ('pane' in node) {
    const slot = node.pane === 'agent' ? takeAgent(supply) : takeDashboard(supply);
    return slot === null ? null : { sized: node, slot };
  }
  const children = childrenOf(node).flatMap((child) => fill(child, supply) ?? []);
  const [only] = children;
  if (only === undefined) return null;
  // The size of an only child was meant along a direction that no longer exists: it takes the place of its parent.
  if (children.length === 1) return { ...only, sized: node };
  return { sized: node, direction: 'row' in node ? 'row' : 'column', children };
}

function takeAgent(supply: Supply): Slot | null {
  const name = supply.agents[supply.taken];
  if (name === undefined) return null;
  supply.taken += 1;
  return { kind: 'agent', name };
}

function takeDashboard(supply: Supply): Slot | null {
  if (!supply.dashboard) return null;
  supply.dashboard = false;
  return { kind: 'dashboard' };
}

function childrenOf(node: Extract<LayoutNode, { row: unknown } | { column: unknown }>): readonly LayoutNode[] {
  return 'row' in node ? node.row : node.column;
}

function cut(node: Filled, box: Box, min: { width: number; height: number }): Area | null {
  if ('slot' in node) {
    const least = node.slot.kind === 'agent' ? min : { width: SMALLEST, height: SMALLEST };
    return box.width < least.width || box.height < least.height ? null : { ...box, slot: node.slot };
  }
  if ('agents' in node) return cutGrid(node.agents, node.columns, box, min);
  return cutInto(
    node.direction,
    box,
    node.children.map(({ sized }) => sized),
    (i, part) => {
      const child = node.children[i];
      return child === undefined ? null : cut(child, part, min);
    },
  );
}

function cutGrid(
  agents: readonly string[],
  columns: number | 'auto',
  box: Box,
  min: { width: number; height: number },
): Area | null {
  const rows = gridRows(agents.length, columns, box, min);
  if (rows === null) return null;
  let next = 0;
  return cutInto(
    'column',
    box,
    rows.map(() => ({})),
    (i, part) =>
      cutInto(
        'row',
        part,
        Array.from({ length: rows[i] ?? 0 }, () => ({})),
        (_, pane) => {
          const name = agents[next];
          next += 1;
          return name === undefined ? null : { ...pane, slot: { kind: 'agent', name } };
        },
      ),
  );
}

/** Cuts a box in one direction and lets `make` fill each part; null as soon as one part cannot be filled. */
function cutInto(
  direction: 'row' | 'column',
  box: Box,
  parts: readonly Sized[],
  make: (index: number, part: Box) => Area | null,
): Area | null {
  const sizes = lengths(direction === 'row' ? box.width : box.height, parts);
  if (sizes === null) return null;
  const children: Area[] = [];
  let at = direction === 'row' ? box.x : box.y;
  for (const [i, size] of sizes.entries()) {
    const part = direction === 'row' ? { ...box, x: at, width: size } : { ...box, y: at, height: size };
    const child = make(i, { x: part.x, y: part.y, width: part.width, height: part.height });
    if (child === null) return null;
    children.push(child);
    at += size + 1;
  }
  return group(direction, box, children);
}
