import { uuid7 } from '../base/index.ts';
import {
  checkDraft,
  freshName,
  type MailName,
  rankOf,
  type Sealed,
  seal,
  storageError,
  verify,
  type Written,
} from '../mailbox/index.ts';
import { EXTERNAL, LARGEST_MESSAGE, type MessageDraft, OrchestraError, type Receipt } from '../protocol/index.ts';
import { FanOut } from './fan-out.ts';
import { Gate } from './gate.ts';
import type { Moves } from './moves.ts';
import { mayWrite, recipientsOf } from './policy.ts';
import type { Sequence } from './sequence.ts';
import type { Shelf } from './shelf.ts';
import type { QueueState } from './state.ts';

/** Messages on their way to the disk at once. Twice the threads that may sync (UV_THREADPOOL_SIZE=16): the next ones are written meanwhile. */
const ON_THEIR_WAY = 32;

/** Everything a message still lacks when it is numbered. */
type Ready = Omit<Sealed, 'seq' | 'to'>;

/** Lets messages in: checked, attributed, allowed, with room for every copy; then on the disk; then known. */
export class Admission {
  readonly #state: QueueState;
  readonly #moves: Moves;
  readonly #sequence: Sequence;
  readonly fanOut: FanOut;
  readonly #gate = new Gate(ON_THEIR_WAY);
  /** By id: what is being admitted now. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(state: QueueState, moves: Moves, sequence: Sequence) {
    this.#state = state;
    this.#moves = moves;
    this.#sequence = sequence;
    this.fanOut = new FanOut(state);
  }

  /**
   * Resolves once every copy is safe. Rejects with OrchestraError; then there is none.
   * @param filled what stands for an id and a time that the draft does not have; the signature is over the draft as it is
   */
  async send(draft: MessageDraft, filled: { id?: string; timestamp?: string } = {}): Promise<Receipt> {
    const { ready, recipients } = this.#judge(draft, filled);
    const weight = recipients.length > 1 ? ON_THEIR_WAY : 1;
    if (!this.#gate.tryEnter(weight)) await this.#gate.enter(weight);
    try {
      await this.#turnOf(ready.id);
      const admitted = this.#admit(ready, recipients);
      this.#underWay.set(ready.id, admitted);
      return await admitted.finally(() => this.#underWay.delete(ready.id));
    } finally {
      this.#gate.leave(weight);
    }
  }

  /** Resolves when nobody else is admitting this id and there is a number for it. */
  async #turnOf(id: string): Promise<void> {
    for (;;) {
      const other = this.#underWay.get(id);
      if (other !== undefined) await other.catch(() => {});
      else if (!this.#sequence.hasOne) await this.#sequence.ready();
      else return;
    }
  }

  /** Whether it may be sent at all, and to whom. Throws OrchestraError. */
  #judge(
    draft: MessageDraft,
    filled: { id?: string; timestamp?: string },
  ): { ready: Ready; recipients: readonly string[] } {
    const { rules, agents, tokenOf } = this.#state.knownCrew();
    const checked = checkDraft(draft);
    if (!checked.ok)
      throw new OrchestraError('refused', `the message is refused: ${checked.why}`, 'mend it and send again');
    const from = verify(draft, tokenOf);
    if (!from.ok) throw this.#refusal(draft, from.why, 'messages of an agent are signed with its ORCHESTRA_TOKEN');
    const recipients = this.#recipients(draft, from.value, [...agents.keys()]);
    const denied = recipients.find((to) => !mayWrite(rules, from.value, to, draft.type));
    if (denied !== undefined) {
      const why = `${from.value} may not send ${draft.type} to ${denied}`;
      throw this.#refusal(draft, why, 'policy: in the configuration says who may');
    }
    return { ready: this.#completed({ ...filled, ...draft }, from.value), recipients };
  }

  #recipients(draft: MessageDraft, from: string, crew: readonly string[]): readonly string[] {
    try {
      return recipientsOf(draft.to, from, crew, this.#state.rules.groups);
    } catch (error) {
      const { message } = error as Error;
      this.#state.ports.emit('message.refused', null, { id: draft.id ?? '', from, to: draft.to, why: message });
      throw error;
    }
  }

  #refusal(draft: MessageDraft, why: string, hint: string): OrchestraError {
    const { to, id = '', from = '' } = draft;
    const agent = this.#state.crew?.agents.has(to) === true ? to : null;
    this.#state.ports.emit('message.refused', agent, { id, from, to, why });
    return new OrchestraError('refused', `the message is refused: ${why}`, hint);
  }

  #completed(draft: MessageDraft, from: string): Ready {
    const { clock, random } = this.#state.ports;
    const wall = clock.wall();
    return {
      id: draft.id ?? uuid7(wall, random(10)),
      type: draft.type,
      from,
      sentTo: draft.to,
      payload: draft.payload,
      timestamp: draft.timestamp ?? new Date(wall).toISOString(),
      ttl: draft.ttl === undefined ? this.#state.rules.ttl : draft.ttl,
      priority: draft.priority ?? 'normal',
      replyTo: draft.replyTo ?? null,
      delivery: draft.delivery ?? null,
    };
  }

  // Everything up to the first file is one turn of the loop: what was looked at (ids, depths) is still so when it is acted upon.
  async #admit(ready: Ready, recipients: readonly string[]): Promise<Receipt> {
    const { id, from } = ready;
    const shelves = recipients.map((agent) => this.#state.own(agent));
    // The id of a message to somebody else: a second message would be shown as a copy of the first, with its text.
    const taken = [...this.#state.shelves.values()].some((shelf) => shelf.knows(id) && !shelves.includes(shelf));
    const fresh = taken ? [] : shelves.filter((shelf) => !shelf.knows(id));
    for (const shelf of shelves)
      if (!fresh.includes(shelf)) this.#state.ports.emit('message.duplicate', shelf.agent, { id, from });
    const receipt = { id, recipients, pending: false, duplicate: fresh.length === 0 };
    if (fresh.length === 0) {
      await this.#state.ports.store.foundIsSafe().catch((error: unknown) => {
        throw storageError(error, 'the message could not be kept');
      });
      return receipt;
    }
    for (const shelf of fresh) this.#roomIn(shelf, ready);
    const seq = this.#sequence.take();
    const name = freshName(rankOf(ready.priority), seq, id);
    const message: Sealed = { ...ready, to: ready.sentTo, seq };
    const [only] = fresh;
    if (fresh.length === 1 && only !== undefined) await this.#single(only, name, { ...message, to: only.agent });
    else await this.fanOut.send(name, message, fresh, sealed);
    for (const { agent } of fresh) this.#admitted(agent, message);
    return receipt;
  }

  /** A reply answers what it replies to; the recipient hears of its mail. */
  #admitted(agent: string, { id, type, from, seq, priority, replyTo }: Sealed): void {
    this.#state.ports.emit('message.queued', agent, { id, type, from, seq, priority, replyTo });
    if (replyTo !== null) this.#moves.answered(from, replyTo, id);
    this.#state.changed(agent);
  }

  #roomIn(shelf: Shelf, { id, from }: Ready): void {
    const { agent, broken } = shelf;
    if (broken !== null)
      throw new OrchestraError(
        'storage',
        `the mailbox of ${agent} can't be read: ${broken}`,
        'orchestra doctor tells more',
      );
    const { depth } = this.#state.rules;
    if (shelf.live.length < depth) return;
    // Nobody has to read what was answered to a person or a script: once a thousand answers lay there, the next one was refused and `send --wait`
    // waited for nothing.
    const oldest = agent === EXTERNAL ? shelf.live.find(({ durable }) => durable) : undefined;
    if (oldest !== undefined) return this.#moves.die(agent, oldest.id, 'unread');
    const why = `the mailbox of ${agent} is full: ${depth} messages wait`;
    this.#state.ports.emit('message.refused', agent, { id, from, to: agent, why });
    throw new OrchestraError('full', why, 'wait until the agent has read some, or raise messages.depth');
  }

  async #single(shelf: Shelf, name: MailName, message: Sealed): Promise<void> {
    const bytes = sealed(message);
    let written: Written;
    try {
      written = this.#state.ports.store.write(shelf.agent, name, bytes);
    } catch (error) {
      await this.#state.ports.store.settled();
      throw storageError(error, `the message to ${shelf.agent} could not be kept`);
    }
    const letter = this.#state.newLetter(name, message, bytes.length, false);
    shelf.put(letter);
    try {
      await written.durable();
    } catch (error) {
      shelf.drop(letter);
      await this.#state.ports.store.settled();
      throw storageError(error, `the message to ${shelf.agent} could not be kept`);
    }
    letter.durable = true;
  }
}

/** Throws OrchestraError `refused` for what is too long to be a message. */
export function sealed(message: Sealed): Buffer {
  const bytes = seal(message);
  if (bytes.length <= LARGEST_MESSAGE) return bytes;
  throw new OrchestraError(
    'refused',
    `the message has ${bytes.length} bytes, and may have ${LARGEST_MESSAGE}`,
    'leave the text in a file and send its path',
  );
}
