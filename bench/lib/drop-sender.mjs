// A program that leaves messages in the intake itself, as `orchestra send` does without a controller: `node drop-sender.mjs FOLDER COUNT IN_FLIGHT`.
import { randomUUID } from 'node:crypto';
import { sender, TEXT } from './sender.mjs';

const built = (room) => import(new URL(`../../dist/${room}/index.js`, import.meta.url).href);

await sender(async (dir) => {
  const [{ dropInIntake }, { pathsOf }] = await Promise.all(['mailbox', 'protocol'].map(built));
  const paths = pathsOf(dir);
  return {
    send: (index) => dropInIntake(paths, { id: randomUUID(), type: 'note', to: 'a1', payload: { text: TEXT, index } }),
    close: async () => {},
  };
});
