import { appendFileSync } from 'node:fs';
import { dropInIntake, MailLog, MailStore } from '../../src/mailbox/index.ts';
import { nextTurn, systemClock, systemDisk, systemRandom } from '../../src/platform/index.ts';
import { DEFAULT_MESSAGES, type MessageDraft, OrchestraError, pathsOf } from '../../src/protocol/index.ts';
import { MailQueue } from '../../src/queue/index.ts';
import type { Witnessed } from './mail-checker.ts';

/*
 * A process that does with mail what a controller or a sender does, to be killed at any moment. What it promised, what it handed over and its events go
 * into a file line by line before it goes on: what is in there happened, whenever it was killed.
 *
 *   walk  PROJECT LOG            each way a message can go, once
 *   storm PROJECT LOG FROM TO    sends messages FROM to TO, delivers and acknowledges what there is, until all is done
 *   drop  PROJECT LOG FROM TO    leaves messages FROM to TO in the intake
 */
const [mode = '', project = '', log = '', first = '0', last = '0'] = process.argv.slice(2);
const paths = pathsOf(project);
export const CREW = ['a', 'b', 'c'] as const;

const write = (line: Witnessed): void => appendFileSync(log, `${JSON.stringify(line)}\n`);
const idOf = (n: number, lane: string): string => `0190a5a8-0000-7000-8${lane}-${String(n).padStart(12, '0')}`;

const mailLog = new MailLog(paths);

async function open(): Promise<MailQueue> {
  const queue = new MailQueue({
    store: new MailStore(paths, systemDisk(), mailLog),
    clock: systemClock,
    random: systemRandom,
    emit: (type, agent, data) => write({ kind: 'event', type, agent, data }),
    degraded: (what, message) => {
      if (message !== null) write({ kind: 'trouble', what, message });
    },
    turn: nextTurn,
  });
  const rules = { ...DEFAULT_MESSAGES, depth: 100_000 };
  queue.setCrew(
    CREW.map((name) => ({ name, delivery: 'idle', interrupted: 'dead' })),
    rules,
    () => null,
  );
  await queue.open();
  await mailLog.ready();
  return queue;
}

async function send(queue: MailQueue, draft: MessageDraft): Promise<void> {
  try {
    const { id, recipients } = await queue.send(draft);
    write({ kind: 'promised', id, recipients });
  } catch (error) {
    if (!(error instanceof OrchestraError) || error.code !== 'storage') throw error;
    write({ kind: 'refused', id: draft.id ?? '' });
  }
}

/** Hands the next message of an agent over; false when there is none. */
async function deliver(queue: MailQueue, agent: string): Promise<boolean> {
  const id = queue.head(agent)?.message.id;
  if (id === undefined) return false;
  try {
    await queue.begin(agent, id);
    write({ kind: 'handed', agent, id });
    await queue.submitted(agent, id, 'keys');
    await queue.ack(agent, id, agent);
    write({ kind: 'acked', agent, id });
  } catch (error) {
    if (!(error instanceof OrchestraError)) throw error;
  }
  return true;
}

async function walk(): Promise<void> {
  const queue = await open();
  await send(queue, { id: idOf(1, '000'), type: 'note', to: 'a', payload: {} });
  await deliver(queue, 'a');
  await send(queue, { id: idOf(2, '000'), type: 'note', to: 'broadcast', payload: {} });
  await deliver(queue, 'b');
  try {
    await dropInIntake(paths, { id: idOf(3, '000'), type: 'note', to: 'c', payload: {} });
    write({ kind: 'promised', id: idOf(3, '000'), recipients: ['c'] });
  } catch {
    write({ kind: 'refused', id: idOf(3, '000') });
  }
  await queue.drain();
  while (await deliver(queue, 'c'));
  await queue.close();
}

async function storm(): Promise<void> {
  const queue = await open();
  let next = Number(first);
  const sender = async (): Promise<void> => {
    for (let n = next++; n < Number(last); n = next++) {
      const to = n % 10 === 0 ? 'broadcast' : (CREW[n % 3] as string);
      await send(queue, { id: idOf(n, '000'), type: 'note', to, payload: { n } });
    }
  };
  let sending = true;
  const readers = CREW.map(async (agent) => {
    // What was handed over before the last kill, and never acknowledged.
    for (const { message, state } of queue.inFlight(agent)) {
      if (state !== 'submitted') continue;
      await queue.ack(agent, message.id, agent);
      write({ kind: 'acked', agent, id: message.id });
    }
    while ((await deliver(queue, agent)) || sending || queue.waiting().includes(agent)) await nextTurn();
  });
  await Promise.all(Array.from({ length: 16 }, sender));
  await queue.sweep();
  sending = false;
  await Promise.all(readers);
  await queue.close();
}

async function drop(): Promise<void> {
  for (let n = Number(first); n < Number(last); n++) {
    const id = idOf(n, '001');
    await dropInIntake(paths, { id, type: 'note', to: CREW[n % 3] as string, payload: { n } });
    write({ kind: 'promised', id, recipients: [CREW[n % 3] as string] });
  }
}

const programs: Readonly<Record<string, () => Promise<void>>> = { walk, storm, drop };
await programs[mode]?.();
