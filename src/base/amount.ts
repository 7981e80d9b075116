/** Amounts as people read them. */

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** Milliseconds as at most two units, `3h 07m`; under a minute `12s`, under a second `340ms`. */
export function formatDuration(duration: number): string {
  const ms = Math.max(0, Math.round(duration));
  if (ms < 1_000) return `${ms}ms`;
  const at = UNITS.findIndex(([, length]) => ms >= length);
  const [unit, length] = UNITS[at] as (typeof UNITS)[number];
  const next = UNITS[at + 1];
  const whole = `${Math.floor(ms / length)}${unit}`;
  if (next === undefined) return whole;
  return `${whole} ${String(Math.floor((ms % length) / next[1])).padStart(2, '0')}${next[0]}`;
}

/** Bytes with one decimal under ten: `512K`, `3.4M`, `12G` (powers of 1024). */
export function formatBytes(bytes: number): string {
  let value = bytes / 1024;
  for (const unit of ['K', 'M', 'G', 'T']) {
    if (value < 999.5 || unit === 'T') return `${value < 9.95 ? value.toFixed(1) : Math.round(value)}${unit}`;
    value /= 1024;
  }
  return '';
}
