import { type Clock } from '../platform/index.ts';
import type { AgentSnapshot, SessionSpec, Snapshot } from '../protocol/index.ts';
import type { TmuxServer } from '../tmux/index.ts';
import { nextDeadline, type Unit } from '../watchdog/index.ts';
import type { Mail } from './mail/mail.ts';
import type { Paused } from './paused.ts';
import { DASHBOARD } from './session-panes.ts';
import type { Summed } from './summary.ts';

export interface SnapshotSource {
  readonly spec: SessionSpec;
  readonly units: ReadonlyMap<string, Unit>;
  readonly tmux: TmuxServer;
  readonly clock: Clock;
  readonly seq: number;
  readonly version: string;
  readonly startedAt: number;
  /** Wall clock, ms. */
  readonly upSince: number;
  readonly degraded: readonly string[];
  readonly tmuxVersion: string;
  readonly pid: number;
  readonly memory: number;
  readonly mail: Mail;
  readonly paused: Paused;
}

/** How things stand, for every client alike. */
export function snapshotOf(source: SnapshotSource): Snapshot {
  const { spec, units, clock } = source;
  const agents = agentUnits(units);
  const order = new Map(spec.agents.map((agent, index) => [agent.name, index]));
  agents.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
  return {
    session: spec.session,
    project: spec.project,
    file: spec.file,
    profile: spec.profile,
    // A clock that was set back makes no negative times.
    uptime: Math.max(0, clock.wall() - source.upSince),
    controller: {
      pid: source.pid,
      version: source.version,
      uptime: Math.round(clock.mono() - source.startedAt),
      memory: source.memory,
      degraded: source.degraded,
    },
    tmux: { socket: source.tmux.socket, pid: source.tmux.pid, version: source.tmuxVersion },
    groups: Object.keys(spec.messages.groups),
    dashboard: spec.dashboard,
    agents: agents.map((unit) => agentSnapshot(unit, source)),
    seq: source.seq,
  };
}

/** What the status bar needs of each agent: cheap, since it is asked every second. */
export const summed = (units: ReadonlyMap<string, Unit>, mail: Mail, paused: Paused): Summed[] =>
  agentUnits(units).map((unit) => ({
    name: unit.name,
    state: heldOf(unit, mail) === null ? unit.machine.phase.state : 'held',
    activity: mail.eyes.of(unit.name).activity,
    paused: paused.has(unit.name),
    mail: mail.counts(unit.name),
  }));

/** The dashboard is no agent. */
const agentUnits = (units: ReadonlyMap<string, Unit>): Unit[] =>
  [...units.values()].filter((unit) => unit.name !== DASHBOARD);

/** Why its account waits while its process runs. */
const heldOf = ({ name, machine }: Unit, mail: Mail): string | null =>
  machine.phase.state === 'running' ? mail.accounts.heldBecause(name) : null;

function agentSnapshot(unit: Unit, { clock, mail, paused }: SnapshotSource): AgentSnapshot {
  const running = unit.machine.phase.state === 'running';
  const held = heldOf(unit, mail);
  const stateSince = Math.max(unit.since, running ? mail.accounts.since(unit.name) : 0);
  const until = mail.accounts.until(unit.name);
  const { machine, spec } = unit;
  const { phase, lastExit } = machine;
  const due = phase.state === 'backoff' || phase.state === 'broken' ? nextDeadline(machine, spec.restart) : null;
  return {
    name: spec.name,
    display: spec.display,
    type: spec.type,
    role: spec.role,
    skills: spec.skills,
    // Its process lives; what it waits for is its account.
    state: held === null ? phase.state : 'held',
    state_since: new Date(stateSince).toISOString(),
    activity: mail.eyes.of(unit.name).activity,
    activity_since: new Date(mail.eyes.since(unit.name) ?? unit.since).toISOString(),
    asks: mail.eyes.asks(unit.name),
    paused: paused.has(unit.name),
    held_until: until === null ? null : new Date(until).toISOString(),
    task: mail.task(unit.name),
    detail: held ?? ('detail' in phase ? phase.detail : unit.unlimited.join('; ')),
    mail: mail.counts(unit.name),
    unlimited: unit.process === null ? [] : unit.unlimited,
    pid: unit.program?.pid ?? null,
    pane: unit.shim === null ? null : unit.pane,
    pane_pid: unit.shim?.pid ?? null,
    incarnation: machine.incarnation,
    restarts: machine.restarts,
    uptime: machine.startedAt === null ? 0 : Math.round(clock.mono() - machine.startedAt),
    memory: unit.memory,
    cpu: unit.cpu === null ? null : Math.round(unit.cpu * 10) / 10,
    last_exit:
      lastExit === null
        ? null
        : { code: lastExit.code, class: lastExit.class, at: new Date(lastExit.wall).toISOString() },
    next_start: due === null ? null : Math.max(0, Math.round(due - clock.mono())),
  };
}
