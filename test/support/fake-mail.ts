import {
  BROADCAST,
  type DeadReason,
  type MailEntry,
  type MailFilter,
  type MailService,
  type Message,
  type MessageDraft,
  type MessageState,
  OrchestraError,
  type Peek,
  type SubmitResult,
} from '../../src/protocol/index.ts';

/** Mail of a session in memory: enough of the rules for what talks to it. Tests move messages on as they like. */
export class FakeMail implements MailService {
  readonly entries: MailEntry[] = [];
  /** Calls that came: method, then parameters. */
  readonly calls: unknown[][] = [];
  readonly reports: string[] = [];
  screen: Partial<Peek> = {};
  typed: SubmitResult = 'submitted';
  readonly #agents: readonly string[];
  readonly #waiting = new Set<() => void>();
  #seq = 0;

  constructor(...agents: string[]) {
    this.#agents = agents;
  }

  /** A message that lies there. */
  put(to: string, changes: Partial<Message> & { state?: MessageState; reason?: DeadReason } = {}): MailEntry {
    const { state = 'queued', reason = null, ...message } = changes;
    const seq = ++this.#seq;
    const entry: MailEntry = {
      message: {
        id: `01900000-0000-7000-8000-${String(seq).padStart(12, '0')}`,
        type: 'note',
        from: 'external',
        to,
        sentTo: to,
        payload: { text: `text ${seq}` },
        timestamp: new Date(Date.now() - 61_000).toISOString(),
        ttl: null,
        seq,
        priority: 'normal',
        replyTo: null,
        delivery: null,
        attempt: 0,
        ...message,
      },
      state,
      reason,
      notBefore: null,
      file: `/mail/${to}/${seq}`,
    };
    this.entries.push(entry);
    for (const wake of this.#waiting) wake();
    return entry;
  }

  /** Puts every copy of a message into a state. */
  move(id: string, state: MessageState, reason: DeadReason | null = null, agent?: string): void {
    for (const [at, entry] of this.entries.entries()) {
      if (entry.message.id === id && (agent ?? entry.message.to) === entry.message.to)
        this.entries[at] = { ...entry, state, reason };
    }
  }

  to(agent: string): MailEntry[] {
    return this.entries.filter(({ message }) => message.to === agent);
  }

  async send(draft: MessageDraft): Promise<{ id: string; recipients: string[]; pending: boolean; duplicate: boolean }> {
    this.calls.push(['send', draft]);
    const { id, to, from = 'external', type, payload, priority = 'normal', replyTo = null } = draft;
    if (id === undefined) throw new OrchestraError('usage', 'the fake wants an id');
    const all = to === BROADCAST || to.startsWith('@') ? this.#agents.filter((each) => each !== from) : [to];
    const unknown = all.find((each) => !this.#agents.includes(each) && each !== 'external');
    if (unknown !== undefined) throw new OrchestraError('unknown-agent', `there is no agent ${unknown}`, 'look again');
    const duplicate = this.entries.some(({ message }) => message.id === id);
    for (const each of duplicate ? [] : all) this.put(each, { id, from, sentTo: to, type, payload, priority, replyTo });
    if (replyTo !== null && !duplicate) this.move(replyTo, 'answered');
    return { id, recipients: all, pending: false, duplicate };
  }

  async mail(filter: MailFilter): Promise<readonly MailEntry[]> {
    this.calls.push(['mail', filter]);
    const { agent, states, thread, from, last = Number.POSITIVE_INFINITY } = filter;
    const found = this.entries.filter(
      ({ message, state }) =>
        (agent === undefined || message.to === agent) &&
        (states === undefined || states.includes(state)) &&
        (from === undefined || message.from === from) &&
        (thread === undefined || message.id === thread || message.replyTo === thread),
    );
    return found.slice(-last);
  }

  async message(id: string): Promise<readonly MailEntry[]> {
    this.calls.push(['message', id]);
    const found = this.entries.filter(({ message }) => message.id === id);
    if (found.length === 0) throw new OrchestraError('unknown-message', `there is no message ${id}`);
    return found;
  }

  async take(agent: string, wait: number, gone?: AbortSignal): Promise<MailEntry | null> {
    this.calls.push(['take', agent, wait]);
    const deadline = performance.now() + wait;
    while (gone?.aborted !== true) {
      const next = this.entries.find(({ message, state }) => message.to === agent && state === 'queued');
      if (next !== undefined) {
        this.move(next.message.id, 'submitted', null, agent);
        return { ...next, state: 'submitted' };
      }
      const left = deadline - performance.now();
      if (left <= 0) return null;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.#waiting.add(wake);
        gone?.addEventListener('abort', wake, { once: true });
      });
    }
    return null;
  }

  async ack(agent: string, id: string, by: string): Promise<MailEntry> {
    this.calls.push(['ack', agent, id, by]);
    const found = this.entries.find(({ message }) => message.id === id && message.to === agent);
    if (found === undefined) throw new OrchestraError('unknown-message', `${agent} has no message ${id}`);
    if (found.state !== 'answered') this.move(id, 'acked', null, agent);
    return { ...found, state: 'acked' };
  }

  async redrive(filter: { agent?: string; id?: string }, by: string): Promise<number> {
    this.calls.push(['redrive', filter, by]);
    return 1;
  }

  async purge(filter: { agent?: string; id?: string; states?: readonly MessageState[] }, by: string): Promise<number> {
    this.calls.push(['purge', filter, by]);
    return 2;
  }

  async peek(agent: string): Promise<Peek> {
    return { agent, pane: '%3', title: '', width: 80, height: 24, lines: [], activity: 'idle', ...this.screen };
  }

  async type(agent: string, text: string, options: { submit: boolean; force: boolean }): Promise<SubmitResult> {
    this.calls.push(['type', agent, text, options]);
    return this.typed;
  }

  async report(agent: string, activity: 'idle' | 'busy', detail: string): Promise<void> {
    this.reports.push(`${agent} ${activity} ${detail}`.trim());
  }
}
