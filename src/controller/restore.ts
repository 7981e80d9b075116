import { type AgentHistory, agentHistory, type Want } from '../journal/index.ts';
import { type Clock, type Database, fileFacts, readProcess } from '../platform/index.ts';
import type { ExitClass, Lifecycle, StartReason } from '../protocol/index.ts';
import { catchUp, ranFor, sinceBoot, tellEnd } from './catch-up.ts';
import { type Found, type Machine, type Supervisor, type Unit, wantsRestart } from '../watchdog/index.ts';

/** What is to be done for an agent once every pane is there. */
export type Pending =
  | { readonly kind: 'nothing' } // it runs, or it is down as it should be
  | { readonly kind: 'start'; readonly reason: StartReason }
  | { readonly kind: 'death'; readonly code: number | null; readonly class: ExitClass | undefined };

export interface RestoreContext {
  readonly database: Database;
  readonly want: Want;
  readonly serverAlive: boolean;
  /** Writes the events that were emitted to the database. */
  flush(): void;
}

function historyOf(supervisor: Supervisor, unit: Unit, found: Found, context: RestoreContext): AgentHistory {
  const history = agentHistory(context.database, unit.name);
  if (!catchUp(supervisor, unit, found, history)) return history;
  context.flush();
  return agentHistory(context.database, unit.name);
}

/** Brings an agent's machine to where its process, its records and its history say it is. Nothing is started here. */
export function restore(supervisor: Supervisor, unit: Unit, found: Found, context: RestoreContext): Pending {
  const history = historyOf(supervisor, unit, found, context);
  const pending = bringBack(supervisor, unit, found, history, context);
  if (history.state?.to === unit.machine.phase.state) unit.since = history.state.at;
  return pending;
}

function bringBack(
  supervisor: Supervisor,
  unit: Unit,
  found: Found,
  history: AgentHistory,
  context: RestoreContext,
): Pending {
  const { clock, paths } = supervisor.ports;
  unit.pane = found.pane;
  unit.shim = found.shim;
  unit.process = found.process;
  const machine: Machine = {
    ...unit.machine,
    // What the files say stays true when the journal could not be written, and the other way round.
    incarnation: Math.max(found.incarnation, history.incarnation),
    restarts: history.restarts,
    deaths: {
      deaths: deathsOnMonotonic(history, clock),
      freeUsed: history.deaths.length > 0,
      delays: 0,
      trips: history.breaker?.trips ?? 0,
      trial: history.breaker?.is === 'trial',
    },
    lastExit:
      history.lastExit === null
        ? null
        : {
            code: history.lastExit.data.code,
            class: history.lastExit.data.class,
            uptime: history.lastExit.data.uptime,
            wall: Date.parse(history.lastExit.time),
          },
  };
  unit.machine = machine;
  unit.logFrom = fileFacts(paths.agentLog(unit.name))?.size ?? 0;
  if (found.process !== null) {
    adoptRunning(supervisor, unit, found, history, context.want);
    return { kind: 'nothing' };
  }
  if (context.want === 'stopped') {
    if (diedUnseen(history, machine.incarnation)) tellEnd(supervisor, unit, found, history, machine.incarnation);
    unit.machine = { ...machine, phase: { state: 'stopped', detail: 'stopped by request' } };
    return { kind: 'nothing' };
  }
  if (history.state?.to === 'broken') {
    const until = retryAt(history, clock);
    unit.machine = { ...machine, phase: { state: 'broken', detail: history.state.detail, until } };
    supervisor.rearm(unit);
    return { kind: 'nothing' };
  }
  if (diedUnseen(history, machine.incarnation)) {
    // Fed to the machine like any other death, once there is a pane to come back to.
    const startedAt = clock.mono() - ranFor(supervisor, found, history, machine.incarnation);
    unit.machine = { ...machine, phase: { state: 'running' }, startedAt };
    const lost = !context.serverAlive ? 'server-lost' : found.shim === null ? 'shim-lost' : 'unknown';
    return { kind: 'death', code: found.exitCode, class: found.exitCode === null ? lost : undefined };
  }
  if (
    history.state?.to === 'stopped' &&
    history.lastExit !== null &&
    !wantsRestart(unit.spec.restart, history.lastExit.data)
  ) {
    unit.machine = { ...machine, phase: { state: 'stopped', detail: history.state.detail } };
    return { kind: 'nothing' };
  }
  // It died and was about to come back: that is a restart, whoever finishes it.
  const back = history.lastExit !== null && COMING_BACK.has(history.state?.to ?? 'stopped');
  return { kind: 'start', reason: back ? 'exited' : 'up' };
}

const COMING_BACK: ReadonlySet<Lifecycle> = new Set(['starting', 'backoff']);

/** It started in this session and nobody saw it end. */
const diedUnseen = (history: AgentHistory, incarnation: number): boolean =>
  history.incarnation > 0 &&
  (history.lastExit?.data.incarnation ?? 0) < incarnation &&
  ALIVE.has(history.state?.to ?? 'stopped');

const ALIVE: ReadonlySet<Lifecycle> = new Set(['starting', 'running', 'stopping']);

function adoptRunning(supervisor: Supervisor, unit: Unit, found: Found, history: AgentHistory, want: Want): void {
  const { clock, emit } = supervisor.ports;
  if (found.process === null) return;
  const startedAt = clock.mono() - ageOf(found.process.pid);
  const ready = unit.spec.ready === null || history.ready === unit.machine.incarnation;
  unit.machine = {
    ...unit.machine,
    startedAt,
    phase: ready
      ? { state: 'running' }
      : {
          state: 'starting',
          step: 'probing',
          reason: 'up',
          deadline: Math.max(clock.mono() + 1000, startedAt + (unit.spec.ready?.timeout ?? 0)),
          detail: `not ready yet (${unit.spec.ready?.kind})`,
        },
  };
  // The whole log is looked at again: the line may have come while nobody looked.
  if (!ready) unit.logFrom = 0;
  emit('agent.adopted', unit.name, { incarnation: unit.machine.incarnation, pid: found.process.pid });
  if (want === 'stopped') supervisor.signal(unit, { kind: 'stop' });
  else supervisor.rearm(unit);
}

/** Milliseconds a process has run, by the kernel's clock since boot (proc_pid_stat(5) field 22, 100 ticks a second on Linux). */
function ageOf(pid: number): number {
  const started = (readProcess(pid)?.startTime ?? 0) * 10;
  return Math.max(0, sinceBoot() - started);
}

/** Wall-clock times of the journal as monotonic ones. A clock that was set in between moves them; never into the future. */
function deathsOnMonotonic(history: AgentHistory, clock: Clock): number[] {
  return history.deaths.map((wall) => clock.mono() - Math.max(0, clock.wall() - wall));
}

/** When an open breaker lets a trial through: so long after it opened, whoever counts. A clock that was set back meanwhile makes it no longer. */
function retryAt({ breaker }: AgentHistory, clock: Clock): number | null {
  if (breaker === null || breaker.retry === null) return null;
  const passed = Math.max(0, clock.wall() - breaker.at);
  return clock.mono() + Math.max(0, breaker.retry - passed);
}

/** Does what was found to be done. */
export function goOnFrom(supervisor: Supervisor, unit: Unit, pending: Pending): void {
  if (pending.kind === 'nothing' && unit.process === null) void supervisor.reap(unit);
  if (pending.kind === 'start') supervisor.signal(unit, { kind: 'start', reason: pending.reason });
  if (pending.kind === 'death') supervisor.onExited(unit, unit.machine.incarnation, pending.code, pending.class);
}
