import type { AgentSnapshot, MailEntry } from '../../protocol/index.ts';
import { listedMail } from './mail.ts';
import type { State } from './state.ts';

/** How a task stands, in the order tasks are shown in. */
export type Standing = 'working' | 'waiting' | 'dead' | 'failed' | 'done';

const ORDER: Readonly<Record<Standing, number>> = { working: 0, waiting: 1, dead: 2, failed: 3, done: 3 };

const isTask = ({ message }: MailEntry): boolean => message.type === 'task_assign';

/** Every task that is known: what is in hand first, then what waits, then what was given up, then what is over, each newest first. */
export function taskRows(state: State): readonly MailEntry[] {
  const rows = listedMail(state, isTask);
  const listed = new Set(rows.map(({ message }) => message.id));
  const inHand = (state.snapshot?.agents ?? []).flatMap((agent) => olderTask(agent, listed));
  return [...inHand, ...rows]
    .map((entry) => ({ entry, order: ORDER[howItStands(state, entry)] }))
    .sort((a, b) => a.order - b.order || b.entry.message.seq - a.entry.message.seq)
    .map(({ entry }) => entry);
}

/** A task an agent has had for so long that its message is not among the newest: what the snapshot tells of it. */
function olderTask({ name, task }: AgentSnapshot, listed: ReadonlySet<string>): MailEntry[] {
  if (task === null || listed.has(task.id)) return [];
  return [
    {
      message: {
        id: task.id,
        type: 'task_assign',
        from: task.from,
        to: name,
        sentTo: name,
        payload: { text: task.text },
        timestamp: '',
        ttl: null,
        seq: 0,
        priority: 'normal',
        replyTo: null,
        delivery: null,
        attempt: 1,
      },
      state: 'started',
      reason: null,
      notBefore: null,
      file: '',
    },
  ];
}

/** The message that ended a task; null while there is none. */
export function resultOf({ mail }: State, { message }: MailEntry): MailEntry | null {
  let results = RESULTS.get(mail.entries);
  if (results === undefined) {
    results = new Map(
      mail.entries.flatMap((entry): [string, MailEntry][] =>
        entry.message.replyTo !== null &&
        (entry.message.type === 'task_complete' || entry.message.type === 'task_failed')
          ? [[`${entry.message.from} ${entry.message.replyTo}`, entry]]
          : [],
      ),
    );
    RESULTS.set(mail.entries, results);
  }
  return results.get(`${message.to} ${message.id}`) ?? null;
}

/** Answers by who gave them to what; looked for once in what came. */
const RESULTS = new WeakMap<readonly MailEntry[], ReadonlyMap<string, MailEntry>>();

export function howItStands(state: State, entry: MailEntry): Standing {
  const result = resultOf(state, entry);
  if (result !== null) return result.message.type === 'task_failed' ? 'failed' : 'done';
  if (entry.state === 'dead') return 'dead';
  if (entry.state === 'queued') return 'waiting';
  return entry.state === 'acked' || entry.state === 'answered' ? 'done' : 'working';
}
