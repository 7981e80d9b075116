import { UsageTable } from '../journal/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { type Advice, OrchestraError, type Usage, type UsagePoint, type UsageService } from '../protocol/index.ts';
import { adviceFor, isFine, UsageLog } from '../usage/index.ts';
import type { Unit } from '../watchdog/index.ts';
import { DASHBOARD } from './session-panes.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The longest a life is looked back on for advice. */
const LOOK_BACK = 2 * DAY;

export interface UsageParts {
  readonly clock: Clock;
  readonly database: Database;
  units(): ReadonlyMap<string, Unit>;
  /** What looking costs, percent of one core, and how often it is done, ms. */
  watching(): { readonly cpu: number; readonly every: number };
  degraded(what: string, message: string | null): void;
}

/** What the agents of a session used, and what could be better. */
export class SessionUsage {
  readonly #parts: UsageParts;
  readonly #log: UsageLog;

  constructor(parts: UsageParts) {
    this.#parts = parts;
    this.#log = new UsageLog(new UsageTable(parts.database));
  }

  /** Every tree was looked at just now. */
  sampled(): void {
    const { clock, units, degraded } = this.#parts;
    const wall = clock.wall();
    this.#log.keepOnly(units());
    for (const { name, memory, cpu, written } of units().values())
      if (name !== DASHBOARD && memory !== null) this.#log.note(name, { cpu, memory, written }, wall);
    try {
      this.#log.flush(wall);
      degraded('usage', null);
    } catch (error) {
      degraded('usage', `what the agents use can't be written down: ${(error as Error).message}`);
    }
  }

  /** @param agents all when empty @param since wall clock ms */
  usage(agents: readonly string[], since: number): Usage {
    const now = this.#parts.clock.wall();
    const names = this.#named(agents);
    return {
      agents: names.map((name) => this.#log.of(name, since, now)),
      step: isFine(since, now) ? 1_000 : MINUTE,
      watching: this.#parts.watching(),
    };
  }

  advice(agents: readonly string[]): Advice[] {
    const { clock, units, database } = this.#parts;
    const now = clock.wall();
    return this.#named(agents).flatMap((agent) => {
      const unit = units().get(agent);
      if (unit === undefined) return [];
      const { startedAt } = unit.machine;
      // Of its present life: what another one grew to is no trend of this.
      const born = startedAt === null ? now : now - (clock.mono() - startedAt);
      const minutes: UsagePoint[] = this.#log.minutes(agent, Math.max(born + MINUTE, now - LOOK_BACK));
      return adviceFor({
        agent,
        minutes,
        memoryLimit: unit.spec.limits.memory,
        ...deathsOf(database, agent, now - DAY),
      });
    });
  }

  #named(agents: readonly string[]): string[] {
    const all = [...this.#parts.units().keys()].filter((name) => name !== DASHBOARD);
    return agents.length === 0 ? all : all.filter((name) => agents.includes(name));
  }
}

/** The usage of whatever session is up; every call rejects with `not-running` when none is. */
export function usageOf(current: () => SessionUsage | null): UsageService {
  const usage = (): SessionUsage => {
    const open = current();
    if (open !== null) return open;
    throw new OrchestraError('not-running', 'no session is up', 'start one with: orchestra up');
  };
  return {
    usage: async (agents, since) => usage().usage(agents, since),
    advise: async (agents) => usage().advice(agents),
  };
}

/** Deaths since a moment that nobody asked for, and the median of those lives, ms. */
function deathsOf(database: Database, agent: string, since: number): { deaths: number; medianLife: number } {
  const lives = database
    .prepare(
      `SELECT json_extract(data, '$.uptime') AS uptime FROM event AS exit WHERE agent = ? AND type = 'agent.exited' AND time >= ?
       AND json_extract(data, '$.class') NOT IN ('success', 'server-lost')
       AND NOT EXISTS (SELECT 1 FROM event WHERE agent = exit.agent AND type = 'agent.signalled' AND seq BETWEEN exit.seq - 20 AND exit.seq)
       ORDER BY uptime`,
    )
    .all(agent, new Date(since).toISOString());
  return { deaths: lives.length, medianLife: Number(lives[Math.floor(lives.length / 2)]?.uptime ?? 0) };
}
