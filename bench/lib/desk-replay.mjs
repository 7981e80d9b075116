// Hours of events through a dashboard as fast as it takes them, on a clock that is wound by hand. Prints a line of JSON an hour: bytes in use after a
// collection. Run with --expose-gc.
import { PassThrough, Writable } from 'node:stream';
import { deskEvent, deskSnapshot } from './desk-events.mjs';

const [hours, rate, count] = process.argv.slice(2).map(Number);
const { runDashboard } = await import(new URL('../../dist/dashboard/index.js', import.meta.url).href);

let now = Date.now() - hours * 3_600_000;
let timers = [];
const clock = {
  wall: () => now,
  mono: () => now,
  after(ms, run) {
    const timer = { at: now + ms, run };
    timers.push(timer);
    return () => {
      timers = timers.filter((one) => one !== timer);
    };
  },
  pause: () => new Promise(() => {}),
};
function wind(ms) {
  now += ms;
  const due = timers.filter(({ at }) => at <= now);
  timers = timers.filter(({ at }) => at > now);
  for (const { run } of due) run();
}
let written = 0;
const output = Object.assign(
  new Writable({
    write(chunk, _encoding, done) {
      written += chunk.length;
      done();
    },
  }),
  { isTTY: true, columns: 200, rows: 50 },
);
const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode() {} });
let seq = 0;
let listener;
const client = {
  subscribe: async (its) => {
    listener = its;
    its({ kind: 'snapshot', snapshot: deskSnapshot(count, seq, now) });
    return { close() {} };
  },
  snapshot: async () => deskSnapshot(count, seq, now),
  events: async () => [],
  mail: async () => [],
  closed: new Promise(() => {}),
  close() {},
};
const ports = { clock, input, output, connect: async () => client, readLog: () => [], by: 'bench' };
void runDashboard(ports, { theme: 'dark', chosen: null, light: false, unicode: true, pinned: false, keys: {} });
const breath = () => new Promise((resolve) => setImmediate(resolve));
await breath();
for (let hour = 1; hour <= hours; hour++) {
  const from = process.hrtime.bigint();
  for (let second = 0; second < 3_600; second++) {
    for (let each = 0; each < rate; each++) {
      seq++;
      listener({ kind: 'event', event: deskEvent(seq, count, now) });
    }
    // Another screen every ten minutes: all of them are looked at.
    if (second % 600 === 0) input.write(String(1 + ((second / 600 + hour) % 6)));
    wind(1_000);
    await breath();
  }
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  const took = Number(process.hrtime.bigint() - from) / 1e6;
  process.stdout.write(`${JSON.stringify({ hour, heapUsed, rss, took, written })}\n`);
}
process.exit(0);
