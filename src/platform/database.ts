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
  /** All of it, or nothing. After a power cut the last few may be missing, never a part of one. */
  transaction<T>(work: () => T): T;
  /** The same, and on the disk when it returns: costs an fsync(2), during which the whole process waits. */
  durably<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens SQLite in WAL mode. History is written with synchronous=NORMAL, what people want with FULL (sqlite.org/pragma.html): an fsync in
 * every batch of history held up the restart of an agent by 50 ms when the disk was busy. The only file that knows the binding:
 * libsql ships prebuilt binaries in its packages, where better-sqlite3 compiles for minutes; node:sqlite can take its place once Node 22 is the floor.
 */
export function openDatabase(path: string): Database {
  // A native module: loading it by require at the first use keeps it out of every command that needs no database.
  const Binding = createRequire(import.meta.url)('libsql') as new (file: string, options: object) => Database;
  const database = new Binding(path, { timeout: 5000 });
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000; PRAGMA cache_size=-512');
  const transaction = <T>(work: () => T): T => {
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
  };
  return {
    exec: (sql) => void database.exec(sql),
    prepare: (sql) => database.prepare(sql),
    transaction,
    durably(work) {
      database.exec('PRAGMA synchronous=FULL');
      try {
        return transaction(work);
      } finally {
        database.exec('PRAGMA synchronous=NORMAL');
      }
    },
    close: () => database.close(),
  };
}
