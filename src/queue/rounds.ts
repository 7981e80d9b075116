import { someNames } from '../platform/index.ts';
import type { Moves } from './moves.ts';
import type { Recovery } from './recovery.ts';
import type { Shelf } from './shelf.ts';
import type { QueueState } from './state.ts';

/** A mailbox that could not be read is tried again after so long, ms; what is old is looked for as often. */
const AGAIN_AFTER = 5_000;
const HOUR = 3_600_000;
/** Nobody writes one message for so long, ms: its writer died. */
const ABANDONED = 24 * HOUR;
/** Files removed in one round at most. */
const AT_ONCE = 100;

/** What time does to mail. Called again and again; every single call may be missing. */
export class Rounds {
  readonly #state: QueueState;
  readonly #moves: Moves;
  readonly #recovery: Recovery;
  #nextMending = 0;
  #nextTidying = 0;

  constructor(state: QueueState, moves: Moves, recovery: Recovery) {
    this.#state = state;
    this.#moves = moves;
    this.#recovery = recovery;
  }

  async run(): Promise<void> {
    const { now } = this.#state;
    this.#state.saveAll();
    if (now >= this.#nextMending) {
      this.#nextMending = now + AGAIN_AFTER;
      this.#mend();
    }
    for (const shelf of this.#state.crewShelves()) {
      this.#expire(shelf, now);
      this.#forgetOld(shelf, now);
    }
    if (now < this.#nextTidying) return;
    this.#nextTidying = now + HOUR;
    await this.#tidy();
  }

  #mend(): void {
    for (const shelf of this.#state.crewShelves()) {
      if (shelf.broken === null) continue;
      this.#recovery.load(shelf);
      this.#recovery.judge(shelf);
      if (shelf.broken === null) this.#state.changed(shelf.agent);
    }
  }

  #expire(shelf: Shelf, now: number): void {
    for (const letter of shelf.live.slice()) {
      const { name } = letter;
      if (name.state === 'queued' && letter.expires <= now && !name.redriven)
        this.#moves.die(shelf.agent, letter.id, 'expired');
      else if (letter.leaseEnds <= now)
        this.#moves.retry(shelf.agent, letter.id, 'it was not acknowledged in time', 'unacked');
    }
  }

  #forgetOld(shelf: Shelf, now: number): void {
    if (now < shelf.lookAgain) return;
    const { keep } = this.#state.rules;
    let left = AT_ONCE;
    for (const [id, { saved, at }] of shelf.finished) {
      if (left-- === 0) return;
      const changed = at === null ? this.#state.ports.store.changed(shelf.agent, saved) : null;
      const age = at === null ? this.#state.steadyWall - (changed ?? Number.NEGATIVE_INFINITY) : now - at;
      if (age < keep) {
        shelf.lookAgain = now + Math.min(keep - Math.max(0, age), HOUR);
        return;
      }
      if (!this.#state.ports.store.mayForget(shelf.agent, id)) {
        shelf.lookAgain = now + AGAIN_AFTER;
        return;
      }
      this.#state.ports.store.remove(shelf.agent, saved);
      shelf.forget(id);
    }
    shelf.lookAgain = now + Math.min(keep, HOUR);
  }

  /**
   * What lies in `corrupt/` is kept as long as what is done, what somebody began in the intake for a day. Files only: a folder somebody dropped is a
   * person's to remove.
   */
  async #tidy(): Promise<void> {
    const { store, turn } = this.#state.ports;
    let seen = 0;
    for (const entry of await someNames(store.paths.corrupt, 10_000)) {
      if (++seen % AT_ONCE === 0) await turn();
      store.forgetCorrupt(entry, this.#state.steadyWall - this.#state.rules.keep);
    }
    for (const entry of await store.begun()) {
      if (++seen % AT_ONCE === 0) await turn();
      store.forgetBegun(entry, this.#state.steadyWall - ABANDONED);
    }
  }
}
