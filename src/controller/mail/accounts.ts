import type { Reading } from '../../drivers/index.ts';
import type { SeenBefore } from '../../journal/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { Emit } from '../../protocol/index.ts';

/** A limit whose end the screen does not tell is asked about again after so long, ms. */
const UNTOLD = 15 * 60_000;
/** A limit ends a little later than the screen says: clocks differ, and the first request at the very minute was refused again. */
const MARGIN = 60_000;
/** Between two agents of one account that go on, ms: all at once they ran into the next limit together. */
const STAGGER = 5_000;

interface Hold {
  readonly why: 'limited' | 'auth';
  /** Monotonic ms; null: until nobody's screen asks for a log-in any more. */
  readonly until: number | null;
  /** The same for people, milliseconds since the epoch. */
  readonly wall: number | null;
  /** When it began, the same clock. */
  readonly since: number;
}

export interface AccountsPorts {
  readonly clock: Clock;
  readonly emit: Emit;
  accountOf(agent: string): string;
  agentsOf(account: string): readonly string[];
  /** An agent may go on. */
  released(agent: string): void;
}

/**
 * Accounts that ran into a limit or want a log-in. All agents of one wait together: the others would run into the same limit with their next
 * request, and a crew that came back at once was limited again at once. Nothing of it counts as a crash.
 */
export class Accounts {
  readonly #ports: AccountsPorts;
  readonly #holds = new Map<string, Hold>();
  /** Screens that were answered for: the line stays there until the agent's next turn. */
  readonly #over = new Map<string, string>();
  /** When a released agent may go on, monotonic ms, and since when it waited, wall clock ms. */
  readonly #turn = new Map<string, { readonly at: number; readonly since: number }>();
  /** When each agent went on after a hold, wall clock ms. */
  readonly #wentOn = new Map<string, number>();
  /** Since when accounts waited that were held when the controller before this one ended, wall clock ms. */
  readonly #before = new Map<string, number>();

  constructor(ports: AccountsPorts) {
    this.#ports = ports;
  }

  /** Why an agent waits, for people; null when it does not. */
  heldBecause(agent: string): string | null {
    const hold = this.#holds.get(this.#ports.accountOf(agent));
    if (hold?.why === 'auth') return `its account (${this.#ports.accountOf(agent)}) wants a log-in`;
    if (hold !== undefined)
      return `its account (${this.#ports.accountOf(agent)}) is at its limit${hold.wall === null ? '' : `, until ${new Date(hold.wall).toISOString()}`}`;
    return (this.#turn.get(agent)?.at ?? 0) > this.#ports.clock.mono() ? 'goes on in its turn after a limit' : null;
  }

  /** Since when it waits, or when it went on the last time, wall clock ms; 0 when it never waited. */
  since(agent: string): number {
    const hold = this.#holds.get(this.#ports.accountOf(agent));
    return hold?.since ?? this.#turn.get(agent)?.since ?? this.#wentOn.get(agent) ?? 0;
  }

  /** When it may go on, wall clock ms; null when it does not wait, or nobody knows. */
  until(agent: string): number | null {
    const hold = this.#holds.get(this.#ports.accountOf(agent));
    const turn = this.#turn.get(agent);
    const { clock } = this.#ports;
    if (hold !== undefined) return hold.wall;
    return turn === undefined || turn.at <= clock.mono() ? null : clock.wall() + turn.at - clock.mono();
  }

  /** An agent that was taken over may have waited before. */
  remember(agent: string, { held, released }: Pick<SeenBefore, 'held' | 'released'>): void {
    const account = this.#ports.accountOf(agent);
    if (held !== null) this.#before.set(account, Math.min(held, this.#before.get(account) ?? held));
    if (released !== null) this.#wentOn.set(agent, released);
  }

  /** The limit this agent's screen tells of is over: typing is what makes it go on. */
  isOver(agent: string, line: string): boolean {
    return this.#over.get(agent) === line;
  }

  /** What an agent's screen says now. */
  see(agent: string, reading: Reading): void {
    const account = this.#ports.accountOf(agent);
    const auth = reading.dialog === 'auth';
    if (!auth && reading.activity !== 'limited') {
      this.#over.delete(agent);
      this.#loggedIn(agent, account);
      return;
    }
    if (this.#over.get(agent) === reading.line) return;
    this.#hold(agent, account, auth ? 'auth' : 'limited', reading);
  }

  /** Ends the holds whose time is over. */
  sweep(): void {
    const now = this.#ports.clock.mono();
    for (const [account, { until }] of this.#holds) if (until !== null && now >= until) this.#release(account);
    for (const [agent, { at }] of this.#turn) {
      if (now < at) continue;
      this.#turn.delete(agent);
      this.#wentOn.set(agent, this.#ports.clock.wall());
      this.#ports.released(agent);
    }
  }

  readonly #seen = new Map<string, string>();

  #hold(agent: string, account: string, why: Hold['why'], reading: Reading): void {
    this.#seen.set(agent, reading.line);
    const known = this.#holds.get(account);
    // Held already: a span that is counted anew at every look (`try again in 2h`) must not move the end away for ever.
    if (known !== undefined) return;
    const { clock, emit } = this.#ports;
    const wall = why === 'auth' ? null : (reading.resetAt ?? clock.wall() + UNTOLD) + MARGIN;
    const until = wall === null ? null : clock.mono() + Math.max(0, wall - clock.wall());
    const since = this.#before.get(account) ?? clock.wall();
    this.#before.delete(account);
    this.#holds.set(account, { why, until, wall, since });
    emit('agent.held', agent, { why, until: wall === null ? null : new Date(wall).toISOString(), account });
  }

  #loggedIn(agent: string, account: string): void {
    this.#seen.delete(agent);
    if (this.#holds.get(account)?.why !== 'auth') return;
    const others = this.#ports.agentsOf(account).some((other) => this.#seen.has(other));
    if (!others) this.#release(account);
  }

  #release(account: string): void {
    const { clock, emit } = this.#ports;
    const since = this.#holds.get(account)?.since ?? clock.wall();
    this.#holds.delete(account);
    for (const [index, agent] of this.#ports.agentsOf(account).entries()) {
      const line = this.#seen.get(agent);
      if (line !== undefined) this.#over.set(agent, line);
      this.#seen.delete(agent);
      this.#turn.set(agent, { at: clock.mono() + index * STAGGER, since });
      emit('agent.released', agent, { account });
    }
    this.sweep();
  }
}
