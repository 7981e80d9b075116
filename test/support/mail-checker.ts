import { existsSync, readdirSync, statSync } from 'node:fs';
import { BOXES, MailLog, type MailName, MailStore, parseName } from '../../src/mailbox/index.ts';
import { nextTurn, readFrom, systemClock, systemDisk, systemRandom } from '../../src/platform/index.ts';
import { DEFAULT_MESSAGES, type EventType, type Paths } from '../../src/protocol/index.ts';
import { MailQueue } from '../../src/queue/index.ts';

/** What a process of the mail wrote down before it went on. */
export type Witnessed =
  | { readonly kind: 'promised'; readonly id: string; readonly recipients: readonly string[] } // a sender was told it is safe
  | { readonly kind: 'refused'; readonly id: string } // a sender was told it is not
  | { readonly kind: 'handed' | 'acked'; readonly agent: string; readonly id: string }
  | { readonly kind: 'event'; readonly type: EventType; readonly agent: string | null; readonly data: object }
  | { readonly kind: 'trouble'; readonly what: string; readonly message: string };

/** Lines of a log from an offset on, and how many bytes they are; the last may be cut, by a kill in the middle of it. */
export function readWitness(log: string, from = 0): { lines: Witnessed[]; bytes: number } {
  if (!existsSync(log)) return { lines: [], bytes: 0 };
  const bytes = readFrom(log, from, statSync(log).size - from);
  const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
  const lines = whole.toString('utf8').split('\n').slice(0, -1);
  return { lines: lines.map((line) => JSON.parse(line) as Witnessed), bytes: whole.length };
}

/**
 * Opens the mail as the next controller would, and lets it put in order what it finds. As after a power loss that took nothing: what the log says is
 * compared with what lies there.
 */
export async function recover(paths: Paths, agents: readonly string[]): Promise<MailQueue> {
  const log = new MailLog(paths, { boot: 'the next' });
  const queue = new MailQueue({
    store: new MailStore(paths, systemDisk(), log),
    clock: systemClock,
    random: systemRandom,
    emit: () => {},
    degraded: () => {},
    turn: nextTurn,
  });
  await queue.open();
  queue.setCrew(
    agents.map((name) => ({ name, delivery: 'idle', interrupted: 'dead' })),
    { ...DEFAULT_MESSAGES, depth: 100_000 },
    () => null,
  );
  await queue.sweep();
  return queue;
}

/**
 * Compares what was promised and done with what lies in the mailboxes, all processes being gone and one controller having put things in order. What is wrong,
 * in sentences: a promised message that is nowhere or twice, one that was handed over twice, an acknowledged one that is not so any more.
 */
export function mailProblems(paths: Paths, agents: readonly string[], witnessed: readonly Witnessed[]): string[] {
  const problems: string[] = [];
  const lying = new Map<string, MailName[]>();
  const numbers = new Map<number, string>();
  for (const agent of agents) {
    for (const name of namesIn(paths, agent, problems)) {
      const key = `${agent} ${name.id}`;
      lying.set(key, [...(lying.get(key) ?? []), name]);
      if ((numbers.get(name.seq) ?? name.id) !== name.id) problems.push(`number ${name.seq} was given to two messages`);
      numbers.set(name.seq, name.id);
    }
  }
  for (const [key, names] of lying)
    if (names.length > 1) problems.push(`${key} lies in ${names.map(({ box }) => box).join(' and ')}`);
  const handed = new Map<string, number>();
  for (const line of witnessed) {
    if (line.kind === 'promised')
      for (const agent of line.recipients)
        if (!lying.has(`${agent} ${line.id}`)) problems.push(`${agent} ${line.id} was promised and is lost`);
    if (line.kind === 'handed')
      handed.set(`${line.agent} ${line.id}`, (handed.get(`${line.agent} ${line.id}`) ?? 0) + 1);
    if (line.kind === 'acked' && lying.get(`${line.agent} ${line.id}`)?.[0]?.state !== 'acked')
      problems.push(`${line.agent} ${line.id} was acknowledged and is not`);
  }
  for (const [key, count] of handed) {
    if (count > 1) problems.push(`${key} was handed over ${count} times`);
    if (lying.get(key)?.[0]?.box === 'new') problems.push(`${key} was handed over and waits to be handed over again`);
  }
  return problems;
}

function namesIn(paths: Paths, agent: string, problems: string[]): MailName[] {
  const folder = paths.mailbox(agent);
  if (!existsSync(folder)) return [];
  for (const left of readdirSync(`${folder}/tmp`)) problems.push(`${agent}/tmp/${left} was left behind`);
  return BOXES.flatMap((box) =>
    readdirSync(`${folder}/${box}`).flatMap((file) => {
      const name = parseName(box, file);
      if (name === null) problems.push(`${agent}/${box}/${file} is no message`);
      return name ?? [];
    }),
  );
}
