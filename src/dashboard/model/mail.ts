import { plainLine } from '../../base/index.ts';
import { EXTERNAL, type MailEntry, type MailFilter, type OrchestraEvent, type Payload } from '../../protocol/index.ts';
import { gist } from '../../view/index.ts';
import type { Effect } from './input.ts';
import type { MailState, State } from './state.ts';

/** Messages asked for: more than any screen has lines, and few enough to come in a moment. */
const NEWEST = 200;
/** Tasks are few among other messages: more are looked through for them. */
const NEWEST_TASKS = 500;
/** Messages that did not change are asked for again this often (ms): what becomes of them without an event. */
const REFRESH = 5_000;
/** An event may come before what was asked earlier: what came this soon after it may lack it (ms). */
const OVERLAP = 2_000;
/** Characters of a payload that a line is made of: a message may be a megabyte, and a line of it is shown with every picture. */
const GLANCE = 2_000;

/** Names one copy of a message. */
export const copyKey = ({ message }: MailEntry): string => `${message.to} ${message.id}`;

/** The same for the same filter. */
export const filterKey = (filter: MailFilter): string => JSON.stringify(filter);

/** What the shown screen lists; null where it lists no messages. */
export function mailFilter({ screen, agent, selected, mail }: State): MailFilter | null {
  if (screen === 'agent') return agent.tab === 'mail' && selected !== null ? { agent: selected, last: NEWEST } : null;
  if (screen === 'tasks') return { last: NEWEST_TASKS };
  if (screen !== 'messages') return null;
  if (mail.show === 'for you') return { agent: EXTERNAL, last: NEWEST };
  if (mail.show === 'queued') return { states: ['queued'], last: NEWEST };
  return mail.show === 'dead' ? { states: ['dead'], last: NEWEST } : { last: NEWEST };
}

/** What has to be asked so that the list, and the message that is open, are as they should be. */
export function mailLoads(state: State): Effect[] {
  const { mail, now } = state;
  const filter = mailFilter(state);
  if (filter === null) return [];
  const effects: Effect[] = [];
  const fresh = mail.of === filterKey(filter) && mail.newsAt + OVERLAP < mail.at && now < mail.at + REFRESH;
  if (!fresh) effects.push({ kind: 'load-mail', filter });
  const thread = threadFilter(state);
  if (thread !== null && (mail.thread.of !== filterKey(thread) || mail.thread.stale))
    effects.push({ kind: 'load-mail', filter: thread });
  return effects;
}

/** The whole conversation the open message belongs to, from as far back as is known. */
function threadFilter(state: State): MailFilter | null {
  if (!state.mail.open || state.mail.chosen === null) return null;
  const open = openMail(state);
  if (open === null) return { thread: state.mail.chosen.slice(state.mail.chosen.indexOf(' ') + 1) };
  const known = new Map(
    [...state.mail.entries, ...state.mail.thread.entries].map((entry) => [entry.message.id, entry]),
  );
  let { message } = open;
  const seen = new Set<string>();
  while (message.replyTo !== null && !seen.has(message.id)) {
    seen.add(message.id);
    const before = known.get(message.replyTo);
    if (before === undefined) return { thread: message.replyTo };
    ({ message } = before);
  }
  return { thread: message.id };
}

/** Messages that came. Those nobody looks at any more are dropped. */
export function withMail(state: State, filter: MailFilter, entries: readonly MailEntry[]): State {
  const of = filterKey(filter);
  const { mail } = state;
  if (filter.thread !== undefined) return { ...state, mail: { ...mail, thread: { of, entries, stale: false } } };
  const wanted = mailFilter(state);
  if (wanted === null || filterKey(wanted) !== of) return state;
  return { ...state, mail: { ...mail, entries, of, at: state.now } };
}

export const mailChanged = (state: State): State => ({
  ...state,
  mail: { ...state.mail, newsAt: state.now, thread: { ...state.mail.thread, stale: state.mail.open } },
});

/** An event about a message makes the list out of date, and the open conversation when it is about that. */
export function withMailEvent(state: State, event: OrchestraEvent): State {
  if (!event.type.startsWith('message.')) return state;
  const { id, replyTo } = event.data as { readonly id?: unknown; readonly replyTo?: unknown };
  const { thread, open } = state.mail;
  const touched = open && thread.entries.some(({ message }) => message.id === id || message.id === replyTo);
  return {
    ...state,
    mail: { ...state.mail, newsAt: state.now, thread: touched ? { ...thread, stale: true } : thread },
  };
}

/** It was typed and its turn has ended: it is done, though nobody acknowledged it (docs/messages.md). */
export const isOver = ({ state, file }: MailEntry): boolean =>
  (state === 'submitted' || state === 'started') && file.split('/').at(-2) === 'done';

/** It lies in an agent's mailbox, not in that of the person. */
export const isCrews = ({ message }: MailEntry): boolean => message.to !== EXTERNAL;

/** A line of what is said. Of a very long text only its beginning is looked at. */
export function glance(payload: Payload): string {
  const { text } = payload;
  if (typeof text !== 'string' || text.length <= GLANCE) return gist(payload);
  return gist({ text: text.trimStart().slice(0, GLANCE) });
}

/** The messages that are listed, newest first; derived once for what came and the filter. */
export function listedMail(state: State, pass: (entry: MailEntry) => boolean = everything): readonly MailEntry[] {
  if (!mailIsHere(state)) return [];
  const { mail, filter } = state;
  const wanted = filter.trim().toLowerCase();
  const known = LISTED.get(mail.entries);
  if (known?.wanted === wanted && known.pass === pass) return known.rows;
  const rows = mail.entries
    .filter((entry) => pass(entry) && (wanted === '' || wordsOf(entry).includes(wanted)))
    .reverse();
  LISTED.set(mail.entries, { wanted, pass, rows });
  return rows;
}

/** What came is what the shown screen lists. */
export function mailIsHere(state: State): boolean {
  const filter = mailFilter(state);
  return filter !== null && state.mail.of === filterKey(filter);
}

const everything = (): boolean => true;

/** A list is looked through for every key and every picture: what did not change is not looked through again. */
const LISTED = new WeakMap<
  MailState['entries'],
  { readonly wanted: string; readonly pass: unknown; readonly rows: readonly MailEntry[] }
>();

const wordsOf = ({ message, state }: MailEntry): string =>
  [message.from, message.to, message.sentTo, message.type, message.priority, state, message.id, glance(message.payload)]
    .map(plainLine)
    .join(' ')
    .toLowerCase();

/** Place of the chosen one in a list, the newest when none is chosen or it is gone; -1: the list is empty. */
export function chosenPlace({ mail }: State, rows: readonly MailEntry[]): number {
  if (rows.length === 0) return -1;
  return Math.max(0, mail.chosen === null ? 0 : rows.findIndex((entry) => copyKey(entry) === mail.chosen));
}

/** The message that is read in full. It stays open when it leaves the list. */
export function openMail({ mail }: State): MailEntry | null {
  if (!mail.open || mail.chosen === null) return null;
  const named = (entry: MailEntry): boolean => copyKey(entry) === mail.chosen;
  // What was asked for last is the truth: a list that was narrowed to the waiting ones knows no more of it once it was delivered.
  return mail.entries.find(named) ?? mail.thread.entries.find(named) ?? null;
}

/** Opens a message. One to the person is taken in by being shown to them. */
export function opened(state: State, entry: MailEntry): { readonly state: State; readonly effects: readonly Effect[] } {
  const next = { ...state, mail: { ...state.mail, chosen: copyKey(entry), open: true, down: 0 } };
  const effects = mailLoads(next).filter((effect) => effect.kind === 'load-mail' && effect.filter.thread !== undefined);
  return { state: next, effects: [...effects, ...takenIn(entry)] };
}

/** Takes in what was written to the person and nobody took in yet. */
function takenIn({ message, state }: MailEntry): Effect[] {
  const unread = message.to === EXTERNAL && (state === 'queued' || state === 'submitted' || state === 'delivering');
  return unread ? [{ kind: 'ack', agent: EXTERNAL, id: message.id }] : [];
}

/** The same for what is answered: from the list, without being opened, it would wait for the person for ever. */
export function answered({ mail }: State, id: string | null): Effect[] {
  const entry = [...mail.entries, ...mail.thread.entries].find(
    ({ message }) => message.id === id && message.to === EXTERNAL,
  );
  return entry === undefined ? [] : takenIn(entry);
}

/** Copies of the same message, by recipient; the one itself where no more is known. */
export function copiesOf({ mail }: State, entry: MailEntry): readonly MailEntry[] {
  const copies = new Map<string, MailEntry>();
  for (const one of [...mail.thread.entries, ...mail.entries])
    if (one.message.id === entry.message.id) copies.set(one.message.to, one);
  return copies.size === 0 ? [entry] : [...copies.values()].sort((a, b) => (a.message.to < b.message.to ? -1 : 1));
}
