import { uuid7 } from '../../base/index.ts';
import { type Driver, type HookSignal, transcriptPath } from '../../drivers/index.ts';
import type { Conversation, Conversations } from '../../journal/index.ts';
import { type Clock, pathKind, systemRandom } from '../../platform/index.ts';
import type { AgentSpec, Emit } from '../../protocol/index.ts';
import type { Machine } from '../../watchdog/index.ts';

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
  /** Who was launched to go on with a conversation, not to begin one. */
  readonly #resumed = new Set<string>();

  constructor(conversations: Conversations, clock: Clock, emit: Emit) {
    this.#conversations = conversations;
    this.#clock = clock;
    this.#emit = emit;
  }

  /**
   * What an agent is to be launched with; null: whatever its CLI does by itself.
   *
   * @param lastExit of the incarnation before: what failed at once with its conversation would do so for ever, so the next one gets a new one.
   *   Handed in, since the event of an exit is told after the next launch, and a rule that waited for it came one start too late, every time.
   */
  forLaunch(
    spec: AgentSpec,
    driver: Driver,
    lastExit: Machine['lastExit'],
  ): { readonly id: string; readonly born: boolean } | null {
    this.#resumed.delete(spec.name);
    if (!spec.resume || driver.launch === 'none') return null;
    if (lastExit?.class === 'failure' && lastExit.uptime < TOO_SHORT) this.#conversations.forget(spec.name);
    const known = this.#conversations.of(spec.name);
    // Elsewhere its CLI would not find it, or its commits would land in another tree.
    const fits = known !== null && known.type === spec.type && known.cwd === spec.cwd;
    if (fits && exists(known)) {
      this.#resumed.add(spec.name);
      return { id: known.id, born: true };
    }
    if (!GIVEN.has(driver.launch)) return null;
    const id = fits ? known.id : uuid7(this.#clock.wall(), systemRandom(10));
    this.#conversations.set(spec.name, { id, type: spec.type, cwd: spec.cwd, born: false, transcript: null });
    return { id, born: false };
  }

  /** Path of the transcript an agent writes now: as its hook named it, else as its CLI makes it of the id. @param env a variable of its environment */
  transcriptOf(spec: AgentSpec, driver: Driver, env: (name: string) => string | null): string | null {
    const known = this.#conversations.of(spec.name);
    if (known === null || known.type !== spec.type || known.cwd !== spec.cwd) return null;
    return known.transcript ?? transcriptPath(driver, { cwd: spec.cwd, conversation: known.id, env });
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
      this.#emit('agent.conversation', spec.name, { id, resumed: this.#resumed.has(spec.name) });
  }
}

/** CLIs that take the id of a new conversation as a flag. */
const GIVEN: ReadonlySet<Driver['launch']> = new Set(['claude', 'gemini', 'qwen']);

/** It can be taken up: its transcript is there, where the CLI names one; one that was never spoken in has none. */
const exists = ({ born, transcript }: Conversation): boolean =>
  born && (transcript === null || pathKind(transcript) === 'file');
