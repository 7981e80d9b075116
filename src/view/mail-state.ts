import { formatDuration } from '../base/index.ts';
import type { MailEntry } from '../protocol/index.ts';

/** `dead: expired`, `queued`. */
export const stateWords = ({ state, reason }: MailEntry): string => (reason === null ? state : `${state}: ${reason}`);

/** The same, and how long it is until a message that failed is tried again. `now`: wall clock, ms. */
export function stateText(entry: MailEntry, now: number): string {
  const wait = entry.notBefore === null ? 0 : Date.parse(entry.notBefore) - now;
  return wait > 0 ? `again in ${formatDuration(wait)}` : stateWords(entry);
}
