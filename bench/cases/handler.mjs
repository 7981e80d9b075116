import { renameSync, rmSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Crew, names } from '../lib/crew.mjs';
import { jitter, now, pause, spread, within } from '../lib/measure.mjs';
import { OwnQueue } from '../lib/own-queue.mjs';
import { inScratch } from '../lib/reap.mjs';
import { Reports } from '../lib/reports.mjs';
import { TEXT } from '../lib/sender.mjs';

export const title = 'a send to the handler of its recipient, 200 agents';

const AGENTS = 200;
/** A tmpfs: fsync(2) costs nothing there, so what is left is what orchestra itself takes. */
const MEMORY = '/dev/shm';

/** The recipient waits for mail over the socket, as the worker does; the sender is another client. */
export const measure = ({ quick }) =>
  inScratch(async (dir) => {
    const memory = mkdtempSync(join(MEMORY, 'bench-'));
    const reports = new Reports(dir);
    const crew = new Crew({
      dir: memory,
      agents: names(AGENTS),
      layout: 'grid',
      reports: reports.path,
      delivery: 'inbox',
    });
    try {
      await crew.up();
      const samples = await throughSocket(crew, quick ? 200 : 2000);
      const dropped = await withoutWatch(memory, quick ? 5 : 40);
      return told(spread(samples), spread(dropped));
    } finally {
      await crew.down();
      reports.close();
      rmSync(memory, { recursive: true, force: true });
    }
  });

async function throughSocket(crew, count) {
  const client = await crew.connect();
  const readers = await crew.connect();
  await crew.allRunning(client, 120_000);
  const take = (agent) => {
    const taken = readers.take(agent, 60_000);
    taken.catch(() => {}); // those that still wait at the end
    return taken;
  };
  const waiting = new Map(crew.agents.map((agent) => [agent, take(agent)]));
  const samples = [];
  for (let index = 0; index < count; index++) {
    const agent = crew.agents[Math.floor(Math.random() * crew.agents.length)];
    const taken = waiting.get(agent);
    const from = now();
    const sent = client.send({ type: 'note', to: agent, payload: { text: TEXT, index } });
    const entry = await within(10_000, `mail for ${agent}`, taken);
    samples.push(now() - from);
    await sent;
    await readers.ack(agent, entry.message.id, agent);
    waiting.set(agent, take(agent));
    await jitter(1, 5);
  }
  client.close();
  readers.close();
  return samples;
}

/** Files dropped into the intake with nobody who watches it: the rounds alone find them. */
async function withoutWatch(memory, count) {
  const dir = join(memory, 'unwatched');
  mkdirSync(dir);
  const queue = await OwnQueue.open(dir);
  const rounds = setInterval(() => void queue.sweep(), 700);
  const samples = [];
  try {
    for (let index = 0; index < count; index++) {
      const id = randomUUID();
      const file = join(dir, '.orchestra/queue/intake/tmp', id);
      const arrived = new Promise((resolve) => queue.onceChanged(resolve));
      writeFileSync(file, JSON.stringify({ id, type: 'note', to: 'a1', payload: { text: TEXT } }));
      const from = now();
      renameSync(file, join(dir, '.orchestra/queue/intake/new', id));
      await within(10_000, 'a dropped file', arrived);
      samples.push(now() - from);
      await pause(Math.random() * 1000);
    }
  } finally {
    clearInterval(rounds);
    await queue.close();
  }
  return samples;
}

const told = (sent, dropped) => ({
  rows: [
    { what: 'send to handler, p50', unit: 'ms', ours: sent.p50, peer: 3, against: 'the goal', most: 1 },
    { what: 'send to handler, p99', unit: 'ms', ours: sent.p99, peer: 25, against: 'the goal', most: 1 },
    {
      what: 'a dropped file to handler with no watch event at all, longest',
      unit: 'ms',
      ours: dropped.max,
      peer: 1000,
      against: 'the goal',
      most: 1,
    },
  ],
  series: [
    { what: 'send to handler, 200 agents, no wait for the disk', unit: 'ms', ...sent },
    { what: 'dropped file to handler, nobody watching', unit: 'ms', ...dropped },
  ],
});
