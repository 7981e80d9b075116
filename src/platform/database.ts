import { createRequire } from 'node:module';

/** One prepared statement. Parameters are positional. */
export interface Statement {
  run(...parameters: unknown[]): { changes: number; lastInsertRowid: number };
  get(...parameters: unknown[]): Record<string, unknown> | undefined;
  all(...parameters: unknown[]): Record<string, unknown>[];
}

export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  /** All of it, or nothing. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens SQLite in WAL mode with synchronous=FULL (a committed row survives a power cut). The only file that knows the binding:
 * libsql ships prebuilt binaries in its packages, where better-sqlite3 compiles for minutes; node:sqlite can take its place once Node 22 is the floor.
 */
export function openDatabase(path: string): Database {
  // A native module: loading it by require at the first use keeps it out of every command that needs no database.
  const Binding = createRequire(import.meta.url)('libsql') as new (file: string, options: object) => Database;
  const database = new Binding(path, { timeout: 5000 });
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA cache_size=-512');
  return {
    exec: (sql) => void database.exec(sql),
    prepare: (sql) => database.prepare(sql),
    transaction(work) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        try {
          database.exec('ROLLBACK');
        } catch {} // SQLite rolled back by itself (full disk)
        throw error;
      }
    },
    close: () => database.close(),
  };
}
