import { type Database, openDatabase, pathKind } from '../platform/index.ts';
import type { Applied, AppliedConfig, SessionSpec } from '../protocol/index.ts';
import { readSpec } from './desired.ts';

/** So many are kept. */
export const MOST_APPLIED = 100;

/** The configurations that were applied, newest last. They outlive `orchestra down`. */
export class AppliedConfigs {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Writes down what was applied; what is as the last one was is not written again.
   * @param text of the file it was read from, null when it is not known
   * @param wall clock, ms
   */
  record(spec: SessionSpec, text: string | null, by: string, wall: number): void {
    const json = JSON.stringify(spec);
    const last = this.#database.prepare('SELECT spec, text FROM applied ORDER BY n DESC LIMIT 1').get();
    if (last?.spec === json && (text === null || last.text === text)) return;
    this.#database.durably(() => {
      this.#database
        .prepare('INSERT INTO applied (time, by, spec, text) VALUES (?, ?, ?, ?)')
        .run(new Date(wall).toISOString(), by, json, text);
      this.#database.prepare('DELETE FROM applied WHERE n <= (SELECT max(n) FROM applied) - ?').run(MOST_APPLIED);
    });
  }

  list(): Applied[] {
    return this.#database.prepare('SELECT n, time, by, spec, text FROM applied ORDER BY n').all().map(summaryOf);
  }

  /** null when there is none of that number. */
  get(n: number): AppliedConfig | null {
    const row = this.#database.prepare('SELECT n, time, by, spec, text FROM applied WHERE n = ?').get(n);
    if (row === undefined) return null;
    return {
      ...summaryOf(row),
      spec: readSpec(String(row.spec)),
      text: typeof row.text === 'string' ? row.text : null,
    };
  }
}

function summaryOf(row: Record<string, unknown>): Applied {
  const { session, profile, file, agents } = readSpec(String(row.spec));
  return {
    n: Number(row.n),
    time: String(row.time),
    by: String(row.by),
    session,
    profile,
    file,
    agents: agents.length,
  };
}

/** Those of a database, without a controller. */
export type KeptConfigs = Pick<AppliedConfigs, 'list' | 'get'> & { close(): void };

/** Reads them for a project whose controller is not there; an old or absent database has none. */
export function readApplied(path: string): KeptConfigs {
  const database = pathKind(path) === 'file' ? openDatabase(path) : null;
  const known = database?.prepare("SELECT 1 FROM sqlite_master WHERE name = 'applied'").get() !== undefined;
  const applied = database === null || !known ? null : new AppliedConfigs(database);
  return { list: () => applied?.list() ?? [], get: (n) => applied?.get(n) ?? null, close: () => database?.close() };
}
