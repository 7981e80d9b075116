import type { MailEntry, MessageState, Paths } from '../protocol/index.ts';
import type { Client } from '../rpc/index.ts';
import type { CliPorts } from './ports.ts';
import { tryConnect } from './reach.ts';

/** What a sender may wait for. */
export const WAITED = ['queued', 'submitted', 'started', 'acked', 'answered'] as const;
export type Waited = (typeof WAITED)[number];

/** How far each state is on the way. A dead message goes no further. */
const RANK: Readonly<Record<MessageState, number>> = {
  queued: 0,
  delivering: 1,
  submitted: 2,
  started: 3,
  acked: 4,
  answered: 5,
  dead: -1,
};

export type HowFar = 'reached' | 'dead' | 'on its way';

/** Where all copies of a message stand together: one that is dead decides, since nothing can be reached any more. */
export function howFar(entries: readonly MailEntry[], goal: Waited): HowFar {
  if (entries.some(({ state }) => state === 'dead')) return 'dead';
  if (entries.length === 0) return 'on its way';
  return entries.every(({ state }) => RANK[state] >= RANK[goal]) ? 'reached' : 'on its way';
}

/** Milliseconds between two looks when no event comes, and between two tries for a controller that went away. */
const LOOK = 1_000;
const RECONNECT = 200;

/**
 * Follows a message until every copy got as far as `goal`, one is dead, or the time is up, over as many controllers as it takes.
 * Events make it fast; looking every second makes it right.
 * @param timeout milliseconds @param onLook is shown what was seen
 */
export async function awaitMail(
  ports: Pick<CliPorts, 'clock' | 'connect'>,
  paths: Paths,
  first: Client,
  {
    id,
    goal,
    timeout,
    onLook,
  }: { id: string; goal: Waited; timeout: number; onLook(entries: readonly MailEntry[]): void },
): Promise<{ readonly how: HowFar; readonly entries: readonly MailEntry[] }> {
  const { clock } = ports;
  const deadline = clock.mono() + timeout;
  let entries: readonly MailEntry[] = [];
  let news = await listen(first, id);
  for (let client: Client | null = first; ; ) {
    if (client === null) {
      client = await tryConnect(ports as CliPorts, paths.run);
      if (client !== null) news = await listen(client, id);
    }
    if (client !== null) entries = await look(client, id, entries);
    onLook(entries);
    const how = howFar(entries, goal);
    const left = deadline - clock.mono();
    if (how !== 'on its way' || left <= 0) return { how, entries };
    if (client === null) await clock.pause(Math.min(left, RECONNECT));
    else {
      const gone = await Promise.race([
        news.next(),
        clock.pause(Math.min(left, LOOK)),
        client.closed.then(() => 'gone' as const),
      ]);
      if (gone === 'gone') client = null;
    }
  }
}

/** What is there now; what was there before when the controller goes away meanwhile. */
const look = (client: Client, id: string, before: readonly MailEntry[]): Promise<readonly MailEntry[]> =>
  client.message(id).catch((error: { code?: string }) => {
    if (error.code === 'not-running') return before;
    throw error;
  });

interface News {
  /** Resolves at the first event about the message since the last call. */
  next(): Promise<void>;
}

async function listen(client: Client, id: string): Promise<News> {
  let pending = false;
  let heard = (): void => void (pending = true);
  await client
    .subscribe((message) => {
      if (message.kind === 'gap') return heard();
      if (message.kind !== 'event') return;
      const data = message.event.data as { id?: string; replyTo?: string };
      if (data.id === id || data.replyTo === id) heard();
    })
    .catch(() => {}); // gone already: the next look finds out
  return {
    next: () =>
      new Promise((resolve) => {
        heard = () => {
          pending = true;
          resolve();
        };
        if (pending) resolve();
        pending = false;
      }),
  };
}
