import type { Clock } from '../platform/index.ts';
import type { SubmitResult } from '../protocol/index.ts';
import type { Driver, Reading, Screen } from './driver.ts';
import { type Held, holds } from './holds.ts';
import type { PaneDoor } from './pane-door.ts';
import { readScreen } from './read-screen.ts';

export interface SubmitOptions {
  readonly clock: Clock;
  /** `now` types into a running turn, the CLI's own way; dialogs and drafts refuse it all the same. */
  readonly mode: 'idle' | 'now';
  /**
   * This very text was tried before, ended `ambiguous`, and this is the `touched` of that end. What is left of it in the input field is ours and is
   * submitted; when nothing is left and no key was pressed it is typed anew. Only for text that is like no other (`announce`).
   */
  readonly again?: Touched;
  /** It was held for its limit or its account, and that is over: what its screen still says about it counts no more. */
  readonly heldBefore?: boolean;
  /** The agent's own word, by its hook, that a turn began since this call; asked after the keys. */
  readonly started?: () => boolean;
}

export interface Submission {
  /**
   * `submitted`: proven. `busy`, `dialog`, `draft`: nothing was submitted and nothing of the text is left in the pane; try later. `gone`: the
   * pane or its program ended before anything was typed. `ambiguous`: it may have been submitted, or it may still be there; see `again`.
   */
  readonly result: SubmitResult;
  /** One sentence for people. */
  readonly why: string;
  /** What the pane showed last; null when it was not there. */
  readonly reading: Reading | null;
  readonly touched: Touched;
  /** It was typed, the agent did not do with it what it does with text, and it was taken out again: what hinders it does not pass by itself. */
  readonly spoilt?: boolean;
}

/** How far a submission went: nothing was typed, text was, the keys that submit it were pressed. */
export type Touched = 'nothing' | 'typed' | 'pressed';

/** One look at the pane. */
export interface Seen {
  readonly screen: Screen;
  readonly reading: Reading;
  /** How much of our text its input field shows. */
  readonly held: Held;
}

/** One transaction. */
export interface Typing {
  readonly door: PaneDoor;
  readonly driver: Driver;
  readonly options: SubmitOptions;
  readonly text: string;
}

/** Between two looks while something is waited for. */
export const LOOK_EVERY = 40;
/** Looks at the pane, out of copy mode; null when it is gone. */
export async function look({ door, driver, options, text }: Typing): Promise<Seen | null> {
  let screen = await door.read();
  if (screen?.inMode) {
    await door.leaveMode();
    screen = await door.read();
  }
  if (screen === null) return null;
  const reading = readScreen(driver, screen, options.clock.wall());
  return { screen, reading, held: holds(driver, screen, reading, text) };
}
