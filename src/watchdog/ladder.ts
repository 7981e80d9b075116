import type { StopPolicy } from '../protocol/index.ts';

/** One rung of the stop ladder. `wait` is how long it gets before the next is taken, milliseconds. */
export interface Rung {
  readonly kind: 'keys' | 'SIGINT' | 'SIGTERM' | 'SIGKILL';
  readonly wait: number;
}

/** How often SIGKILL is sent again to whatever of the tree has come up since the last look. */
export const KILL_AGAIN = 100;

/** The rungs a policy has: its own quit keys, INT, TERM, KILL. KILL is always there and has no end: it is repeated until nothing is left. */
export function ladder(policy: StopPolicy): readonly Rung[] {
  const rungs: Rung[] = [
    { kind: 'keys', wait: policy.keys.length > 0 ? policy.keysFor : 0 },
    { kind: 'SIGINT', wait: policy.intFor },
    { kind: 'SIGTERM', wait: policy.termFor },
  ];
  return [...rungs.filter((rung) => rung.wait > 0), { kind: 'SIGKILL', wait: KILL_AGAIN }];
}
