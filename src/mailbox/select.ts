import { nextTurn } from '../platform/index.ts';
import { type MailEntry, type MailFilter, OrchestraError, type Paths } from '../protocol/index.ts';
import type { Sealed } from './envelope.ts';
import type { MailName } from './name.ts';
import { MailStore } from './store.ts';

export interface Filed {
  readonly agent: string;
  readonly name: MailName;
}

/** Reads the message of a file, null when it can't be read. */
export type ReadFiled = (filed: Filed) => MailEntry | null;

const AT_ONCE = 32;

/** Messages that fit, oldest first. Only those that are needed are read, a few at a time. */
export async function selectMail(all: readonly Filed[], filter: MailFilter, read: ReadFiled): Promise<MailEntry[]> {
  const { agent, states, thread, from, last = Number.POSITIVE_INFINITY } = filter;
  const named = all.filter(
    ({ agent: owner, name }) =>
      (agent === undefined || owner === agent) &&
      (filter.open !== true || name.box !== 'done') &&
      (thread !== undefined || states === undefined || states.includes(name.state)),
  );
  // A thread is followed from its beginning; else the newest are looked at first, and no more than are wanted.
  const forward = thread !== undefined;
  named.sort((a, b) => (a.name.seq - b.name.seq || (a.agent < b.agent ? -1 : 1)) * (forward ? 1 : -1));
  const within = new Set<string>(thread === undefined ? [] : [thread]);
  const found: MailEntry[] = [];
  let looked = 0;
  for (const filed of named) {
    if (!forward && found.length >= last) break;
    if (++looked % AT_ONCE === 0) await nextTurn();
    const entry = read(filed);
    if (entry === null) continue;
    const { message, state } = entry;
    if (forward && !within.has(message.id) && !within.has(message.replyTo ?? '')) continue;
    within.add(message.id);
    if (from !== undefined && message.from !== from) continue;
    if (states !== undefined && !states.includes(state)) continue;
    found.push(entry);
  }
  return forward ? found.slice(-Math.min(last, found.length) || found.length) : found.reverse();
}

export const mailEntry = (message: Sealed, name: MailName, file: string): MailEntry => ({
  message: { ...message, attempt: name.attempt },
  state: name.state,
  reason: name.reason,
  notBefore: name.notBefore === null ? null : new Date(name.notBefore).toISOString(),
  file,
});

/** What lies in the mailboxes, read without a controller. Throws OrchestraError `storage` when a mailbox can't be read. */
export async function listMail(paths: Paths, filter: MailFilter): Promise<readonly MailEntry[]> {
  const store = new MailStore(paths);
  try {
    const owners = filter.agent === undefined ? store.agents() : [filter.agent];
    const all = owners.flatMap((agent) => store.contents(agent).names.map((name) => ({ agent, name })));
    return await selectMail(all, filter, ({ agent, name }) => {
      const message = store.read(agent, name);
      return message?.ok === true ? mailEntry(message.value, name, store.file(agent, name)) : null;
    });
  } catch (error) {
    const { message } = error as Error;
    throw new OrchestraError('storage', `the mail can't be read: ${message}`, `look at ${paths.queue}`);
  }
}
