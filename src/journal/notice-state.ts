import type { Database } from '../platform/index.ts';

/** What the notices keep over a restart of the controller: one text of theirs. It outlives `orchestra down`: what quiet hours hold back is told later. */
export class NoticeState {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  load(): string | null {
    const row = this.#database.prepare("SELECT value FROM meta WHERE key = 'notices'").get();
    return row === undefined ? null : String(row.value);
  }

  /** A power cut may take the newest back, as it does with the journal. Throws what the disk says. */
  save(text: string): void {
    this.#database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('notices', ?)").run(text);
  }
}
