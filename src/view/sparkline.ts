const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** The last `width` values as bars, the highest of all (at least `least`) full. Without Unicode: nothing. */
export function sparkline(values: readonly number[], width: number, least: number, unicode: boolean): string {
  if (!unicode || width <= 0) return '';
  const shown = values.slice(-width);
  const most = Math.max(least, ...shown);
  const bars = shown.map(
    (value) => BARS[Math.min(BARS.length - 1, Math.floor((value / most) * BARS.length))] ?? BARS[0],
  );
  return bars.join('').padStart(width);
}
