import { OrchestraError } from '../protocol/index.ts';

/** A count given to an option: a whole number from 0. */
export function countOption(flag: string, text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new OrchestraError('usage', `${flag} takes a whole number, not ${JSON.stringify(text)}`);
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A moment given as an age (`30s`, `10m`, `2h`, `7d`) or as a date (ISO 8601, local when it has no zone).
 * @param now wall clock, milliseconds @returns ISO 8601 in UTC, as the journal has it
 */
export function momentOption(flag: string, text: string, now: number): string {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text) ?? [];
  const moment = amount === undefined ? Date.parse(text) : now - Number(amount) * (UNITS[unit ?? ''] ?? 0);
  // Date holds 8.64e15 ms either side of the epoch (ECMA-262, 21.4.1.1).
  if (Number.isFinite(moment) && Math.abs(moment) <= 8.64e15) return new Date(moment).toISOString();
  throw new OrchestraError('usage', `${flag} takes an age such as 10m or a time, not ${JSON.stringify(text)}`);
}
