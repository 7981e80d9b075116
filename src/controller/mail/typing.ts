import { type Driver, type PaneDoor, readScreen, submit, typedText } from '../../drivers/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { SubmitResult } from '../../protocol/index.ts';

/**
 * Types for a person: by the same transaction as every message, or, without `submit`, into the input field only. `force` asks nothing: the person
 * has looked.
 */
export async function typeFor(
  door: PaneDoor,
  driver: Driver,
  text: string,
  options: { readonly submit: boolean; readonly force: boolean },
  clock: Clock,
): Promise<SubmitResult> {
  if (options.submit && !options.force) return (await submit(door, driver, text, { clock, mode: 'idle' })).result;
  const screen = await door.read();
  if (screen === null) return 'gone';
  const reading = readScreen(driver, screen, clock.wall());
  if (!options.force && reading.dialog !== null) return 'dialog';
  if (!options.force && reading.composer.kind === 'draft') return 'draft';
  await door.leaveMode();
  await door.paste(typedText(text));
  if (!options.submit) return driver.composer === null ? 'submitted' : shown(door, driver, clock);
  await clock.pause(driver.submit.wait);
  await door.keys(driver.submit.keys);
  return 'submitted';
}

/** Waits until the input field holds a text: a message that comes meanwhile would be typed behind one that is still on its way. */
async function shown(door: PaneDoor, driver: Driver, clock: Clock): Promise<SubmitResult> {
  const deadline = clock.mono() + driver.submit.within;
  for (;;) {
    const screen = await door.read();
    if (screen === null) return 'gone';
    if (readScreen(driver, screen, clock.wall()).composer.kind === 'draft') return 'submitted';
    if (clock.mono() > deadline) return 'ambiguous';
    await clock.pause(SHOWN_EVERY);
  }
}

/** Between two looks at an input field, ms. */
const SHOWN_EVERY = 30;
