import { cleanEnvironment } from '../base/index.ts';
import { MailLog, MailStore } from '../mailbox/index.ts';
import { Conversations, type Desired, type Journal } from '../journal/index.ts';
import type { Notices } from '../notices/index.ts';
import {
  type Clock,
  type Database,
  nextTurn,
  ProcessScan,
  readProcess,
  type RunOptions,
  type RunResult,
  systemDisk,
  systemRandom,
  watchFiles,
  watchFolder,
} from '../platform/index.ts';
import { type Emit, OrchestraError, type OrchestraEvent, type Paths, type SessionSpec } from '../protocol/index.ts';
import { MailQueue } from '../queue/index.ts';
import type { MadePane, Pane, TmuxServer } from '../tmux/index.ts';
import { COOKIE, Supervisor, type Unit } from '../watchdog/index.ts';
import type { Confinement } from './confine/confinement.ts';
import type { DoorServices } from './confine/door-services.ts';
import type { Doors } from './confine/doors.ts';
import { type Bounds, wireBounds } from './confine/wire.ts';
import { Desk } from './desk.ts';
import { type Builtins, environmentOf, launchOf } from './launches.ts';
import { keepScreen } from './mail/kept-screens.ts';
import { Mail } from './mail/mail.ts';
import { Talks } from './mail/talks.ts';
import { Tokens } from './mail/tokens.ts';
import { Drivers } from './mail/watched.ts';
import { wireNotices } from './notices.ts';
import { Paused } from './paused.ts';
import { groupOf, reach } from './reach.ts';
import { Rounds, type RoundsPorts } from './rounds.ts';
import { summed } from './snapshot.ts';
import { SessionUsage } from './usage.ts';
import { Summary } from './summary.ts';
import { DASHBOARD, SessionPanes } from './session-panes.ts';

export interface ControllerOptions {
  readonly paths: Paths;
  readonly version: string;
  readonly tmuxVersion: string;
  readonly builtins: Builtins;
  readonly setpriv: string;
  readonly shimScript: string;
  readonly logScript: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly size: { readonly width: number; readonly height: number };
  /** Processors. */
  readonly cores: number;
  readonly bounds: Bounds;
}

export interface ControllerPorts {
  readonly clock: Clock;
  random(): number;
  /** This process: its id and its resident memory, bytes. */
  self(): { readonly pid: number; readonly memory: number };
  readonly database: Database;
  readonly journal: Journal;
  readonly desired: Desired;
  run(argv: readonly string[], options: RunOptions): Promise<RunResult>;
  /** An event in one line that is safe to print. */
  words(event: OrchestraEvent): string;
  /** Makes the engine of a session's private server; its notices come back as calls. */
  tmux(
    session: string,
    onNotice: (notice: string) => void,
    onTrouble: (what: 'wedged' | 'lost', detail: string) => void,
  ): TmuxServer;
  /** Called once nothing of the session is left: the process should end, and not be started again. */
  onDown(): void;
}

export interface Session {
  spec: SessionSpec;
  readonly tmux: TmuxServer;
  readonly panes: SessionPanes;
  readonly supervisor: Supervisor;
  readonly rounds: Rounds;
  readonly mail: Mail;
  readonly desk: Desk;
  readonly summary: Summary;
  readonly usage: SessionUsage;
  readonly paused: Paused;
  readonly notices: Notices;
  readonly confinement: Confinement;
}

/** What a session says to the controller. */
export interface SessionHooks {
  degraded(what: string, message: string | null): void;
  /** Writes down what people want, when the disk takes it. */
  persist(write: () => void): void;
  /** An agent has its pane. */
  onPane(unit: Unit): void;
  /** What is offered to agents, by their doors. */
  readonly services: DoorServices;
}

/** Bytes after which an agent's log is moved aside; one old one is kept. */
const AGENT_LOG_BYTES = 16 * 1024 * 1024;

/** Makes a session's engines and ties them together: the one place where siblings meet. Nothing is started. */
export function wireSession(
  spec: SessionSpec,
  options: ControllerOptions,
  ports: ControllerPorts,
  { degraded, persist, onPane, services }: SessionHooks,
): Session {
  const { clock, journal } = ports;
  const paused = new Paused(ports.desired, persist);
  const { paths } = options;
  const tmux = ports.tmux(
    spec.session,
    (notice) => rounds.onNotice(notice),
    (what, detail) => {
      if (what === 'wedged') journal.append('tmux.wedged', null, { command: detail });
      else journal.append('tmux.lost', null, { pid: tmux.pid });
      rounds.look();
    },
  );
  const panes = wirePanes(spec, options, tmux, journal, (agent, pane) => {
    const unit = supervisor.units.get(agent);
    const row = readProcess(pane.pid);
    if (unit === undefined || row === null) return;
    // What was written for an earlier shim must not be read by the new one.
    unit.go?.drain();
    supervisor.setPane(unit, pane.id, { pid: pane.pid, startTime: row.startTime });
    onPane(unit);
  });
  const known = knowledgeOf(ports, paths, () => session.spec, degraded);
  const onHook = (): void => mail.readHooks();
  const own = { ...options, run: asAgents(ports, options), services, degraded, emit: known.emit };
  const { confinement, doors } = wireBounds({
    ...own,
    spec: () => session.spec,
    onHook,
    unfit: (unit, detail) => supervisor.signal(unit, { kind: 'unfit', fault: 'memory', detail }),
  });
  const supervisor = wireSupervisor({
    ports,
    options,
    name: spec.session,
    session: () => session.spec,
    panes,
    known,
    confinement,
    doors,
    degraded,
    mail: () => mail,
  });
  const { usage, rounds } = wireRounds({ clock, supervisor, panes, tmux, paths, confinement, onHook }, ports, degraded);
  const mail = wireMail({
    ...known,
    ports,
    options,
    tmux,
    supervisor,
    paused,
    doors,
    degraded,
    spec: () => session.spec,
  });
  const parts = { clock, tmux, supervisor, mail, paused };
  const desk = wireDesk(parts, known);
  const summary = wireSummary(parts, spec.session);
  const notices = wireNotices({ ports, options, tmux, mail, degraded, name: spec.session, spec: () => session.spec });
  const made = { tmux, panes, supervisor, rounds, mail, desk, paused, summary, notices, confinement, usage };
  const session: Session = { spec, ...made };
  return session;
}

/** The rounds, and who writes down what they see. */
function wireRounds(
  parts: Omit<RoundsPorts, 'onSampled'>,
  { database }: ControllerPorts,
  degraded: SessionHooks['degraded'],
): { readonly usage: SessionUsage; readonly rounds: Rounds } {
  const { clock, supervisor } = parts;
  const usage = new SessionUsage({
    clock,
    database,
    units: () => supervisor.units,
    watching: () => rounds.watching,
    degraded,
  });
  const rounds: Rounds = new Rounds({ ...parts, onSampled: () => usage.sampled() });
  return { usage, rounds };
}

/** A probe sees what its agent sees. */
const asAgents =
  (ports: ControllerPorts, { env }: ControllerOptions): ControllerPorts['run'] =>
  (argv, asked) =>
    ports.run(argv, { ...asked, env: { ...cleanEnvironment(env), ...asked.env } });

interface SupervisorParts {
  readonly ports: ControllerPorts;
  readonly options: ControllerOptions;
  readonly name: string;
  readonly panes: SessionPanes;
  readonly known: Knowledge;
  readonly confinement: Confinement;
  readonly doors: Doors;
  mail(): Mail;
  session(): SessionSpec;
  degraded(what: string, message: string | null): void;
}

function wireSupervisor(parts: SupervisorParts): Supervisor {
  const { ports, options, name, panes, known, confinement, doors, mail, session, degraded } = parts;
  const { paths, builtins, env, setpriv } = options;
  const { tokens, talks, drivers } = known;
  const driverOf = (type: string) => drivers.of(type);
  const launching = { confinement, doors, builtins, env, paths, session: name, tokens, talks, driverOf };
  return new Supervisor({
    clock: ports.clock,
    random: () => ports.random(),
    emit: (type, agent, data) => {
      if (agent === DASHBOARD) return;
      ports.journal.append(type, agent, data);
      if (agent !== null) mail().follow(agent, type);
    },
    paths,
    setpriv,
    scan: new ProcessScan(COOKIE),
    panes,
    run: asAgents(ports, options),
    reach: (target, timeout) => reach(target, timeout),
    watchFiles,
    groupOf: (agent) => groupOf(agent, session()),
    proven: (agent) => confinement.proven(agent),
    prove: (agent) => confinement.prove(agent),
    launchOf: (agent, lastExit) => launchOf(agent, lastExit, launching),
    environmentOf: (agent) => environmentOf(agent, launching),
    mayStart: (agent) => mail().mayStart(agent),
    heldBecause: (agent) => mail().accounts.heldBecause(agent),
    degraded,
  });
}

interface DeskParts {
  readonly clock: Clock;
  readonly tmux: TmuxServer;
  readonly supervisor: Supervisor;
  readonly mail: Mail;
  readonly paused: Paused;
}

const wireDesk = ({ clock, tmux, supervisor, mail, paused }: DeskParts, { drivers, emit }: Knowledge): Desk =>
  new Desk({
    clock,
    tmux,
    drivers,
    emit,
    locks: mail.locks,
    units: () => supervisor.units,
    setPaused: (agents, on) => paused.set(agents, on),
    changed: (agent) => mail.pauseChanged(agent),
  });

const wireSummary = ({ clock, tmux, supervisor, mail, paused }: DeskParts, session: string): Summary =>
  new Summary({ clock, tmux, session, agents: () => summed(supervisor.units, mail, paused) });

function wirePanes(
  { session, layout }: SessionSpec,
  { paths, shimScript, logScript, size }: ControllerOptions,
  tmux: TmuxServer,
  journal: Journal,
  onMade: (agent: string, pane: MadePane) => void,
): SessionPanes {
  return new SessionPanes(
    tmux,
    { session, paths, shimScript, logScript, logBytes: AGENT_LOG_BYTES, size },
    layout,
    (agent, pane, why) => {
      if (agent !== DASHBOARD) journal.append('agent.pane', agent, { pane: pane.id, why });
      onMade(agent, pane);
    },
    () => journal.append('tmux.started', null, { pid: tmux.pid ?? 0 }),
  );
}

/** What is known about agents beside what runs of them. */
interface Knowledge {
  readonly tokens: Tokens;
  readonly drivers: Drivers;
  readonly talks: Talks;
  readonly emit: Emit;
}

function knowledgeOf(
  { clock, journal, database }: ControllerPorts,
  paths: Paths,
  spec: () => SessionSpec,
  degraded: SessionHooks['degraded'],
): Knowledge {
  const emit: Emit = (type, agent, data) => void journal.append(type, agent, data);
  const talks = new Talks(new Conversations(database), clock, emit);
  return {
    tokens: new Tokens(paths),
    drivers: new Drivers(spec, (where, pattern) => degraded(where, tooSlow(pattern))),
    talks,
    emit,
  };
}

const tooSlow = (pattern: string): string =>
  `${JSON.stringify(pattern)} takes too long to match and is not looked for any more: make it simpler, then orchestra up`;

interface MailParts extends Knowledge {
  readonly ports: ControllerPorts;
  readonly options: ControllerOptions;
  readonly tmux: TmuxServer;
  readonly supervisor: Supervisor;
  readonly paused: Paused;
  readonly doors: Doors;
  spec(): SessionSpec;
  degraded(what: string, message: string | null): void;
}

function wireMail(parts: MailParts): Mail {
  const { tmux, supervisor, paused, tokens, drivers, talks, emit, degraded } = parts;
  const { clock } = parts.ports;
  const { paths } = parts.options;
  const store = new MailStore(paths, systemDisk(), new MailLog(paths));
  return new Mail({
    clock,
    emit,
    tmux,
    queue: new MailQueue({ store, clock, random: systemRandom, emit, degraded, turn: nextTurn }),
    drivers,
    talks,
    status: paths.status,
    doors: () => parts.doors.status,
    isPaused: (agent) => paused.has(agent),
    spec: () => parts.spec(),
    units: () => supervisor.units,
    tokenOf: (agent) => tokens.of(agent),
    watchIntake: (hint) => watchFolder(`${paths.intake}/new`, hint, (why) => degraded('watch of the intake', why)),
    cores: parts.options.cores,
    startNext: () => {
      for (const unit of supervisor.units.values()) supervisor.meetDependencies(unit);
    },
    processes: (unit) => {
      supervisor.ports.scan.update();
      return supervisor.leftovers(unit).map(({ pid }) => pid);
    },
    released: (agent) => {
      const unit = supervisor.units.get(agent);
      if (unit !== undefined) supervisor.signal(unit, { kind: 'release' });
    },
    keepScreen: (agent, lines) => keepScreen(paths, agent, lines, clock.wall()),
    degraded,
  });
}

/** Every pane of a session. Rejects when tmux does not answer: that is not the same as no panes, and whoever took it so would end every shim. */
export async function panesOf(session: Session): Promise<readonly Pane[]> {
  const panes = await session.panes.list();
  if (panes !== null) return panes;
  throw new OrchestraError('timeout', 'tmux does not answer', 'try again; orchestra doctor looks for the reason');
}
