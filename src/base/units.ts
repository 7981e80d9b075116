/** Durations and sizes as people write them in files and flags. What they are printed as is in amount.ts. */

export type Parsed = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly hint: string };

/** Units of time in milliseconds. */
const TIME: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Units of size in bytes: SI prefixes are powers of 1000, IEC ones (IEC 80000-13) powers of 1024. */
const SIZE: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Node's timers hold 31 bits: a longer delay fires at once (setTimeout, Node documentation). */
export const LONGEST_DURATION = 2 ** 31 - 1;

const AMOUNT = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/;
const PARTS = /^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|[smhd])/g;

/**
 * `10s`, `1.5h`, `1h30m`, `250ms` in whole milliseconds. Units: ms, s, m, h, d; there is no default, since a number alone
 * was read as seconds by one tool and as milliseconds by the next.
 */
export function parseDuration(text: string): Parsed {
  if (text.length > 40) return { ok: false, hint: 'write it like 10s, 5m or 1.5h' };
  if (PARTS.test(text)) {
    let value = 0;
    for (const [, amount, unit] of text.matchAll(PART)) value += Number(amount) * (TIME[unit ?? ''] ?? 0);
    value = Math.round(value);
    return value <= LONGEST_DURATION ? { ok: true, value } : { ok: false, hint: 'the longest possible is 24d' };
  }
  const [, amount, unit] = AMOUNT.exec(text) ?? [];
  if (amount === undefined) return { ok: false, hint: 'write it like 10s, 5m or 1.5h' };
  const letter = unit === '' ? 's' : (unit?.[0]?.toLowerCase() ?? '');
  const meant = /^(ms|msecs?|millis.*)$/i.test(unit ?? '') ? 'ms' : letter;
  return { ok: false, hint: meant in TIME ? `did you mean ${amount}${meant}?` : 'units are ms, s, m, h and d' };
}

/** `512MiB`, `2GB`, `1.5GiB` in whole bytes. GB is 10^9, GiB is 2^30. A unit is required. */
export function parseSize(text: string): Parsed {
  const [, amount, unit] = text.length > 40 ? [] : (AMOUNT.exec(text) ?? []);
  if (amount === undefined || unit === undefined) return { ok: false, hint: 'write it like 512MB, 2GB or 1.5GiB' };
  const factor = SIZE[unit];
  if (factor !== undefined) {
    const value = Math.round(Number(amount) * factor);
    if (Number.isSafeInteger(value)) return { ok: true, value };
    return { ok: false, hint: 'that is more memory than any machine has' };
  }
  const meant = unit === '' ? 'MB' : `${unit}B`;
  const known = Object.keys(SIZE).find((name) =>
    [unit, meant].some((word) => word.toLowerCase() === name.toLowerCase()),
  );
  return { ok: false, hint: known ? `did you mean ${amount}${known}?` : 'units are kB, MB, GB, KiB, MiB and GiB' };
}

/** Milliseconds in the form the parser reads, in the largest unit that divides them: `90s`, `10m`. */
export function writeDuration(ms: number): string {
  const [unit, length] = Object.entries(TIME).findLast(([, each]) => ms > 0 && ms % each === 0) ?? ['s', 1_000];
  return `${ms / length}${unit}`;
}
