import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { now, spread } from '../lib/measure.mjs';
import { OwnQueue } from '../lib/own-queue.mjs';
import { inScratch } from '../lib/reap.mjs';
import { TEXT } from '../lib/sender.mjs';
import { Disk } from '../peers/disk.mjs';

export const title = 'durable send, one by one, beside one fsync of the same disk';

/** Queue and disk in turn, so that whatever else the disk does meets both. */
export const measure = ({ quick }) =>
  inScratch(async (dir) => {
    const queue = await OwnQueue.open(dir);
    const send = (index) => queue.send({ type: 'note', to: 'a1', payload: { text: TEXT, index } });
    const samples = { send: [], fsync: [], write: [] };
    for (let index = 0; index < 50; index++) await send(index);
    const disk = new Disk(dir, sizeOfOne(join(queue.mailbox, 'new')));
    try {
      await disk.start();
      for (let round = 0; round < (quick ? 100 : 1000); round++) {
        const from = now();
        await send(round);
        samples.send.push(now() - from);
        const { fsync, whole } = await disk.write();
        samples.fsync.push(fsync);
        samples.write.push(whole);
      }
    } finally {
      await queue.close();
    }
    const [ours, fsync, write] = [samples.send, samples.fsync, samples.write].map(spread);
    const what = 'durable send, one by one, p50';
    return {
      rows: [
        { what, unit: 'ms', ours: ours.p50, peer: fsync.p50, against: 'one fsync, nothing else', most: 1.2 },
        {
          what,
          unit: 'ms',
          ours: ours.p50,
          peer: write.p50,
          against: 'create, write, fsync, close',
          goal: 'told, no goal',
        },
      ],
      series: [
        { what: 'durable send, one by one, orchestra', unit: 'ms', ...ours },
        { what: 'one fsync, nothing else', unit: 'ms', ...fsync },
        { what: 'create, write, fsync, close', unit: 'ms', ...write },
      ],
    };
  });

function sizeOfOne(folder) {
  const [name] = readdirSync(folder);
  return statSync(join(folder, name)).size;
}
