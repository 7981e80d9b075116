import { LOOK_EVERY, look, type Submission, type Typing } from './typing.ts';

/** Rows a text may take that is taken out: one line goes with each press in some CLIs. */
const MOST_PRESSES = 60;
/** Looks without any change after which the keys are taken to do nothing. */
const NO_EFFECT = 25;

/**
 * Takes our text out of the input field again. Each press needs a look that shows nothing but our text and no dialog; otherwise what is there is
 * left alone.
 *
 * @param clean what is answered once the input field is empty
 */
export async function takeBack(typing: Typing, clean: Submission): Promise<Submission> {
  const { door, driver, options } = typing;
  const touched = clean.touched === 'pressed' ? 'pressed' : 'typed';
  const ambiguous = (why: string): Submission => ({
    result: 'ambiguous',
    why: `${clean.why}; ${why}`,
    reading: clean.reading,
    touched,
  });
  if (driver.submit.clear.length === 0) return ambiguous('nothing takes its input field back safely');
  let presses = 0;
  let idleLooks = 0;
  let last = '';
  for (;;) {
    const seen = await look(typing);
    if (seen === null) return { ...clean, result: 'gone', reading: null };
    if (seen.reading.dialog !== null) return ambiguous('then a dialog came up');
    if (seen.held === 'none') return { ...clean, reading: seen.reading, touched: 'nothing' };
    if (seen.held === 'other' || seen.held === 'mixed') return ambiguous('then a person typed');
    const text = seen.reading.composer.text;
    idleLooks = text === last ? idleLooks + 1 : 0;
    if (presses >= MOST_PRESSES || idleLooks > NO_EFFECT) return ambiguous('its input field cannot be emptied');
    if (text !== last) {
      await door.keys(driver.submit.clear);
      presses++;
      last = text;
    }
    await options.clock.pause(LOOK_EVERY);
  }
}
