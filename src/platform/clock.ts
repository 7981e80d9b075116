/** Time as a parameter. Intervals are measured on `mono`, so that a wall clock that jumps moves nothing. */
export interface Clock {
  /** Milliseconds since the epoch; for people and the journal only. */
  wall(): number;
  /** Milliseconds since some fixed moment, never going back (clock_gettime(2) CLOCK_MONOTONIC). */
  mono(): number;
  /** Runs once after `ms` unless cancelled. */
  after(ms: number, run: () => void): Cancel;
  /** Runs every `ms` until cancelled; a run that takes longer than `ms` delays the next, they never pile up. */
  every(ms: number, run: () => void): Cancel;
  /** Resolves after `ms`. */
  pause(ms: number): Promise<void>;
}
export type Cancel = () => void;

// setTimeout holds 2^31-1 ms at most and fires at once above it.
const LONGEST_TIMER = 0x7fffffff;

export const systemClock: Clock = {
  wall: () => Date.now(),
  mono: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(0, ms), LONGEST_TIMER));
    return () => clearTimeout(timer);
  },
  every(ms, run) {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Processor time this process has used, ms (getrusage(2)). */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
