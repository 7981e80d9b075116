import { type Database, openDatabase, pathKind } from '../platform/index.ts';
import type { EventFilter, OrchestraEvent } from '../protocol/index.ts';

/** At most this many events are given out at once. */
const MOST = 10_000;

/** Events that pass the filter, oldest first; the newest ones when there are more than asked for. */
export function selectEvents(database: Database, filter: EventFilter): OrchestraEvent[] {
  const where: string[] = ['1'];
  const values: unknown[] = [];
  if (filter.agent !== undefined) {
    where.push('agent = ?');
    values.push(filter.agent);
  }
  if (filter.since !== undefined) {
    where.push('time >= ?');
    values.push(filter.since);
  }
  if (filter.types !== undefined && filter.types.length > 0) {
    where.push(
      `(${filter.types.map((type) => (type.endsWith('.') ? 'substr(type, 1, length(?)) = ?' : 'type = ?')).join(' OR ')})`,
    );
    values.push(...filter.types.flatMap((type) => (type.endsWith('.') ? [type, type] : [type])));
  }
  const last = Math.max(0, Math.min(filter.last ?? MOST, MOST));
  const rows = database
    .prepare(`SELECT seq, time, type, agent, data FROM event WHERE ${where.join(' AND ')} ORDER BY seq DESC LIMIT ?`)
    .all(...values, last);
  return rows.reverse().map((row) => ({ ...row, data: JSON.parse(String(row.data)) }) as unknown as OrchestraEvent);
}

/** Reads the journal of a project whose controller is not there. An absent journal is an empty one. */
export function readJournal(path: string, filter: EventFilter): OrchestraEvent[] {
  if (pathKind(path) !== 'file') return [];
  const database = openDatabase(path);
  try {
    return selectEvents(database, filter);
  } finally {
    database.close();
  }
}
