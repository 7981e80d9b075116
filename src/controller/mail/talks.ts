import { uuid7 } from '../../base/index.ts';
import type { Driver, HookSignal } from '../../drivers/index.ts';
import type { Conversation, Conversations } from '../../journal/index.ts';
import { type Clock, pathKind, systemRandom } from '../../platform/index.ts';
import type { AgentSpec, Emit } from '../../protocol/index.ts';

/** A run that ends so soon, with an error of its own, could not use the conversation it was given: lost, or `already in use` of one that was cut off. */
const TOO_SHORT = 10_000;

/**
 * Which conversation each agent goes on with. Never "the newest in this folder": with two agents in one folder that took up the other's. CLIs that let
 * their id be given get one at birth; the others tell theirs by a hook.
 */
export class Talks {
  readonly #conversations: Conversations;
  readonly #clock: Clock;
  readonly #emit: Emit;
  /** What running incarnations were launched with, since when (monotonic ms). */
  readonly #launched = new Map<string, { readonly resumed: boolean; readonly at: number }>();

  constructor(conversations: Conversations, clock: Clock, emit: Emit) {
    this.#conversations = conversations;
    this.#clock = clock;
    this.#emit = emit;
  }

  /** What an agent is to be launched with; null: whatever its CLI does by itself. */
  forLaunch(spec: AgentSpec, driver: Driver): { readonly id: string; readonly born: boolean } | null {
    this.#launched.delete(spec.name);
    if (!spec.resume || driver.launch === 'none') return null;
    const known = this.#conversations.of(spec.name);
    // Elsewhere its CLI would not find it, or its commits would land in another tree.
    const fits = known !== null && known.type === spec.type && known.cwd === spec.cwd;
    if (fits && exists(known)) {
      this.#launched.set(spec.name, { resumed: true, at: this.#clock.mono() });
      return { id: known.id, born: true };
    }
    if (!GIVEN.has(driver.launch)) return null;
    const id = fits ? known.id : uuid7(this.#clock.wall(), systemRandom(10));
    this.#conversations.set(spec.name, { id, type: spec.type, cwd: spec.cwd, born: false, transcript: null });
    this.#launched.set(spec.name, { resumed: false, at: this.#clock.mono() });
    return { id, born: false };
  }

  /** A hook named the conversation it is in. */
  heard(spec: AgentSpec, driver: Driver, { conversation: id, transcript }: HookSignal): void {
    if (id === null) return;
    const known = this.#conversations.of(spec.name);
    const next: Conversation = {
      id,
      type: spec.type,
      cwd: spec.cwd,
      born: true,
      transcript: transcript ?? (known?.id === id ? known.transcript : null),
    };
    // Codex tells of hidden threads too (titles): only what it was told first of all is its own.
    if (!GIVEN.has(driver.launch) && known?.born === true && known.id !== id) return;
    if (known !== null && known.id === id && known.born && known.transcript === next.transcript) return;
    this.#conversations.set(spec.name, next);
    if (known?.id !== id || !known.born)
      this.#emit('agent.conversation', spec.name, { id, resumed: this.#launched.get(spec.name)?.resumed === true });
  }

  /** An incarnation ended, `failed` with an exit status of its own. What failed at once would do so for ever: the next one gets a new conversation. */
  ended(agent: string, failed: boolean): void {
    const launched = this.#launched.get(agent);
    this.#launched.delete(agent);
    if (launched !== undefined && failed && this.#clock.mono() - launched.at < TOO_SHORT)
      this.#conversations.forget(agent);
  }
}

/** CLIs that take the id of a new conversation as a flag. */
const GIVEN: ReadonlySet<Driver['launch']> = new Set(['claude', 'gemini', 'qwen']);

/** It can be taken up: its transcript is there, where the CLI names one; one that was never spoken in has none. */
const exists = ({ born, transcript }: Conversation): boolean =>
  born && (transcript === null || pathKind(transcript) === 'file');
