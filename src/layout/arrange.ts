import type { LayoutSpec } from '../protocol/index.ts';
import { type Area, type Box, panesOf, type Placed, type Slot } from './area.ts';
import { leastOf, place, placesOf } from './place.ts';
import { layoutString, type Split, splitsOf } from './tmux.ts';

/** One tmux window, cut into panes. Lengths are cells as tmux counts them: one cell of border between neighbours. */
export interface WindowPlan {
  readonly width: number;
  readonly height: number;
  /** Depth first: the order in which tmux keeps the panes of the window (`pane_index`). */
  readonly panes: readonly Placed[];
  /** What `select-layout` takes. */
  readonly layout: string;
  /** How to cut one pane into these so that each has its place from its first moment. */
  readonly splits: readonly Split[];
}

/**
 * Lays agents out in one or more windows of `size` (columns and rows of the window: the terminal without tmux's status
 * line). Every agent is placed exactly once, in the order given; a window takes as many as fit with every pane at least
 * `spec.minPane`, the rest go to the next one, so a further agent at the end moves nobody in the windows before the last.
 * The dashboard, if the layout has one, is in the first window, alone there when no agent fits beside it. Where not even
 * a single pane reaches `minPane`, each agent has a window to itself. Never throws for a size of at least 1x1.
 *
 * Cells and `pane-border-status`: the cells are the same whether it is off or `top`. With `top`, tmux draws the status of
 * a pane on the border above it; a pane at the top of the window has none and gives its first row, so there `pane_top` is
 * 1 and `pane_height` one less than the height here.
 */
export function arrange(
  spec: LayoutSpec,
  agents: readonly string[],
  size: { readonly width: number; readonly height: number },
): readonly WindowPlan[] {
  const box = { x: 0, y: 0, width: Math.max(1, Math.floor(size.width)), height: Math.max(1, Math.floor(size.height)) };
  const windows: Area[] = [];
  let rest = agents;
  // A window needs a pane: with nothing else to show it is the dashboard.
  if (placesOf(spec.root).dashboard || agents.length === 0) {
    const window = fullest(spec, rest, true, box) ?? alone({ kind: 'dashboard' }, box);
    windows.push(window.area);
    rest = rest.slice(window.count);
  }
  let most = rest.length;
  while (rest[0] !== undefined) {
    const window = fullest(spec, rest.slice(0, most), false, box) ?? alone({ kind: 'agent', name: rest[0] }, box);
    windows.push(window.area);
    rest = rest.slice(window.count);
    // The windows are alike: what did not fit into this one does not fit into the next.
    most = window.count;
  }
  return windows.map(planOf);
}

interface Filling {
  readonly area: Area;
  /** Number of agents in it. */
  readonly count: number;
}

function alone(slot: Slot, box: Box): Filling {
  return { area: { ...box, slot }, count: slot.kind === 'agent' ? 1 : 0 };
}

/** The window that takes the most of these agents, null when not even one fits. */
function fullest(spec: LayoutSpec, agents: readonly string[], dashboard: boolean, box: Box): Filling | null {
  const { panes, grids } = placesOf(spec.root);
  const min = leastOf(spec);
  // Every pane with the border after it covers at least this much of the window with a border after it.
  const fit = Math.floor(((box.width + 1) * (box.height + 1)) / ((min.width + 1) * (min.height + 1)));
  for (let count = Math.min(agents.length, panes + grids, fit); count > 0; count -= 1) {
    const area = place(spec, agents.slice(0, count), dashboard, box);
    if (area !== null) return { area, count };
  }
  return null;
}

function planOf(area: Area): WindowPlan {
  return {
    width: area.width,
    height: area.height,
    panes: panesOf(area),
    layout: layoutString(area),
    splits: splitsOf(area),
  };
}
