// A program that adds jobs to a BullMQ queue: `node bullmq.mjs SOCKET COUNT IN_FLIGHT`.
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { sender, TEXT } from '../lib/sender.mjs';

await sender(async (path) => {
  const queue = new Queue('kaede', { connection: new Redis(path, { maxRetriesPerRequest: null }) });
  await queue.waitUntilReady();
  return {
    send: (index) => queue.add('note', { from: 'external', to: 'kaede', text: TEXT, index }),
    close: () => process.exit(0),
  };
});
