import type { Letter } from './history.ts';

/** How much one agent wrote to another. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/** Who wrote to whom since `since` (wall clock, ms), the most first; the names decide between equals, so that lines stay where they are. */
export function flowsSince(letters: Iterable<Letter>, since: number): Flow[] {
  const flows = new Map<string, { from: string; to: string; count: number }>();
  for (const { from, to, at } of letters) {
    if (!(at >= since)) continue;
    const key = `${from} ${to}`;
    const flow = flows.get(key) ?? { from, to, count: 0 };
    flow.count++;
    flows.set(key, flow);
  }
  return [...flows.values()].sort((a, b) => b.count - a.count || (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1));
}
