// A program that sends through the controller's socket: `node socket-sender.mjs RUN_FOLDER COUNT IN_FLIGHT`.
import { sender, TEXT } from './sender.mjs';

await sender(async (run) => {
  const { connect } = await import(new URL('../../dist/rpc/index.js', import.meta.url).href);
  const client = await connect(run);
  return {
    send: (index) => client.send({ type: 'note', to: 'a1', payload: { text: TEXT, index } }),
    close: () => client.close(),
  };
});
