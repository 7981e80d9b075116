import { OrchestraError, type SubmitResult } from '../protocol/index.ts';
import type { Driver } from './driver.ts';
import type { PaneDoor } from './pane-door.ts';
import { type Prints, printsOf, wasPrinted } from './prints.ts';
import { takeBack } from './take-back.ts';
import { typedText } from './typed-text.ts';
import { LOOK_EVERY, look, type Seen, type Submission, type SubmitOptions, type Typing } from './typing.ts';

/** Keys that show no effect for so long are pressed once more, if the input field provably still holds exactly our text. */
const PRESS_AGAIN = 1_500;

/**
 * Types text into an agent and proves that it was submitted. At most one at a time for a pane (`PaneLocks`). Rejects with `usage` when nothing is
 * left to type, and with the door's own error as long as nothing was typed.
 */
export async function submit(
  door: PaneDoor,
  driver: Driver,
  text: string,
  options: SubmitOptions,
): Promise<Submission> {
  const plain = typedText(text);
  // A program that reads lines would take each line for a message of its own.
  const typing: Typing = { door, driver, options, text: driver.composer === null ? plain.replace(/\n+/g, ' ') : plain };
  if (plain.trim() === '') throw new OrchestraError('usage', 'there is nothing to type', 'give it a text');
  const seen = await freeToType(typing);
  if ('result' in seen) return seen;
  const before = printsOf(driver, seen.screen, typing.text);
  try {
    if (seen.held !== 'all') {
      await door.paste(typing.text);
      await options.clock.pause(driver.submit.wait);
      const arrived = await arrival(typing);
      if ('result' in arrived) return arrived;
    }
    return await press(typing, before);
  } catch (error) {
    return { result: 'ambiguous', why: `${(error as Error).message}, after text was typed`, reading: null };
  }
}

/** What the pane shows once it may be typed into; otherwise why not. */
async function freeToType(typing: Typing): Promise<Seen | Submission> {
  const { door, driver, options } = typing;
  const seen = await look(typing);
  if (seen === null) return answer('gone', 'its pane is gone');
  if (options.again && seen.reading.dialog === null && seen.held === 'all') return seen;
  const no = refusal(seen, options.mode);
  if (no !== null) return no;
  if (options.again) return leftovers(typing, seen);
  if (seen.reading.activity !== 'busy' || driver.interrupt.way === 'type') return seen;
  await door.keys(driver.interrupt.keys);
  const end = options.clock.mono() + driver.submit.within;
  for (;;) {
    await options.clock.pause(LOOK_EVERY);
    const now = await look(typing);
    if (now === null) return answer('gone', 'its pane is gone');
    const still = refusal(now, 'idle');
    if (still === null) return now;
    if (still.result !== 'busy' || options.clock.mono() > end) return still;
  }
}

/** After an ambiguous end: on the screen it was submitted; nowhere, nobody can tell. */
function leftovers(typing: Typing, seen: Seen): Submission {
  const printed = wasPrinted(null, printsOf(typing.driver, seen.screen, typing.text));
  return printed
    ? answer('submitted', 'it stands in the transcript', seen)
    : answer('ambiguous', 'nothing of it is left on the screen', seen);
}

/** Why this screen must not be typed into; null: it may. */
function refusal(seen: Seen, mode: SubmitOptions['mode']): Submission | null {
  const { reading, screen } = seen;
  if (screen.inMode) return answer('busy', 'its pane does not leave copy mode', seen);
  if (reading.dialog !== null) return answer('dialog', `a dialog is on its screen: ${reading.line}`, seen);
  if (reading.activity === 'limited') return answer('busy', `it waits for its limit: ${reading.line}`, seen);
  if (!reading.known) return answer('busy', 'nobody knows its screen', seen);
  if (!reading.ready) return answer('busy', 'there is no input field on its screen', seen);
  if (reading.composer.kind === 'draft') return answer('draft', "there is a person's text in its input field", seen);
  if (reading.activity === 'busy' && mode === 'idle') return answer('busy', 'it is in the middle of a turn', seen);
  return null;
}

/** Waits until the input field holds exactly our text. This look is the one that allows the keys. */
async function arrival(typing: Typing): Promise<Seen | Submission> {
  const { clock, mode } = typing.options;
  const end = clock.mono() + typing.driver.submit.within;
  for (;;) {
    const seen = await look(typing);
    if (seen === null) return answer('gone', 'its pane went while text was typed');
    const { reading, held } = seen;
    if (reading.dialog !== null) return hidden(seen);
    if (held === 'all' && !seen.screen.inMode) {
      if (reading.activity === 'busy' && mode === 'idle')
        return takeBack(typing, answer('busy', 'it began a turn of its own', seen));
      return seen;
    }
    if (clock.mono() > end) return missed(typing, seen);
    await clock.pause(LOOK_EVERY);
  }
}

/** A dialog came up after the paste: nothing is pressed, for every key could answer it, and the text waits behind it. */
const hidden = (seen: Seen): Submission =>
  answer('ambiguous', `a dialog came up while it was typed: ${seen.reading.line}`, seen);

function missed(typing: Typing, seen: Seen): Promise<Submission> | Submission {
  if (seen.held === 'other') return answer('ambiguous', 'a person typed at the same time', seen);
  if (seen.held === 'part') return takeBack(typing, answer('busy', 'it did not take the whole text', seen));
  return answer('ambiguous', 'its input field never showed the text', seen);
}

/** Presses the keys and waits for the proof: our text has left the input field, and a turn began or the transcript shows it. */
async function press(typing: Typing, before: Prints): Promise<Submission> {
  const { door, driver, options } = typing;
  const { clock } = options;
  await door.keys(driver.submit.keys);
  const start = clock.mono();
  let pressed = 1;
  for (;;) {
    await clock.pause(LOOK_EVERY);
    const seen = await look(typing);
    if (seen === null) return answer('ambiguous', 'its pane went after the text was submitted');
    const { reading, held } = seen;
    const began = options.started?.() === true || wasPrinted(before, printsOf(driver, seen.screen, typing.text));
    const left = held === 'none' || held === 'other';
    if (left && (began || (reading.activity === 'busy' && options.mode === 'idle')))
      return answer('submitted', 'proven', seen);
    const waited = clock.mono() - start;
    const quiet = held === 'all' && reading.dialog === null && reading.activity !== 'busy' && !seen.screen.inMode;
    if (quiet && !began && pressed === 1 && waited > PRESS_AGAIN) {
      await door.keys(driver.submit.keys);
      pressed++;
    }
    if (waited > driver.submit.within) {
      if (quiet && !began) return takeBack(typing, answer('busy', 'its input field does not react to its keys', seen));
      return answer('ambiguous', 'nothing proves that it was submitted', seen);
    }
  }
}

const answer = (result: SubmitResult, why: string, seen: Seen | null = null): Submission => ({
  result,
  why,
  reading: seen?.reading ?? null,
});
