import type { Journal } from '../journal/index.ts';

/** Trouble that is not one agent's, by what it is about. */
export class Troubles {
  readonly #journal: Journal;
  readonly #known = new Map<string, string>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** @param message null when it is over */
  tell(what: string, message: string | null): void {
    const known = this.#known.get(what);
    if (message === null) {
      if (this.#known.delete(what)) this.#journal.append('controller.recovered', null, { what });
      return;
    }
    this.#known.set(what, message);
    if (known === undefined) this.#journal.append('controller.degraded', null, { what, message });
  }

  get words(): string[] {
    return [...this.#known].map(([what, message]) => `${what}: ${message}`);
  }
}
