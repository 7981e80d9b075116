import { createInterface } from 'node:readline';
import { systemClock } from '../platform/index.ts';
import { work } from '../worker/index.ts';

/** The built-in agent on this process's terminal. */
export const runWorker = (): Promise<number> =>
  work({
    name: process.env.ORCHESTRA_AGENT ?? '',
    write: (text) => void process.stdout.write(text),
    wall: systemClock.wall,
    every: systemClock.every,
    onLine(line, ended) {
      const reader = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
      reader.on('line', line);
      reader.on('close', ended);
    },
    onStop(stop) {
      process.once('SIGTERM', stop);
      process.once('SIGINT', stop);
    },
  });
