import { type Area, panesOf } from './area.ts';

/** One `split-window`: cuts a pane in two. The new pane is right of (horizontal, `-h`) or below (vertical, `-v`) the old one. */
export interface Split {
  /** Index into the panes of the window plan: the pane that is cut. */
  readonly target: number;
  /** Index of the pane that comes to be. */
  readonly creates: number;
  readonly direction: 'horizontal' | 'vertical';
  /** `-l` of the new pane, in cells. */
  readonly size: number;
}

/**
 * The layout of a window in the form that `select-layout` reads and `#{window_layout}` shows: WxH,X,Y for each area,
 * rows in braces, columns in brackets, a checksum in front. Without the pane ids that tmux adds when it writes one; it
 * accepts that and gives the places to its panes in their order (tmux 3.3a).
 */
export function layoutString(area: Area): string {
  const body = describe(area);
  return `${checksum(body)},${body}`;
}

function describe(area: Area): string {
  const own = `${area.width}x${area.height},${area.x},${area.y}`;
  if (!('children' in area)) return own;
  const inner = area.children.map(describe).join(',');
  return area.direction === 'row' ? `${own}{${inner}}` : `${own}[${inner}]`;
}

/**
 * The checksum of a layout, four hexadecimal digits: for each byte the 16-bit sum is rotated right by one and the byte
 * is added to it, overflow dropped (layout_checksum in tmux's layout-custom.c). tmux refuses a layout without it.
 */
export function checksum(body: string): string {
  let sum = 0;
  for (let i = 0; i < body.length; i += 1) {
    sum = (((sum >> 1) | ((sum & 1) << 15)) + body.charCodeAt(i)) & 0xffff;
  }
  return sum.toString(16).padStart(4, '0');
}

/**
 * The cuts that make one pane of the whole window into these panes, in order. First all parts of a row or column, each
 * new pane holding the rest, then the parts in themselves; `split-window` puts the new pane behind its target in the
 * window's list, so the list ends in the order of `panesOf`.
 */
export function splitsOf(area: Area, first = 0): readonly Split[] {
  if (!('children' in area)) return [];
  const along = area.direction === 'row' ? 'width' : 'height';
  const starts: number[] = [];
  let next = first;
  for (const child of area.children) {
    starts.push(next);
    next += panesOf(child).length;
  }
  const splits: Split[] = [];
  let rest = area[along];
  area.children.forEach((child, i) => {
    const [target, creates] = [starts[i], starts[i + 1]];
    if (target === undefined || creates === undefined) return;
    rest -= child[along] + 1;
    splits.push({ target, creates, direction: area.direction === 'row' ? 'horizontal' : 'vertical', size: rest });
  });
  return [...splits, ...area.children.flatMap((child, i) => splitsOf(child, starts[i]))];
}
