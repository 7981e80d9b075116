import type { OrchestraEvent } from '../../protocol/index.ts';
import { eventWords } from '../../view/index.ts';
import type { State } from './state.ts';

/** What a filter looks in. Kept with the event, so that a filter over 2,000 events costs no more than a comparison each. */
const said = new WeakMap<OrchestraEvent, string>();

function saidBy(event: OrchestraEvent): string {
  const known = said.get(event);
  if (known !== undefined) return known;
  const words = `${event.agent ?? ''} ${event.type} ${eventWords(event)}`.toLowerCase();
  said.set(event, words);
  return words;
}

/** Events that the filter lets through, by agent, type or words, oldest first. Every word of the filter has to be there. */
export function shownEvents({ history, filter }: State): readonly OrchestraEvent[] {
  const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return history.events;
  return history.events.filter((event) => {
    const words = saidBy(event);
    return wanted.every((word) => words.includes(word));
  });
}

/** Index of the event at this place of the journal, else of the one before it, else 0. Events from before they were written have no place. */
export function indexOf(events: readonly OrchestraEvent[], seq: number): number {
  return Math.max(
    0,
    events.findLastIndex((event) => event.seq !== 0 && event.seq <= seq),
  );
}
