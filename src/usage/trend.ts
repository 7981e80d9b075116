/** A straight line through some points. */
export interface Trend {
  /** Per hour. */
  readonly slope: number;
  /** Share of the ups and downs that the line explains, 0 to 1 (coefficient of determination). */
  readonly fit: number;
  /** The line at the first and at the last point. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds from the first to the last. */
  readonly span: number;
}

const HOUR = 3_600_000;

/** Least squares. @param points at least two with different times; null for fewer */
export function trendOf(points: readonly { readonly at: number; readonly value: number }[]): Trend | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || last.at === first.at) return null;
  const n = points.length;
  const x = (at: number): number => (at - first.at) / HOUR;
  const meanX = points.reduce((sum, { at }) => sum + x(at), 0) / n;
  const meanY = points.reduce((sum, { value }) => sum + value, 0) / n;
  let [xx, xy, yy] = [0, 0, 0];
  for (const { at, value } of points) {
    const [dx, dy] = [x(at) - meanX, value - meanY];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  const slope = xy / xx;
  const line = (at: number): number => meanY + slope * (x(at) - meanX);
  const fit = yy === 0 ? 1 : Math.min(1, (xy * xy) / (xx * yy));
  return { slope, fit, from: line(first.at), to: line(last.at), span: last.at - first.at };
}
