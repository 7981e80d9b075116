import type { Driver, Screen } from './driver.ts';
import { letters } from './holds.ts';
import { transcriptOf } from './read-screen.ts';

/** How often a text stands on the screen outside the input field, by its beginning and by its end: long ones scroll. */
export interface Prints {
  readonly heads: number;
  readonly tails: number;
}

/** Letters of a text that are looked for: with the header of a message, enough to hold its id. */
const KEY = 40;

export function printsOf(driver: Driver, screen: Screen, text: string): Prints {
  const shown = letters(transcriptOf(driver, screen));
  const want = letters(text);
  return {
    heads: count(shown, want.slice(0, KEY)),
    tails: count(shown, want.slice(-KEY)),
  };
}

/** The text stands there once more than before; `null` before: at all. */
export const wasPrinted = (before: Prints | null, after: Prints): boolean =>
  after.heads > (before?.heads ?? 0) || after.tails > (before?.tails ?? 0);

const count = (text: string, part: string): number => text.split(part).length - 1;
