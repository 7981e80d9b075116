import type { Cancel, Clock, Database } from '../platform/index.ts';
import type { EventFilter, EventMap, EventType, OrchestraEvent } from '../protocol/index.ts';
import { migrate } from './schema.ts';
import { selectEvents } from './select.ts';

export interface JournalOptions {
  /** Events are written together after this many ms: the restart of an agent must not wait for the disk. */
  readonly flushAfter: number;
  /** Events older than this are dropped, ms. */
  readonly keepFor: number;
  /** The database is kept under this many bytes; the oldest events go first. */
  readonly keepBytes: number;
  /** Events held in memory while the disk takes none; beyond it the oldest are lost, and that is said. */
  readonly holdAtMost: number;
}

export const JOURNAL_DEFAULTS: JournalOptions = {
  flushAfter: 100,
  keepFor: 30 * 24 * 3600_000,
  keepBytes: 64 * 1024 * 1024,
  holdAtMost: 10_000,
};

const RETRY_AFTER = 1000;

/** The history of facts. Appending never fails and never waits: what the disk refuses is held and written when it can be. */
export class Journal {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #options: JournalOptions;
  readonly #degraded: (message: string | null) => void;
  readonly #listeners = new Set<(event: OrchestraEvent) => void>();
  #held: OrchestraEvent[] = [];
  #seq: number;
  #lost = 0;
  #closed = false;
  #timer: Cancel | null = null;

  /** @param degraded called with a sentence while events can't be written, with null when they can again */
  constructor(database: Database, clock: Clock, options: JournalOptions, degraded: (message: string | null) => void) {
    this.#database = database;
    this.#clock = clock;
    this.#options = options;
    this.#degraded = degraded;
    migrate(database);
    this.#seq = Number(database.prepare('SELECT max(seq) AS seq FROM event').get()?.seq ?? 0);
  }

  /** Position of the newest event. */
  get seq(): number {
    return this.#seq;
  }

  append<T extends EventType>(type: T, agent: string | null, data: EventMap[T]): void {
    this.#seq++;
    const time = new Date(this.#clock.wall()).toISOString();
    const event = { seq: this.#seq, time, type, agent, data } as OrchestraEvent;
    this.#held.push(event);
    if (this.#held.length > this.#options.holdAtMost)
      this.#lost += this.#held.splice(0, this.#options.holdAtMost / 10).length;
    if (!this.#closed) this.#timer ??= this.#clock.after(this.#options.flushAfter, () => this.flush());
    for (const listener of this.#listeners) listener(event);
  }

  /** Every event from now on, as it happens. */
  listen(listener: (event: OrchestraEvent) => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Writes what is held; false when the disk refused. */
  flush(): boolean {
    this.#timer?.();
    this.#timer = null;
    if (this.#held.length === 0) return true;
    const batch = this.#held;
    try {
      const insert = this.#database.prepare(
        'INSERT OR REPLACE INTO event (seq, time, type, agent, data) VALUES (?, ?, ?, ?, ?)',
      );
      this.#database.transaction(() => {
        for (const event of batch)
          insert.run(event.seq, event.time, event.type, event.agent, JSON.stringify(event.data));
      });
      this.#held = [];
      this.#degraded(null);
      return true;
    } catch (error) {
      const lost = this.#lost > 0 ? `, ${this.#lost} lost` : '';
      this.#degraded(`events can't be written (${(error as Error).message}): ${batch.length} held${lost}`);
      (this.#timer as Cancel | null)?.(); // telling of the trouble is an event too, and asks for a flush
      this.#timer = this.#clock.after(RETRY_AFTER, () => this.flush());
      return false;
    }
  }

  query(filter: EventFilter): OrchestraEvent[] {
    this.flush();
    return selectEvents(this.#database, filter);
  }

  /** Drops what is too old or too much. */
  prune(): void {
    try {
      const oldest = new Date(this.#clock.wall() - this.#options.keepFor).toISOString();
      this.#database.prepare('DELETE FROM event WHERE time < ?').run(oldest);
      if (this.#bytes() > this.#options.keepBytes) {
        this.#database.exec(
          'DELETE FROM event WHERE seq <= (SELECT seq FROM event ORDER BY seq LIMIT 1 OFFSET (SELECT count(*) / 4 FROM event))',
        );
      }
    } catch (error) {
      this.#degraded(`old events can't be dropped: ${(error as Error).message}`);
    }
  }

  #bytes(): number {
    const value = (sql: string): number => Number(Object.values(this.#database.prepare(sql).get() ?? {})[0] ?? 0);
    return value('PRAGMA page_size') * (value('PRAGMA page_count') - value('PRAGMA freelist_count'));
  }

  /** Writes what is held and lets go of the timer; the database belongs to the caller. */
  close(): void {
    this.flush();
    this.#timer?.();
    this.#timer = null;
    this.#closed = true;
  }
}
