import type { Desired } from '../journal/index.ts';

/** Agents whose mail a person holds back. Kept over restarts of the controller, ended by `orchestra down`. */
export class Paused {
  readonly #desired: Desired;
  readonly #persist: (write: () => void) => void;
  readonly #agents: Set<string>;

  constructor(desired: Desired, persist: (write: () => void) => void) {
    this.#desired = desired;
    this.#persist = persist;
    this.#agents = new Set(desired.paused);
  }

  has(agent: string): boolean {
    return this.#agents.has(agent);
  }

  /** @returns those for whom this is a change */
  set(agents: readonly string[], on: boolean): readonly string[] {
    const changed = agents.filter((agent) => this.#agents.has(agent) !== on);
    if (changed.length === 0) return changed;
    for (const agent of changed) {
      if (on) this.#agents.add(agent);
      else this.#agents.delete(agent);
    }
    // Written before it is told of: a crash in between must not let go what a person holds back.
    this.#persist(() => this.#desired.setPaused(changed, on));
    return changed;
  }
}
