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
  if (!options.submit) return 'submitted';
  await clock.pause(driver.submit.wait);
  await door.keys(driver.submit.keys);
  return 'submitted';
}
