// The side of a sending program: it says `ready`, waits for a line, sends, and prints what it saw.
import { once } from 'node:events';
import { now } from './measure.mjs';

/** What is sent by everyone who is measured: 200 bytes of text. */
export const TEXT = 'The parser is done, and all of its tests pass. '.repeat(5).slice(0, 200);

/**
 * Calls `send` `count` times, at most `inFlight` at once.
 * @returns {Promise<{ from: number, to: number, samples: number[] }>} times in ms on CLOCK_MONOTONIC, and how long each call took
 */
export async function sendMany(send, count, inFlight) {
  const samples = [];
  let begun = 0;
  const one = async () => {
    while (begun < count) {
      const index = begun++;
      const at = now();
      await send(index);
      samples.push(now() - at);
    }
  };
  const from = now();
  await Promise.all(Array.from({ length: inFlight }, one));
  return { from, to: now(), samples };
}

/** For a program of its own: `node PROGRAM WHERE COUNT IN_FLIGHT`. */
export async function sender(connect) {
  const [where = '', count = '1', inFlight = '1'] = process.argv.slice(2);
  const { send, close } = await connect(where);
  // Whatever is loaded or prepared at the first call is no part of what is measured.
  for (let index = 0; index < 20; index++) await send(index);
  console.log('ready');
  await once(process.stdin, 'data');
  console.log(JSON.stringify(await sendMany(send, Number(count), Number(inFlight))));
  process.stdin.destroy();
  await close();
}
