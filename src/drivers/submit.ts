import { OrchestraError, type SubmitResult } from '../protocol/index.ts';
import type { Driver } from './driver.ts';
import type { PaneDoor } from './pane-door.ts';
import { type Prints, printsOf, wasPrinted } from './prints.ts';
import { takeBack } from './take-back.ts';
import { typedText } from './typed-text.ts';
import {
  LOOK_EVERY,
  look,
  type Seen,
  type Submission,
  type SubmitOptions,
  type Touched,
  type Typing,
} from './typing.ts';

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
  if (plain.trim() === '') throw new OrchestraError('usage', 'there is nothing to type', 'give it a text');
  // A program that reads lines would take each line for a message of its own.
  const typing: Typing = { door, driver, options, text: driver.composer === null ? plain.replace(/\n+/g, ' ') : plain };
  const seen = await freeToType(typing);
  if ('result' in seen) return seen;
  const before = printsOf(driver, seen.screen, typing.text);
  let touched: Touched = seen.held === 'all' ? (options.again ?? 'nothing') : 'typed';
  try {
    if (seen.held !== 'all') {
      await door.paste(typing.text);
      await options.clock.pause(driver.submit.wait);
      const arrived = await arrival(typing, seen.reading.past);
      if ('result' in arrived) return arrived;
    }
    if (!door.runs()) return end('gone', 'it ended before its text was submitted');
    touched = 'pressed';
    await door.keys(driver.submit.keys);
    return await proof(typing, before);
  } catch (error) {
    const why = `${error instanceof Error ? error.message : String(error)}, after text was typed`;
    return { result: 'ambiguous', why, reading: null, touched };
  }
}

/** What the pane shows once it may be typed into; otherwise why not. */
async function freeToType(typing: Typing): Promise<Seen | Submission> {
  const { door, driver, options } = typing;
  const before = options.again ?? 'nothing';
  const seen = await look(typing);
  if (seen === null) return end(before === 'pressed' ? 'ambiguous' : 'gone', 'its pane is gone', null, before);
  const quiet =
    seen.reading.dialog === null && !seen.screen.inMode && (seen.reading.activity !== 'busy' || options.mode === 'now');
  if (before !== 'nothing' && seen.held === 'all' && quiet) return seen;
  const no = refusal(seen, options, before);
  if (no !== null) return no;
  const left = before === 'nothing' ? null : leftOver(typing, seen, before);
  if (left !== null) return left;
  if (seen.reading.activity !== 'busy' || driver.interrupt.way === 'type') return seen;
  await door.keys(driver.interrupt.keys);
  const deadline = options.clock.mono() + driver.submit.within;
  for (;;) {
    await options.clock.pause(LOOK_EVERY);
    const now = await look(typing);
    if (now === null) return end('gone', 'its pane is gone');
    const still = refusal(now, { ...options, mode: 'idle' }, before);
    if (still === null) return now;
    if (still.result !== 'busy' || options.clock.mono() > deadline) return still;
  }
}

/** After an ambiguous end, with an input field that is empty again. `null`: nothing of it arrived, for no key was pressed. */
function leftOver(typing: Typing, seen: Seen, touched: Touched): Submission | null {
  if (wasPrinted(null, printsOf(typing.driver, seen.screen, typing.text)))
    return end('submitted', 'it stands in the transcript', seen, touched);
  return touched === 'pressed' ? end('ambiguous', 'nothing of it is left on the screen', seen, touched) : null;
}

/** Why this screen must not be typed into; null: it may. After an ambiguous end that is as ambiguous as it was. */
function refusal(seen: Seen, { mode, heldBefore }: SubmitOptions, touched: Touched): Submission | null {
  const { reading, screen } = seen;
  const held = reading.activity === 'limited' || (reading.activity === 'error' && reading.dialog === 'auth');
  const no = (result: SubmitResult, why: string): Submission =>
    end(touched === 'nothing' ? result : 'ambiguous', why, seen, touched);
  if (screen.inMode) return no('busy', 'its pane does not leave copy mode');
  if (held && heldBefore !== true) return no('busy', `it waits for its limit or its account: ${reading.line}`);
  if (reading.dialog !== null && !held) return no('dialog', `a dialog is on its screen: ${reading.line}`);
  if (!reading.known) return no('busy', 'nobody knows its screen');
  if (!reading.ready) return no('busy', 'there is no input field on its screen');
  if (reading.composer.kind === 'draft') return no('draft', "there is a person's text in its input field");
  if (reading.activity === 'busy' && mode === 'idle') return no('busy', 'it is in the middle of a turn');
  return null;
}

/** Waits until the input field holds exactly our text. This look is the one that allows the keys. @param past answered dialogs it showed before */
async function arrival(typing: Typing, past: number): Promise<Seen | Submission> {
  const { clock, mode } = typing.options;
  const deadline = clock.mono() + typing.driver.submit.within;
  for (;;) {
    const seen = await look(typing);
    if (seen === null) return end('gone', 'its pane went while text was typed');
    const { reading, held } = seen;
    // Nothing is pressed, for any key could answer it; the text waits behind it, or it took the text for keys and dropped it.
    if (reading.dialog !== null || reading.past > past)
      return end('ambiguous', `a dialog came up while it was typed: ${reading.line}`, seen, 'typed');
    if (held === 'all' && !seen.screen.inMode) {
      if (reading.activity === 'busy' && mode === 'idle')
        return takeBack(typing, end('busy', 'it began a turn of its own', seen));
      return seen;
    }
    if (clock.mono() > deadline) {
      if (held === 'part') return takeBack(typing, { ...end('busy', PARTLY, seen), spoilt: true });
      const why = held === 'none' ? 'its input field never showed the text' : 'a person typed at the same time';
      return end('ambiguous', why, seen, 'typed');
    }
    await clock.pause(LOOK_EVERY);
  }
}

/** Waits for the proof: our text has left the input field, and a turn began or the transcript shows it. */
async function proof(typing: Typing, before: Prints): Promise<Submission> {
  const { door, driver, options } = typing;
  const { clock, mode } = options;
  const start = clock.mono();
  let pressed = 1;
  for (;;) {
    await clock.pause(LOOK_EVERY);
    const seen = await look(typing);
    if (seen === null) return end('ambiguous', 'its pane went after the text was submitted', null, 'pressed');
    const { reading, held } = seen;
    const began = options.started?.() === true || wasPrinted(before, printsOf(driver, seen.screen, typing.text));
    const left = held === 'none' || held === 'other';
    if (left && (began || (reading.activity === 'busy' && mode === 'idle')))
      return end('submitted', 'proven', seen, 'pressed');
    const waited = clock.mono() - start;
    const quiet = held === 'all' && reading.dialog === null && reading.activity !== 'busy' && !seen.screen.inMode;
    if (quiet && pressed === 1 && waited > PRESS_AGAIN) {
      await door.keys(driver.submit.keys);
      pressed++;
    }
    if (waited > driver.submit.within) {
      if (quiet) return takeBack(typing, { ...end('busy', DEAF, seen, 'pressed'), spoilt: true });
      return end('ambiguous', 'nothing proves that it was submitted', seen, 'pressed');
    }
  }
}

const PARTLY = 'its input field did not show the whole text';
const DEAF = 'its input field does not react to its keys';

const end = (
  result: SubmitResult,
  why: string,
  seen: Seen | null = null,
  touched: Touched = 'nothing',
): Submission => ({ result, why, reading: seen?.reading ?? null, touched });
