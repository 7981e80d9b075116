import type { Database } from '../platform/index.ts';
import { DEFAULT_DASHBOARD, DEFAULT_MESSAGES, NO_NOTICES, type SessionSpec } from '../protocol/index.ts';

const BEFORE_MESSAGES = {
  messages: DEFAULT_MESSAGES,
  notices: NO_NOTICES,
  agentTypes: {},
  dashboard: DEFAULT_DASHBOARD,
};
const OF_AGENT = { delivery: 'idle', resume: true } as const;

/** A configuration as it was kept, also by an older orchestra, which says nothing of messages. */
export function readSpec(json: string): SessionSpec {
  const spec = { ...BEFORE_MESSAGES, ...(JSON.parse(json) as SessionSpec) };
  // Without an account of its own each, all of them would wait for the limit of one.
  const agents = spec.agents.map((agent) => Object.assign({ ...OF_AGENT, account: agent.type }, agent));
  return { ...spec, agents, defaults: { ...OF_AGENT, ...spec.defaults } };
}

export type Want = 'running' | 'stopped';

/** What people want: which configuration is applied and which agents they stopped. Survives everything; each call is durable when it returns. */
export class Desired {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The configuration that was applied last; null when none is (never up, or down). */
  get spec(): SessionSpec | null {
    const row = this.#database.prepare("SELECT value FROM meta WHERE key = 'spec'").get();
    return row === undefined ? null : readSpec(String(row.value));
  }

  setSpec(spec: SessionSpec): void {
    const put = this.#database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('spec', ?)");
    this.#database.durably(() => put.run(JSON.stringify(spec)));
  }

  want(agent: string): Want {
    const row = this.#database.prepare('SELECT want FROM desired WHERE agent = ?').get(agent);
    return row?.want === 'stopped' ? 'stopped' : 'running';
  }

  setWant(agents: readonly string[], want: Want): void {
    const put = this.#database.prepare('INSERT OR REPLACE INTO desired (agent, want) VALUES (?, ?)');
    this.#database.durably(() => {
      for (const agent of agents) put.run(agent, want);
    });
  }

  /** Agents whose mail is held back. */
  get paused(): readonly string[] {
    return this.#database
      .prepare('SELECT agent FROM paused')
      .all()
      .map(({ agent }) => String(agent));
  }

  setPaused(agents: readonly string[], on: boolean): void {
    const sql = on ? 'INSERT OR IGNORE INTO paused (agent) VALUES (?)' : 'DELETE FROM paused WHERE agent = ?';
    const put = this.#database.prepare(sql);
    this.#database.durably(() => {
      for (const agent of agents) put.run(agent);
    });
  }

  /** When the session was brought up first, wall clock ms; null when nobody wrote it down. Controllers come and go meanwhile. */
  get upSince(): number | null {
    const row = this.#database.prepare("SELECT value FROM meta WHERE key = 'up'").get();
    return row === undefined ? null : Number(row.value);
  }

  setUpSince(wall: number): void {
    this.#database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('up', ?)").run(String(wall));
  }

  /** Who asked for the end of the session that is under way; null when nobody did. */
  get goingDown(): string | null {
    const row = this.#database.prepare("SELECT value FROM meta WHERE key = 'down'").get();
    return row === undefined ? null : String(row.value);
  }

  setGoingDown(by: string): void {
    this.#database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('down', ?)").run(by);
  }

  /** After `down` nothing is wanted: the next `up` starts everything. */
  clear(): void {
    this.#database.durably(() => {
      this.#database.exec(
        "DELETE FROM desired; DELETE FROM conversation; DELETE FROM paused; DELETE FROM meta WHERE key IN ('spec', 'down', 'up')",
      );
    });
  }
}
