/**
 * Waits for a condition, never longer than `within` milliseconds. `look` gives what it sees; what it saw last is in the error.
 * A look that throws counts as not yet.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  good: (seen: T) => boolean,
  within = 10_000,
  every = 15,
): Promise<T> {
  const deadline = performance.now() + within;
  let last = 'nothing';
  for (;;) {
    try {
      const seen = await look();
      if (good(seen)) return seen;
      last = describe(seen);
    } catch (error) {
      last = `an error: ${(error as Error).message}`;
    }
    if (performance.now() > deadline) throw new Error(`waited ${within} ms for ${what}; last seen: ${last}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

const describe = (seen: unknown): string => {
  const text = typeof seen === 'string' ? seen : (JSON.stringify(seen, null, 1) ?? String(seen));
  return text.length > 4000 ? `${text.slice(0, 4000)}…` : text;
};
