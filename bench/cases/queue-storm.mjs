import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Crew, names } from '../lib/crew.mjs';
import { pause, spread } from '../lib/measure.mjs';
import { inScratch } from '../lib/reap.mjs';
import { Reports } from '../lib/reports.mjs';
import { storm } from '../lib/storm.mjs';
import { Redis } from '../peers/redis.mjs';

export const title = 'durable send from 16 processes, and 16 in flight from one';

const OURS = new URL('../lib/socket-sender.mjs', import.meta.url);
const BARE = new URL('../lib/own-sender.mjs', import.meta.url);
const DROP = new URL('../lib/drop-sender.mjs', import.meta.url);
const BULLMQ = new URL('../peers/bullmq.mjs', import.meta.url);

const KINDS = [
  { key: 'crowd', processes: 16, inFlight: 1, share: 1 },
  { key: 'flight', processes: 1, inFlight: 16, share: 8 },
];

/**
 * On the disk before they are answered, in turn. Sixteen processes leave their messages in the intake, which takes no server; the same through the
 * controller's socket is told beside it.
 */
export const measure = ({ quick }) =>
  inScratch(async (dir) => {
    const reports = new Reports(dir);
    const more = 'messages: { depth: 1000000 }\n';
    const crew = new Crew({ dir, agents: names(9), layout: 'nine', reports: reports.path, delivery: 'inbox', more });
    const redis = new Redis(dir);
    const count = quick ? 50 : 250;
    const seen = { crowd: { ours: [], bullmq: [], dropped: [] }, flight: { ours: [], bullmq: [], bare: [] } };
    const bare = { program: BARE, where: mkdtempSync(join(dir, 'bare-')), env: { UV_THREADPOOL_SIZE: '16' } };
    try {
      await crew.up();
      await redis.start();
      await pause(2000);
      for (let round = 0; round < (quick ? 1 : 5); round++) {
        for (const { key, processes, inFlight, share } of KINDS) {
          const how = { processes, inFlight, count: count * share };
          seen[key].ours.push(await storm({ ...how, program: OURS, where: crew.runFolder }));
          seen[key].bullmq.push(await storm({ ...how, program: BULLMQ, where: redis.socket }));
          // A folder of its own each time: nobody takes anything out meanwhile.
          const dropped = { ...how, program: DROP, where: mkdtempSync(join(dir, 'drop-')) };
          if (key === 'crowd') seen.crowd.dropped.push(await storm(dropped));
          if (key === 'flight') seen.flight.bare.push(await storm({ ...how, ...bare }));
        }
      }
    } finally {
      await redis.stop();
      await crew.down();
      reports.close();
    }
    return told(seen);
  });

const rate = (rounds) => spread(rounds.map((round) => round.rate));
const times = (rounds) => spread(rounds.flatMap(({ samples }) => samples));

function told({ crowd, flight }) {
  const against = 'BullMQ, appendfsync always';
  const [ours, peer] = [rate(crowd.dropped).p50, rate(crowd.bullmq).p50];
  const alone = rate(flight.ours).p50;
  const theirs = rate(flight.bullmq).p50;
  return {
    rows: [
      {
        what: 'durable sends a second, 16 processes, into the intake',
        unit: '/s',
        ours,
        peer,
        against,
        goal: 'at least 1.2 x',
        met: ours / peer >= 1.2,
      },
      {
        what: 'the same through the socket of one controller',
        unit: '/s',
        ours: rate(crowd.ours).p50,
        peer,
        against,
        goal: 'told, no goal',
      },
      {
        what: 'durable sends a second, 16 in flight from one process',
        unit: '/s',
        ours: alone,
        peer: theirs,
        against,
        goal: 'at least 3,000/s',
        met: alone >= 3000,
      },
      {
        what: 'the same without controller and socket',
        unit: '/s',
        ours: rate(flight.bare).p50,
        peer: theirs,
        against,
        goal: 'told, no goal',
      },
    ],
    series: [
      { what: 'sends a second, 16 processes, by round, orchestra', unit: '/s', ...rate(crowd.ours) },
      { what: 'sends a second, 16 processes, by round, intake', unit: '/s', ...rate(crowd.dropped) },
      { what: 'sends a second, 16 processes, by round, BullMQ', unit: '/s', ...rate(crowd.bullmq) },
      { what: 'one of 16 processes sending, orchestra', unit: 'ms', ...times(crowd.ours) },
      { what: 'one of 16 processes sending, BullMQ', unit: 'ms', ...times(crowd.bullmq) },
      { what: 'sends a second, 16 in flight, by round, orchestra', unit: '/s', ...rate(flight.ours) },
      { what: 'sends a second, 16 in flight, by round, BullMQ', unit: '/s', ...rate(flight.bullmq) },
      { what: 'sends a second, 16 in flight, by round, queue alone', unit: '/s', ...rate(flight.bare) },
      { what: 'one of 16 in flight, orchestra', unit: 'ms', ...times(flight.ours) },
      { what: 'one of 16 in flight, BullMQ', unit: 'ms', ...times(flight.bullmq) },
    ],
  };
}
