// A session for the dashboard to look at, in a process of its own: the socket of a controller, 200 agents and as many events a second as one wants.
// A stand-in, so that 200 real agents do not take the processor that the dashboard is timed on. Reads `rate N` from its standard input.
import { createInterface } from 'node:readline';

const [runFolder, count] = [process.argv[2], Number(process.argv[3])];
const { loadServer } = await import(new URL('../../dist/rpc/index.js', import.meta.url).href);
const { deskEvent, deskSnapshot } = await import('./desk-events.mjs');
const { serve } = await loadServer();

const listeners = new Set();
let seq = 0;
const snapshot = () => deskSnapshot(count, seq, Date.now());
const session = {
  snapshot: async () => snapshot(),
  events: async () => [],
  subscribe: async (listener) => {
    listeners.add(listener);
    listener({ kind: 'snapshot', snapshot: snapshot() });
    return { close: () => void listeners.delete(listener) };
  },
};
await serve(runFolder, { session, mail: { mail: async () => [] }, desk: {} }, process.pid);

let timer;
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const rate = Number(line.replace('rate ', ''));
    clearInterval(timer);
    if (rate === 0) return;
    timer = setInterval(() => {
      const event = deskEvent(++seq, count, Date.now());
      for (const listener of listeners) listener({ kind: 'event', event });
    }, 1_000 / rate);
  })
  .on('close', () => process.exit(0));
console.log('ready');
