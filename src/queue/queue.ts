import { type Filed, selectMail, storageError } from '../mailbox/index.ts';
import {
  type DeadReason,
  type DeliveryMode,
  type MailEntry,
  type MailFilter,
  type MessageDraft,
  type MessagesSpec,
  type MessageState,
  OrchestraError,
  type Receipt,
  type SubmitResult,
} from '../protocol/index.ts';
import { Admission } from './admission.ts';
import { type Choice, Hands } from './hands.ts';
import { Intake } from './intake.ts';
import { Moves } from './moves.ts';
import type { QueuePorts, Recipient } from './ports.ts';
import { Recovery } from './recovery.ts';
import { Rounds } from './rounds.ts';
import { Sequence } from './sequence.ts';
import type { Counts } from './shelf.ts';
import { QueueState } from './state.ts';

/**
 * The mail of a session. Its truth is the files (see mailbox): what is in memory is an index of them, made at the start, and each change is a rename first.
 *
 * Promises reject with OrchestraError. What a person or a program waits for (send, begin, take, ack) resolves when it is on the disk; the other
 * transitions never fail: what the disk refuses is reported as degraded and tried again at the next sweep.
 */
export class MailQueue {
  readonly #state: QueueState;
  readonly #moves: Moves;
  readonly #sequence: Sequence;
  readonly #admission: Admission;
  readonly #intake: Intake;
  readonly #recovery: Recovery;
  readonly #rounds: Rounds;
  readonly #hands: Hands;
  #opened = false;
  #closed = false;
  #sweeping: Promise<void> | null = null;

  constructor(ports: QueuePorts) {
    this.#state = new QueueState(ports);
    this.#moves = new Moves(this.#state);
    this.#sequence = new Sequence(ports.store);
    this.#admission = new Admission(this.#state, this.#moves, this.#sequence);
    this.#intake = new Intake(this.#state, this.#admission);
    this.#recovery = new Recovery(this.#state, this.#moves, this.#admission.fanOut);
    this.#rounds = new Rounds(this.#state, this.#moves, this.#recovery);
    this.#hands = new Hands(this.#state, this.#moves);
  }

  /** Reads what lies in the mailboxes. Never rejects: when the folder can't be read that is reported, and tried again at each sweep. */
  async open(): Promise<void> {
    if (this.#opened || this.#closed) return;
    const { degraded } = this.#state.ports;
    try {
      this.#sequence.begin(await this.#recovery.scan());
      this.#opened = true;
      degraded('mail', null);
    } catch (error) {
      degraded('mail', storageError(error, 'the mail can not be opened').message);
      return;
    }
    this.#judge();
  }

  /** The mailboxes were looked through. */
  get isOpen(): boolean {
    return this.#opened;
  }

  /** Waits for what is on its way to the disk. What is sent afterwards is refused. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#opened = false;
    await this.#intake.close();
    await this.#sweeping;
    await this.#admission.fanOut.settled();
    await this.#state.ports.store.close();
  }

  /** Who there is and what the rules are, at the start and after every change. Mailboxes of others stay as they are. */
  setCrew(agents: readonly Recipient[], rules: MessagesSpec, tokenOf: (agent: string) => string | null): void {
    this.#state.crew = { agents: new Map(agents.map((agent) => [agent.name, agent])), rules, tokenOf };
    for (const shelf of this.#state.shelves.values()) shelf.owner = null;
    for (const agent of agents) this.#state.shelf(agent.name).owner = agent;
    this.#judge();
  }

  /** The agent's name, each time something in its mailbox changed. @returns ends it */
  onChange(listener: (agent: string) => void): () => void {
    return this.#state.onChange(listener);
  }

  async send(draft: MessageDraft): Promise<Receipt> {
    if (!this.#opened)
      throw new OrchestraError('storage', 'the mail is not open', 'see what is wrong with: orchestra status');
    return this.#admission.send(draft);
  }

  /** Takes in what was dropped into the intake. A watcher may call it as often as it likes. */
  drain(): Promise<void> {
    return this.#opened && this.#state.crew !== null ? this.#intake.drain() : Promise.resolve();
  }

  /** Entries the intake held when it was last looked at. */
  get crowd(): number {
    return this.#intake.crowd;
  }

  /** What has to be done now and then: every second. Never rejects. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = null;
    });
    return this.#sweeping;
  }

  // ---- delivery -----------------------------------------------------------------------------------------------------------

  /** Agents of the crew with mail that is neither done nor dead. */
  waiting(): readonly string[] {
    return [...this.#state.crewShelves()].filter(({ live }) => live.length > 0).map(({ agent }) => agent);
  }

  /** The message that may be handed over now, null when there is none. @param modes what is possible now; what is typed, unless given */
  head(agent: string, modes?: readonly DeliveryMode[]): MailEntry | null {
    return this.#moves.head(agent, modes);
  }

  /** When the first back-off ends that had not when somebody looked at `looked`, both monotonic ms; null when there is none. */
  nextDue(agent: string, looked: number): number | null {
    return this.#state.own(agent).nextDue(looked);
  }

  inFlight(agent: string): readonly MailEntry[] {
    return this.#moves.inFlight(agent);
  }

  /** Rejects with `unknown-message` when it is not (or no longer) waiting. */
  begin(agent: string, id: string): Promise<MailEntry> {
    return this.#moves.begin(agent, id);
  }

  async submitted(agent: string, id: string, door: string): Promise<void> {
    this.#moves.submitted(agent, id, door);
  }

  async started(agent: string, id: string): Promise<void> {
    this.#moves.started(agent, id);
  }

  async finished(agent: string, id: string): Promise<void> {
    this.#moves.finished(agent, id);
  }

  async defer(agent: string, id: string, why: SubmitResult, detail: string): Promise<void> {
    this.#moves.defer(agent, id, why, detail);
  }

  async retry(agent: string, id: string, why: string): Promise<void> {
    this.#moves.retry(agent, id, why);
  }

  async die(agent: string, id: string, reason: DeadReason, why?: string): Promise<void> {
    this.#moves.die(agent, id, reason, why);
  }

  /** For an agent that reads its own mail and was started anew: what it was handed before is handed over again. */
  async handBack(agent: string, why: string): Promise<void> {
    this.#moves.handBack(agent, why);
  }

  take(agent: string): Promise<MailEntry | null> {
    return this.#moves.take(agent);
  }

  ack(agent: string, id: string, by: string): Promise<MailEntry> {
    return this.#moves.ack(agent, id, by);
  }

  // ---- what a person asks ---------------------------------------------------------------------------------------------------

  list(filter: MailFilter): Promise<MailEntry[]> {
    const all: Filed[] = [];
    for (const { agent, live, finished } of this.#state.shelves.values()) {
      if (filter.agent !== undefined && filter.agent !== agent) continue;
      for (const { name, durable } of live) if (durable) all.push({ agent, name });
      for (const { name } of finished.values()) all.push({ agent, name });
    }
    return selectMail(all, filter, ({ agent, name }) => this.#entry(agent, name.id));
  }

  /** Its copies, one a recipient. Rejects with `unknown-message`. */
  async get(id: string): Promise<MailEntry[]> {
    const copies = [...this.#state.shelves.keys()]
      .map((agent) => this.#entry(agent, id))
      .filter((entry) => entry !== null);
    if (copies.length > 0) return copies;
    throw new OrchestraError('unknown-message', `no message has the id ${id}`, 'see them with: orchestra queue ls');
  }

  /** Whether there is a mailbox of that name, of the crew or not. */
  hasMailbox(agent: string): boolean {
    return this.#state.shelves.has(agent);
  }

  redrive(choice: Choice, by: string): Promise<number> {
    return this.#hands.redrive(choice, by);
  }

  purge(choice: Choice & { readonly states?: readonly MessageState[] }, by: string): Promise<number> {
    return this.#hands.purge(choice, by);
  }

  counts(agent: string): Counts {
    return this.#state.shelf(agent).counts();
  }

  // ---- inside -----------------------------------------------------------------------------------------------------------------

  #entry(agent: string, id: string): MailEntry | null {
    const shelf = this.#state.shelves.get(agent);
    const letter = shelf?.letter(id);
    if (shelf !== undefined && letter) return letter.durable ? this.#moves.entry(shelf, letter) : null;
    const finished = shelf?.finished.get(id);
    return finished === undefined ? null : this.#moves.filed(agent, finished.saved);
  }

  #judge(): void {
    if (!this.#opened || this.#state.crew === null) return;
    for (const shelf of this.#state.crewShelves()) this.#recovery.judge(shelf);
  }

  async #sweep(): Promise<void> {
    const { degraded } = this.#state.ports;
    try {
      if (!this.#opened) await this.open();
      if (!this.#opened || this.#state.crew === null) return;
      await this.#rounds.run();
      await this.#admission.fanOut.mend();
      await this.#intake.drain();
      degraded('mail', null);
    } catch (error) {
      degraded('mail', `the mail could not be looked through: ${(error as Error).message}`);
    }
  }
}
