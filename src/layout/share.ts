import type { LayoutNode } from '../protocol/index.ts';
import { SMALLEST } from './smallest.ts';

/** The part of a node that says how long it is along its parent. */
export type Sized = Pick<LayoutNode, 'size' | 'max' | 'weight'>;

/**
 * The lengths of neighbours along a parent of `length` cells, with one cell of border between them.
 * Sized ones get their size (at most `max`), the others share what is left by weight; when all are sized, the sizes are
 * proportions. null when not every one can have a cell.
 */
export function lengths(length: number, neighbours: readonly Sized[]): readonly number[] | null {
  const room = length - (neighbours.length - 1);
  if (room < neighbours.length) return null;
  const parts = neighbours.map((node) => part(node, length));
  const fixed = parts.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const flexible = parts.filter(({ size }) => size === undefined);
  if (flexible.length === 0)
    return share(
      room,
      parts.map(({ size, max }) => ({ weight: size ?? 1, max })),
    );
  if (room - fixed < flexible.length) return null;
  const shares = share(room - fixed, flexible)[Symbol.iterator]();
  return parts.map(({ size }) => size ?? shares.next().value ?? 1);
}

function part(node: Sized, length: number): { size: number | undefined; weight: number; max: number } {
  const max = node.max === undefined ? Number.POSITIVE_INFINITY : cells(node.max, length);
  const size = node.size === undefined ? undefined : Math.min(cells(node.size, length), max);
  return { size, weight: node.weight ?? 1, max };
}

/** Cells of a size, rounded down, never under what a pane needs: 12 or "35%" of `length`. */
function cells(size: number | string, length: number): number {
  const value = typeof size === 'number' ? size : (Number.parseFloat(size) / 100) * length;
  return Math.max(SMALLEST, Math.floor(value));
}

/**
 * Whole numbers in proportion to the weights that add up to exactly `total`; what rounding leaves goes to the largest
 * fractions, the first ones when equal. `max` holds as long as somebody else can take the rest.
 */
export function share(total: number, parts: readonly { weight: number; max: number }[]): readonly number[] {
  const capped = new Set<number>();
  const exact = parts.map(() => 0);
  if (parts.reduce((sum, { max }) => sum + max, 0) < total) return share(total, uncapped(parts));
  for (;;) {
    let left = total;
    let weights = 0;
    parts.forEach(({ weight, max }, i) => {
      if (capped.has(i)) left -= max;
      else weights += weight;
    });
    const before = capped.size;
    parts.forEach(({ weight, max }, i) => {
      exact[i] = capped.has(i) ? max : (left * weight) / weights;
      if (exact[i] > max) capped.add(i);
    });
    if (capped.size === before) return rounded(total, exact);
  }
}

function uncapped(parts: readonly { weight: number }[]): readonly { weight: number; max: number }[] {
  return parts.map(({ weight }) => ({ weight, max: Number.POSITIVE_INFINITY }));
}

function rounded(total: number, exact: readonly number[]): readonly number[] {
  const whole = exact.map(Math.floor);
  const missing = total - whole.reduce((sum, n) => sum + n, 0);
  const byFraction = exact.map((n, i) => ({ i, fraction: n - Math.floor(n) }));
  byFraction.sort((a, b) => (Math.abs(a.fraction - b.fraction) < 1e-9 ? a.i - b.i : b.fraction - a.fraction));
  const more = new Set(byFraction.slice(0, missing).map(({ i }) => i));
  return whole.map((n, i) => (more.has(i) ? n + 1 : n));
}
