// Times, and what is told about many of them.

/** Milliseconds on CLOCK_MONOTONIC, the clock of agent.c (clock_gettime(2)). */
export const now = () => Number(process.hrtime.bigint()) / 1e6;

/** Resolves after `ms`. */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A pause that falls into step with nobody's timers. */
export const jitter = (from, to) => pause(from + Math.random() * (to - from));

/**
 * Order statistics, nearest rank, in the unit of the samples.
 * @param {readonly number[]} samples
 */
export function spread(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { n: sorted.length, min: at(0), p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

/** A promise that rejects with a sentence when it takes too long: a benchmark must end. */
export function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Resolves when `look` gives something; asks every `every` ms. */
export async function until(ms, what, look, every = 5) {
  for (const end = now() + ms; now() < end; await pause(every)) {
    const seen = await look();
    if (seen) return seen;
  }
  throw new Error(`${what} did not happen within ${ms} ms`);
}

/** Five significant looks at a number: milliseconds and megabytes are read by people. */
export const short = (value) =>
  !Number.isFinite(value) ? '-' : value >= 1000 ? value.toFixed(0) : value >= 100 ? value.toFixed(1) : value.toFixed(2);
