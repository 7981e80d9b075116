// A program with a queue of its own, without controller and socket: `node own-sender.mjs FOLDER COUNT IN_FLIGHT`.
import { OwnQueue } from './own-queue.mjs';
import { sender, TEXT } from './sender.mjs';

await sender(async (dir) => {
  const queue = await OwnQueue.open(dir);
  return {
    send: (index) => queue.send({ type: 'note', to: 'a1', payload: { text: TEXT, index } }),
    close: () => queue.close(),
  };
});
