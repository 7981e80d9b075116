/**
 * No pane is made with fewer columns or rows. tmux itself allows 1x1 (PANE_MINIMUM in its source), but with
 * `pane-border-status top` the panes at the top of the window give a row of theirs to the status, which leaves 0 of 1.
 */
export const SMALLEST = 2;
