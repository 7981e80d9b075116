import { plainLine } from '../../base/index.ts';
import {
  announce,
  type Driver,
  type PaneDoor,
  PaneLocks,
  type Submission,
  submit,
  type Touched,
} from '../../drivers/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { MailEntry, Message, SubmitResult } from '../../protocol/index.ts';
import { decide, type Recipient } from './decide.ts';

/** The mail of one agent after the other, as far as delivery needs it; the queue engine fills it. */
export interface Outbox {
  /** The mailboxes were looked through; before that there is nothing to be done. */
  readonly isOpen: boolean;
  /** Agents that have mail to be delivered or in flight. */
  waiting(): readonly string[];
  /** The message that may be delivered now; null when there is none, or none may be yet. */
  head(agent: string): MailEntry | null;
  /** Messages handed over whose fate is open, oldest first. */
  inFlight(agent: string): readonly MailEntry[];
  begin(agent: string, id: string): Promise<MailEntry>;
  /** Hands the next message over to an agent that reads its mail itself; null when there is none. */
  take(agent: string): Promise<MailEntry | null>;
  submitted(agent: string, id: string, door: string): Promise<void>;
  started(agent: string, id: string): Promise<void>;
  /** The turn it began is over. */
  finished(agent: string, id: string): Promise<void>;
  /** @param detail a sentence for people */
  defer(agent: string, id: string, why: SubmitResult, detail: string): Promise<void>;
  retry(agent: string, id: string, why: string): Promise<void>;
  die(agent: string, id: string, reason: 'ambiguous', why: string): Promise<void>;
}

/** An agent that can be typed into. */
export interface Typist {
  readonly recipient: Omit<Recipient, 'typing' | 'notBefore'>;
  readonly driver: Driver;
  /** The limit its screen tells of is over: typing is what makes it go on. */
  readonly heldBefore: boolean;
  /** Which life of the agent this is: what was typed into another one is not in it. */
  readonly incarnation: number;
  /** It began after this controller did. */
  readonly isNew: boolean;
  readonly pane: string;
  /** False for an agent of another user, who can't get to the mailboxes. */
  readonly readsFiles?: boolean;
  readonly door: PaneDoor;
  /** Turns that began so far, by the agent's own word. */
  turns(): number;
}

export interface DeliveryPorts {
  readonly clock: Clock;
  readonly outbox: Outbox;
  /** null while the agent has no pane with a program in it. */
  typist(agent: string): Typist | null;
  /**
   * Nobody can tell when a turn of this agent is over, and it says nothing itself: what was submitted to it is done. Waiting for the end of its turn kept
   * all its mail in flight for ever, and each restart typed all of it again.
   */
  isMute(agent: string): boolean;
  /** A message was submitted: the agent is busy until something tells that it is not. */
  onSubmitted(agent: string): void;
  /** What went wrong with an agent's mail; null once a message of it went its way again. */
  trouble(agent: string, error: Error | null): void;
}

/** What was in the way may be gone after so long, ms: a person's draft takes longer than a turn's last moments. */
const AGAIN_AFTER: Readonly<Record<SubmitResult, number>> = {
  submitted: 0,
  busy: 500,
  dialog: 1_000,
  draft: 2_000,
  gone: 500,
  ambiguous: 1_000,
};
/** A submission that ended ambiguous: how far it got, in which incarnation of the agent, and the looks spent since. */
interface Unsure {
  readonly touched: Touched;
  readonly incarnation: number;
  readonly looks: number;
}

/** So often a text may come out of an input field again before that counts: an agent may be slow once. */
const FREE_TRIES = 2;
/** Looks at what an ambiguous submission left behind before it is given up. */
const LAST_LOOKS = 5;

/** Carries mail into panes: one message at a time for each agent, each typed only when it may be. */
export class Delivery {
  readonly #ports: DeliveryPorts;
  readonly locks = new PaneLocks();
  readonly #typing = new Set<string>();
  readonly #notBefore = new Map<string, number>();
  readonly #soon = new Set<string>();
  /** By agent: the message that was spoilt last, and how often. */
  readonly #tries = new Map<string, { readonly id: string; readonly count: number }>();
  /** Messages whose end is ambiguous, by their ids. */
  readonly #unsure = new Map<string, Unsure>();
  /** Agents that took mail while they counted as idle: nobody has seen them work at it yet. */
  readonly #unseen = new Set<string>();
  /** Agents that ended before anybody knew what mail they had. */
  readonly #endedBefore = new Set<string>();
  #closed = false;

  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
  }

  close(): void {
    this.#closed = true;
  }

  /** Asks for every agent with mail whether something is to be done: what an event should have told already. */
  sweep(): void {
    if (!this.#isOpen()) return;
    for (const agent of this.#ports.outbox.waiting()) this.consider(agent);
  }

  /** Its mail changed. A burst is looked at once: looking after each message of it takes time for all that lie there. */
  soon(agent: string): void {
    if (this.#closed || this.#soon.has(agent)) return;
    this.#soon.add(agent);
    this.#ports.clock.after(0, () => {
      this.#soon.delete(agent);
      this.consider(agent);
    });
  }

  /** Something about an agent or its mail changed. */
  consider(agent: string): void {
    if (this.#closed || this.#typing.has(agent) || !this.#isOpen()) return;
    const typist = this.#ports.typist(agent);
    if (typist === null) return;
    const { outbox, clock } = this.#ports;
    if (this.#ports.isMute(agent)) this.#endTurns(agent);
    else if (typist.recipient.activity !== 'idle') this.#unseen.delete(agent);
    else if (!this.#unseen.has(agent)) this.#endTurns(agent);
    // What ended just now was a change too, and somebody may have begun with the next message.
    if (this.#typing.has(agent)) return;
    const unsure = outbox.inFlight(agent).find(({ state }) => state === 'delivering');
    const entry = unsure ?? outbox.head(agent);
    if (entry === null) return;
    const notBefore = this.#notBefore.get(agent) ?? 0;
    const recipient: Recipient = { ...typist.recipient, typing: false, notBefore };
    const decision = decide(recipient, entry.message, clock.mono());
    if (decision.kind === 'wait') return;
    this.#typing.add(agent);
    void this.#deliver(agent, typist, entry, decision.mode)
      .catch((error: Error) => this.#ports.trouble(agent, error))
      .finally(() => {
        this.#typing.delete(agent);
        if (!this.#closed) this.consider(agent);
      });
  }

  /**
   * Lets an agent that reads its mail itself take some. It counts as idle for a moment longer, and that is not the end of its turn: a task that was
   * taken to be done while it ran was not handed over again when the agent died in it.
   */
  async take(agent: string): Promise<MailEntry | null> {
    if (!this.#isOpen()) return null;
    const isNew = this.#ports.typist(agent)?.recipient.activity === 'idle' && !this.#unseen.has(agent);
    if (isNew) this.#unseen.add(agent);
    const taken = await this.#ports.outbox.take(agent).catch((error: unknown) => {
      if (isNew) this.#unseen.delete(agent);
      throw error;
    });
    if (taken === null && isNew) this.#unseen.delete(agent);
    return taken;
  }

  /** The agent's own word that a turn began. */
  async turnBegan(agent: string): Promise<void> {
    const { outbox } = this.#ports;
    for (const { message, state } of outbox.inFlight(agent))
      if (state === 'submitted') await outbox.started(agent, message.id);
  }

  /** The agent ended. What was in its turn is said again when it is back: nobody else knows how far it got. */
  ended(agent: string): void {
    const { outbox, trouble, isMute } = this.#ports;
    if (!outbox.isOpen) {
      this.#endedBefore.add(agent);
      return;
    }
    for (const { message, state } of outbox.inFlight(agent)) {
      const { id } = message;
      // What is being typed right now finds out by itself.
      if (state === 'delivering' ? this.#typing.has(agent) : isMute(agent)) continue;
      const settled =
        state === 'delivering'
          ? this.#outlived(agent, id, this.#unsure.get(id)?.touched ?? 'pressed')
          : outbox.retry(agent, id, 'the agent ended in its turn');
      settled.catch((error: Error) => trouble(agent, error));
    }
  }

  /**
   * The mail can be looked at, and what ended before is settled. An agent that died together with the controller had its task counted as done: its next
   * life was idle, and that looked like the end of the turn.
   */
  #isOpen(): boolean {
    if (!this.#ports.outbox.isOpen) return false;
    for (const agent of this.#endedBefore) {
      this.#endedBefore.delete(agent);
      this.ended(agent);
    }
    return true;
  }

  /** A message whose fate was open when its agent ended: no screen proves anything any more. Never submitted, it is as good as new. */
  #outlived(agent: string, id: string, touched: Touched): Promise<void> {
    this.#unsure.delete(id);
    const { outbox } = this.#ports;
    if (touched === 'pressed') return outbox.die(agent, id, 'ambiguous', 'the agent ended right after');
    return outbox.retry(agent, id, 'the agent ended before it was submitted');
  }

  #endTurns(agent: string): void {
    for (const { message, state } of this.#ports.outbox.inFlight(agent)) {
      if (state !== 'submitted' && state !== 'started') continue;
      this.#ports.outbox.finished(agent, message.id).catch((error: Error) => this.#ports.trouble(agent, error));
    }
  }

  async #deliver(agent: string, typist: Typist, entry: MailEntry, mode: 'idle' | 'now'): Promise<void> {
    const { outbox } = this.#ports;
    const { id } = entry.message;
    const unsure = entry.state === 'delivering' ? this.#openEnd(id, typist) : null;
    if (unsure !== null && unsure.incarnation !== typist.incarnation) return this.#outlived(agent, id, unsure.touched);
    const again = unsure?.touched ?? null;
    const begun = again === null ? await outbox.begin(agent, id) : entry;
    const done = await this.locks.run(typist.pane, () =>
      this.#type(typist, announce(begun.message, typist.readsFiles === false ? null : begun.file), mode, again),
    );
    this.#notBefore.set(agent, this.#ports.clock.mono() + AGAIN_AFTER[done.result]);
    await this.#settle(agent, typist.incarnation, begun.message, done, again);
    this.#ports.trouble(agent, null);
  }

  /** A controller that ended in between leaves nothing but the state: its keys may have been pressed, into the agent as it was then. */
  #openEnd(id: string, { incarnation, isNew }: Typist): Unsure {
    return this.#unsure.get(id) ?? { touched: 'pressed', incarnation: isNew ? 0 : incarnation, looks: 0 };
  }

  #type(
    { door, driver, turns, heldBefore }: Typist,
    text: string,
    mode: 'idle' | 'now',
    again: Touched | null,
  ): Promise<Submission> {
    const before = turns();
    const started = (): boolean => turns() > before;
    const options = { clock: this.#ports.clock, mode, started, heldBefore };
    return submit(door, driver, text, again === null ? options : { ...options, again });
  }

  async #settle(
    agent: string,
    incarnation: number,
    { id }: Message,
    done: Submission,
    again: Touched | null,
  ): Promise<void> {
    const { outbox } = this.#ports;
    const { result } = done;
    const said = plainLine(done.why); // it may cite the screen
    // What an earlier try left is still open: it is looked at again, not typed anew.
    if (again !== null && result !== 'submitted' && result !== 'ambiguous' && !(result === 'gone' && again === 'typed'))
      return;
    if (result !== 'ambiguous') this.#unsure.delete(id);
    switch (result) {
      case 'submitted':
        if (!this.#ports.isMute(agent)) this.#ports.onSubmitted(agent);
        return outbox.submitted(agent, id, 'keys');
      case 'busy':
      case 'dialog':
      case 'draft':
        return done.spoilt === true && this.#spoilt(agent, id) > FREE_TRIES
          ? outbox.retry(agent, id, said)
          : outbox.defer(agent, id, result, said);
      case 'gone':
        return outbox.retry(agent, id, said);
      case 'ambiguous':
        return this.#lookAgain(agent, id, incarnation, done);
    }
  }

  /** How often the newest message of an agent has been spoilt. */
  #spoilt(agent: string, id: string): number {
    const known = this.#tries.get(agent);
    const count = known?.id === id ? known.count + 1 : 1;
    this.#tries.set(agent, { id, count });
    return count;
  }

  /** It stays `delivering`: the next look may find it in the transcript, or still in the input field. */
  async #lookAgain(agent: string, id: string, incarnation: number, { touched, why }: Submission): Promise<void> {
    if (this.#ports.typist(agent)?.incarnation !== incarnation) return this.#outlived(agent, id, touched);
    const looks = (this.#unsure.get(id)?.looks ?? 0) + 1;
    this.#unsure.set(id, { touched, incarnation, looks });
    if (looks <= LAST_LOOKS) return;
    this.#unsure.delete(id);
    await this.#ports.outbox.die(agent, id, 'ambiguous', plainLine(why));
  }
}
