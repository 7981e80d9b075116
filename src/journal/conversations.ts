import type { Database } from '../platform/index.ts';

/** The conversation an agent is in, by the id its CLI gave it or was given. */
export interface Conversation {
  readonly id: string;
  /** The driver and the working directory it was begun with: elsewhere the CLI would not find it, or commit to the wrong place. */
  readonly type: string;
  readonly cwd: string;
  /** The agent has said that it is in it: it can be taken up. Before, the id was only handed to it. */
  readonly born: boolean;
  /** Absolute path of its transcript, null when the CLI does not tell. */
  readonly transcript: string | null;
}

/** Which conversation each agent is in. Survives crashes and reboots; ends with `orchestra down`. */
export class Conversations {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  of(agent: string): Conversation | null {
    const row = this.#database.prepare('SELECT * FROM conversation WHERE agent = ?').get(agent);
    if (row === undefined) return null;
    return {
      id: String(row.id),
      type: String(row.type),
      cwd: String(row.cwd),
      born: row.born === 1,
      transcript: typeof row.transcript === 'string' ? row.transcript : null,
    };
  }

  set(agent: string, { id, type, cwd, born, transcript }: Conversation): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO conversation (agent, id, type, cwd, born, transcript) VALUES (?, ?, ?, ?, ?, ?)')
      .run(agent, id, type, cwd, born ? 1 : 0, transcript);
  }

  forget(agent: string): void {
    this.#database.prepare('DELETE FROM conversation WHERE agent = ?').run(agent);
  }
}
