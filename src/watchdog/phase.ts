import type { AgentSpec, EventMap, ExitClass, Lifecycle, RestartPolicy, StartReason } from '../protocol/index.ts';
import type { Rung } from './ladder.ts';
import { type DeathRecord, NO_DEATHS, provenAfter } from './restart-policy.ts';

/** Where an agent is in its life: the words of the machine in machine.ts. */
export type Phase =
  /** Down, and meant to be (a person stopped it, or its policy lets it end). Leaves by `start`. */
  | { readonly state: 'stopped'; readonly detail: string }
  /** On its way up. A crash of the controller here leaves at most a launched agent, which is adopted by its start record. */
  | {
      readonly state: 'starting';
      /** waiting: for dependencies. preparing: leftovers are cleared and the pane is made. launching: the shim was told. probing: it runs, not ready yet. */
      readonly step: 'waiting' | 'preparing' | 'launching' | 'probing';
      readonly reason: StartReason;
      /** When the step has taken too long, monotonic ms; null: it may take for ever. */
      readonly deadline: number | null;
      readonly detail: string;
    }
  /** Its process is alive and was ready once in this incarnation. */
  | { readonly state: 'running' }
  /** Being taken down, rung by rung; over when nothing of its tree is left. */
  | {
      readonly state: 'stopping';
      readonly rungs: readonly Rung[];
      readonly deadline: number;
      /** The reason for the start that follows; null: stays down. */
      readonly next: StartReason | null;
      /** What made it necessary, when orchestra itself decided so: counts as a death. */
      readonly fault: 'not-ready' | 'not-live' | 'memory' | null;
      readonly detail: string;
    }
  /** Died, will be started again. */
  | { readonly state: 'backoff'; readonly until: number; readonly reason: StartReason; readonly detail: string }
  /** Died too often, or cannot be started: stays down until a person says restart, or the breaker lets a trial through. */
  | { readonly state: 'broken'; readonly detail: string; readonly until: number | null }
  /** Waits for something outside (login, quota, rate limit): not a crash. Entered by drivers. */
  | { readonly state: 'held'; readonly detail: string };

export interface Machine {
  readonly phase: Phase;
  /** Number of the newest incarnation that was launched; 0 before the first. */
  readonly incarnation: number;
  /** The shim was told to launch it and has reported neither start nor end: it may come to life at any moment. */
  readonly pending: boolean;
  /** Monotonic ms at which the living incarnation started; null when none lives. */
  readonly startedAt: number | null;
  /** Starts that followed a death, since the session came up. */
  readonly restarts: number;
  readonly deaths: DeathRecord;
  /** `uptime` in ms, `wall` in ms since 1970. */
  readonly lastExit: {
    readonly code: number | null;
    readonly class: ExitClass;
    readonly uptime: number;
    readonly wall: number;
  } | null;
}

export type Signal =
  | { readonly kind: 'start'; readonly reason: StartReason }
  | { readonly kind: 'stop' }
  | { readonly kind: 'restart'; readonly reason: 'asked' | 'changed' }
  /** Its dependencies are as they must be. */
  | { readonly kind: 'dependencies-met' }
  /** The pane and its shim are there and nothing of an earlier incarnation is left. */
  | { readonly kind: 'prepared' }
  /** `final`: only a person can change it, so it is not tried again. */
  | { readonly kind: 'prepare-failed'; readonly message: string; readonly final?: boolean }
  /** The shim reports a living process. */
  | { readonly kind: 'started'; readonly incarnation: number }
  | { readonly kind: 'ready'; readonly incarnation: number }
  | { readonly kind: 'exited'; readonly incarnation: number; readonly code: number | null; readonly class: ExitClass }
  /** Orchestra finds it unfit: liveness or memory. */
  | { readonly kind: 'unfit'; readonly fault: 'not-live' | 'memory'; readonly detail: string }
  /** It runs well and is to be started anew all the same. */
  | { readonly kind: 'renew'; readonly reason: RenewReason; readonly detail: string }
  /** Its account is free again. */
  | { readonly kind: 'release' }
  /** Nothing of its process tree is left. */
  | { readonly kind: 'tree-gone' }
  /** Time passed. */
  | { readonly kind: 'tick' };

export type RenewReason = Extract<StartReason, 'schedule' | 'files' | 'dependency' | 'rolling'>;

export type Effect =
  | { readonly kind: 'prepare' }
  | { readonly kind: 'launch'; readonly incarnation: number; readonly reason: StartReason }
  | { readonly kind: 'rung'; readonly rung: Rung['kind'] }
  /** A line in the pane while nothing runs there. */
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'emit'; readonly event: EmitOf };

type EmitOf = {
  [T in keyof EventMap]: { readonly type: T; readonly data: EventMap[T] };
}[keyof EventMap];

export interface Context {
  readonly spec: AgentSpec;
  /** Monotonic and wall clock, milliseconds. */
  readonly now: number;
  readonly wall: number;
  /** 0..1 */
  readonly random: number;
  /** Why the agent's account waits (its limit, a log-in), for people; null when it does not. */
  readonly held: string | null;
}

export interface Stepped {
  readonly machine: Machine;
  readonly effects: readonly Effect[];
}

export const newMachine = (incarnation = 0): Machine => ({
  phase: { state: 'stopped', detail: '' },
  incarnation,
  pending: false,
  startedAt: null,
  restarts: 0,
  deaths: NO_DEATHS,
  lastExit: null,
});

/** When the machine wants a `tick` at the latest, monotonic ms; null when time alone changes nothing. */
export function nextDeadline(machine: Machine, policy: RestartPolicy): number | null {
  const { phase } = machine;
  switch (phase.state) {
    case 'starting':
    case 'stopping':
      return phase.deadline;
    case 'backoff':
    case 'broken':
      return phase.until;
    case 'running':
      return earliest(provenAt(machine, policy), tooOldAt(machine, policy));
    case 'stopped':
    case 'held':
      return null;
  }
}

const earliest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

/** When a trial has lived long enough to close the breaker; null when what runs is none. */
export const provenAt = ({ startedAt, deaths }: Machine, { breaker }: RestartPolicy): number | null =>
  startedAt === null || !deaths.trial ? null : startedAt + (breaker === null ? 0 : provenAfter(breaker));

/** When it has run for as long as it may. */
export const tooOldAt = ({ startedAt }: Machine, { maxAge }: RestartPolicy): number | null =>
  startedAt === null || maxAge === null ? null : startedAt + maxAge;

/** True when the state holds or may hold a process of the agent. */
export const mayHaveProcess = ({ phase }: Machine): boolean =>
  phase.state === 'running' ||
  phase.state === 'stopping' ||
  (phase.state === 'starting' && (phase.step === 'launching' || phase.step === 'probing'));

/** In these states nothing of an agent should run. */
export const isDown = (state: Lifecycle): boolean =>
  state === 'stopped' || state === 'backoff' || state === 'broken' || state === 'held';
