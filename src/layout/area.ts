/** What a pane shows. */
export type Slot = { readonly kind: 'agent'; readonly name: string } | { readonly kind: 'dashboard' };

/** A rectangle of character cells; `x` and `y` count from the top left of the window, from 0. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A pane in its place. */
export interface Placed extends Box {
  readonly slot: Slot;
}

/**
 * A window after cutting: a pane, or two or more areas in a row (side by side) or a column (on top of each other) with
 * one cell of border between neighbours.
 */
export type Area = Placed | Group;
export interface Group extends Box {
  readonly direction: 'row' | 'column';
  readonly children: readonly Area[];
}

/**
 * Puts areas together. One area alone stays itself (tmux has no container with one child), and a row directly in a row
 * becomes part of it: tmux adds a cut in the direction of the parent to the parent, so a nested one would not come out
 * of `split-window` as it went into `select-layout`.
 */
export function group(direction: 'row' | 'column', box: Box, children: readonly Area[]): Area {
  const flat = children.flatMap((child) =>
    'children' in child && child.direction === direction ? child.children : child,
  );
  const [only] = flat;
  if (only !== undefined && flat.length === 1) return only;
  return { ...box, direction, children: flat };
}

/** The panes of an area, depth first: the order in which tmux keeps the panes of a window. */
export function panesOf(area: Area): readonly Placed[] {
  return 'children' in area ? area.children.flatMap(panesOf) : [area];
}
