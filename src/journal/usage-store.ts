import type { Database } from '../platform/index.ts';
import type { UsagePoint } from '../protocol/index.ts';

/** Minutes of what the agents used. */
export class UsageTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** All of them or none. A power cut may take the newest back, as it does with the journal. Throws what the disk says. */
  save(minutes: readonly { readonly agent: string; readonly point: UsagePoint }[]): void {
    const insert = this.#database.prepare(
      'INSERT OR REPLACE INTO usage (agent, at, cpu, memory, written) VALUES (?, ?, ?, ?, ?)',
    );
    this.#database.transaction(() => {
      for (const { agent, point } of minutes)
        insert.run(agent, point.at, point.cpu, Math.round(point.memory), Math.round(point.written));
    });
  }

  /** @param since wall clock ms @returns oldest first */
  load(agent: string, since: number): UsagePoint[] {
    return this.#database
      .prepare('SELECT at, cpu, memory, written FROM usage WHERE agent = ? AND at >= ? ORDER BY at')
      .all(agent, since)
      .map((row) => ({
        at: Number(row.at),
        cpu: Number(row.cpu),
        memory: Number(row.memory),
        written: Number(row.written),
      }));
  }

  forget(before: number): void {
    this.#database.prepare('DELETE FROM usage WHERE at < ?').run(before);
  }
}
