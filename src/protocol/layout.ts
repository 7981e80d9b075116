/**
 * A layout: how one window is cut into panes. Cells are character cells, borders between panes take one.
 * `size` is a number of cells or a share of the parent ("25%"); without one the children share what is left by `weight`.
 */
export interface LayoutSpec {
  readonly name: string;
  readonly description: string;
  /** Panes smaller than this (columns, rows) are not made: agents that do not fit get another window. */
  readonly minPane: { readonly width: number; readonly height: number };
  readonly root: LayoutNode;
}

interface Sized {
  /** Cells (number) or a percentage of the parent's length ("30%"). */
  readonly size?: number | string;
  /** Upper bound of `size`, same units. */
  readonly max?: number | string;
  /** Share of what the sized siblings leave; default 1. */
  readonly weight?: number;
}

export type LayoutNode =
  | (Sized & { readonly row: readonly LayoutNode[] }) // side by side, left to right
  | (Sized & { readonly column: readonly LayoutNode[] }) // on top of each other
  | (Sized & { readonly pane: 'dashboard' | 'agent' }) // one pane; `agent` takes the next agent in order
  | (Sized & {
      /** The next agents in order, as a grid filled row by row. */
      readonly agents: 'grid';
      /** Number of columns, or `auto`: as square as the window allows. */
      readonly columns: number | 'auto';
      /** Largest number of agents here in one window; the rest go to the next window. Unlimited without it. */
      readonly most?: number;
    });
