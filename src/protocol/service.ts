import type { AgentSnapshot } from './agent.ts';
import type { Applied, AppliedConfig } from './applied.ts';
import type { DashboardSpec } from './dashboard.ts';
import type { OrchestraEvent } from './event.ts';
import type { Plan } from './plan.ts';
import type { AgentSpec, SessionSpec } from './spec.ts';

/** Raised whenever a message on the socket changes its meaning. Both sides refuse another number. */
export const PROTOCOL_VERSION = 3;

export interface ControllerSnapshot {
  readonly pid: number;
  readonly version: string;
  /** Milliseconds since this controller started. */
  readonly uptime: number;
  /** Resident memory of the controller, bytes. */
  readonly memory: number;
  /** What does not work at the moment, in words; empty when all is well. */
  readonly degraded: readonly string[];
}

export interface Snapshot {
  readonly session: string;
  readonly project: string;
  readonly file: string;
  readonly profile: string | null;
  /** Milliseconds since the session was brought up, whichever controllers it has had since. */
  readonly uptime: number;
  readonly controller: ControllerSnapshot;
  readonly tmux: { readonly socket: string; readonly pid: number | null; readonly version: string };
  readonly agents: readonly AgentSnapshot[];
  /** Names of the groups, without the `@`, in the order of the file. */
  readonly groups: readonly string[];
  readonly dashboard: DashboardSpec;
  /** Position of the journal this snapshot includes: events after it are news. */
  readonly seq: number;
}

export interface EventFilter {
  readonly agent?: string;
  /** Event types, or prefixes ending in `.` (`agent.`). */
  readonly types?: readonly string[];
  /** ISO 8601; only events at or after it. */
  readonly since?: string;
  /** The newest this many, oldest first. */
  readonly last?: number;
}

export type Verb = 'start' | 'stop' | 'restart';

export interface Outcome {
  readonly agent: string;
  readonly ok: boolean;
  /** The state it ended in, or what went wrong. */
  readonly message: string;
}

/** What came of starting agents anew one after the other. */
export interface Rolled {
  readonly outcomes: readonly Outcome[];
  /** Those that were started anew, in that order. */
  readonly touched: readonly string[];
  /** Those that got their old configuration back. */
  readonly rolledBack: readonly string[];
}

/** What every client may ask, by whatever way it reaches the controller. Calls reject with OrchestraError. */
export interface OrchestraService {
  snapshot(): Promise<Snapshot>;
  /** Starts the session, or changes the running one by just the difference. Resolves when the work is under way. */
  /** @param text of the file it was read from, for the history */
  apply(spec: SessionSpec, by: string, text?: string): Promise<Plan>;
  plan(spec: SessionSpec): Promise<Plan>;
  /** The configurations that were applied, oldest first. */
  applied(): Promise<readonly Applied[]>;
  /** One of them; rejects with `usage` when there is none of that number. */
  appliedConfig(n: number): Promise<AppliedConfig>;
  /** Adds one agent to the running session without touching the file. */
  add(spec: AgentSpec, by: string): Promise<void>;
  /** Resolves when every named agent got there or failed to. An empty list means all. */
  command(verb: Verb, agents: readonly string[], by: string): Promise<readonly Outcome[]>;
  /**
   * Starts agents anew one after the other, the next only when the last is ready; the first that does not come up ends it. With a configuration those whose
   * process it changes get it so, and all have their old one back when it fails. An empty list means all.
   */
  roll(agents: readonly string[], spec: SessionSpec | null, by: string, text?: string): Promise<Rolled>;
  events(filter: EventFilter): Promise<readonly OrchestraEvent[]>;
  /** Stops every agent, the tmux server and the controller. Resolves when the agents and the server are gone. */
  down(by: string): Promise<void>;
  /** A snapshot at once, then every event after it, in order. */
  subscribe(listener: (message: StreamMessage) => void): Promise<{ close(): void }>;
}

export type StreamMessage =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly kind: 'event'; readonly event: OrchestraEvent }
  /** The reader was too slow and events were dropped: a new snapshot follows. */
  | { readonly kind: 'gap'; readonly dropped: number };
