import { formatDuration } from '../base/index.ts';

/** The axis of a chart. */
export interface Scale {
  /** Where a value lies: 0 is the lowest line, 1 the highest. */
  height(value: number): number;
  /** Words for the highest line, the one in the middle and the lowest. */
  readonly labels: readonly [top: string, middle: string, bottom: string];
}

/** Highest values an axis ends with, and their halves are whole or have one decimal: 2, 4, 10, 20, 40, 100 ... */
const STEPS = [1, 2, 4, 6, 10];

/** Counts from 0 to a round number at or above the highest one. */
export function countScale(highest: number): Scale {
  const power = 10 ** Math.floor(Math.log10(Math.max(2, highest)));
  const top = Math.max(2, power * (STEPS.find((step) => step * power >= highest) ?? 10));
  return { height: (value) => value / top, labels: [shortCount(top), shortCount(top / 2), '0'] };
}

/** `950`, `1.2k`, `34k`. */
export const shortCount = (count: number): string =>
  count < 1_000
    ? String(Math.round(count * 10) / 10)
    : count < 999_500
      ? `${count < 9_950 ? (count / 1_000).toFixed(1).replace('.0', '') : Math.round(count / 1_000)}k`
      : `${(count / 1e6).toFixed(1)}M`;

/** Round times an axis of times begins and ends with, ms. */
const TIMES = [10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000, 172_800_000];

/** Times in proportion to their logarithm: half of them may be a thousand times as long as the other half. */
export function timeScale(lowest: number, highest: number): Scale {
  const from = TIMES.findLast((time) => time <= lowest) ?? (TIMES[0] as number);
  const to = TIMES.find((time) => time >= highest && time > from) ?? (TIMES.at(-1) as number);
  const span = Math.log(to / from);
  return {
    height: (value) => Math.log(Math.max(from, value) / from) / span,
    labels: [shortTime(to), shortTime(Math.sqrt(from * to)), shortTime(from)],
  };
}

/** `40ms`, `1.3s`, `12s`, `5m`, `3h`. */
export function shortTime(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1).replace('.0', '')}s`;
  return (formatDuration(ms).split(' ')[0] ?? '').trim();
}
