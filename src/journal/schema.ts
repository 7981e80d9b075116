import type { Database } from '../platform/index.ts';

/** Each entry brings the database from its index to the next version (PRAGMA user_version). Entries are never changed once released. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE event (
     seq INTEGER PRIMARY KEY,
     time TEXT NOT NULL,
     type TEXT NOT NULL,
     agent TEXT,
     data TEXT NOT NULL
   ) STRICT;
   CREATE INDEX event_agent ON event (agent, type, seq);
   CREATE INDEX event_time ON event (time);
   CREATE TABLE desired (agent TEXT PRIMARY KEY, want TEXT NOT NULL CHECK (want IN ('running', 'stopped'))) STRICT;
   CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,
  `CREATE TABLE conversation (
     agent TEXT PRIMARY KEY,
     id TEXT NOT NULL,
     type TEXT NOT NULL,
     cwd TEXT NOT NULL,
     born INTEGER NOT NULL CHECK (born IN (0, 1)),
     transcript TEXT
   ) STRICT;`,
  'CREATE TABLE paused (agent TEXT PRIMARY KEY) STRICT;',
  `CREATE TABLE usage (
     agent TEXT NOT NULL,
     at INTEGER NOT NULL,
     cpu REAL NOT NULL,
     memory INTEGER NOT NULL,
     written INTEGER NOT NULL,
     PRIMARY KEY (agent, at)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX usage_at ON usage (at);`,
  `CREATE TABLE applied (
     n INTEGER PRIMARY KEY AUTOINCREMENT,
     time TEXT NOT NULL,
     by TEXT NOT NULL,
     spec TEXT NOT NULL,
     text TEXT
   ) STRICT;`,
];

/** Throws when the database was written by a newer orchestra. */
export function migrate(database: Database): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (version > MIGRATIONS.length) throw new Error(`state.db was written by a newer orchestra (schema ${version})`);
  if (version === MIGRATIONS.length) return;
  database.transaction(() => {
    for (const sql of MIGRATIONS.slice(version)) database.exec(sql);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}
