import { planChange } from '../config/index.ts';
import { AppliedConfigs, seenBefore } from '../journal/index.ts';
import {
  type AgentSpec,
  type Applied,
  type AppliedConfig,
  type DeskService,
  type EventFilter,
  type MailService,
  type NoticeService,
  type UsageService,
  type OrchestraEvent,
  OrchestraError,
  type OrchestraService,
  type Outcome,
  type Plan,
  type Rolled,
  type SessionSpec,
  type Snapshot,
  type StreamMessage,
  type Verb,
} from '../protocol/index.ts';
import { lookAround, type Unit } from '../watchdog/index.ts';
import type { DoorServices } from './confine/door-services.ts';
import { crewOf, named } from './crew.ts';
import { complete } from './crew-up.ts';
import { noticesOf } from './notices.ts';
import { goOnFrom, type Pending, restore, type RestoreContext } from './restore.ts';
import { makeFifosOf } from './fifos.ts';
import { keptConfig, recorder } from './history.ts';
import { type ControllerOptions, type ControllerPorts, panesOf, type Session, wireSession } from './session.ts';
import { DASHBOARD } from './session-panes.ts';
import { roll } from './rolling.ts';
import { deskOf, mailOf } from './services.ts';
import { usageOf } from './usage.ts';
import { goingDown, isRefused, order } from './order.ts';
import { possibleChange } from './possible-change.ts';
import { snapshotOf } from './snapshot.ts';
import { subscribed } from './subscribed.ts';
import { stopInOrder } from './stop-order.ts';
import { Troubles } from './troubles.ts';
import { Turns } from './turns.ts';
import { WriteDown } from './write-down.ts';

/** One project's session: wires the engines, owns the order of start and stop, answers the clients. */
export class Controller implements OrchestraService {
  readonly #options: ControllerOptions;
  readonly #ports: ControllerPorts;
  readonly #startedAt: number;
  readonly #troubles: Troubles;
  /** When the session was brought up, by this controller or one before, wall clock ms. */
  #upSince = 0;
  #session: Session | null = null;
  #going: Promise<void> | null = null;
  readonly #written: WriteDown;
  /** Changes of the crew are made one after the other. */
  readonly #turns = new Turns();

  constructor(options: ControllerOptions, ports: ControllerPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#startedAt = ports.clock.mono();
    this.#troubles = new Troubles(ports.journal);
    this.#written = new WriteDown(ports.clock, (what, message) => this.degraded(what, message));
  }

  /** Everything about messages. */
  readonly mail: MailService = mailOf(() => this.#session?.mail ?? null);
  /** What a person at a desk does. */
  readonly desk: DeskService = deskOf(() => this.#session?.desk ?? null);
  /** What people are told of. */
  readonly notices: NoticeService = noticesOf(() => this.#session?.notices ?? null);
  readonly usage: UsageService = usageOf(() => this.#session?.usage ?? null);

  /** All that clients may call. */
  get services(): DoorServices {
    return { session: this, mail: this.mail, desk: this.desk, notices: this.notices, usage: this.usage };
  }

  /** A session is up, or on its way up or down. */
  get hasSession(): boolean {
    return this.#session !== null || this.#going !== null;
  }

  /** Takes up the session that was applied last, if any: adopts what runs, starts what should. */
  async start(): Promise<void> {
    const spec = this.#ports.desired.spec;
    const by = this.#ports.desired.goingDown;
    if (spec !== null) await this.#turns.take(() => this.#open(spec));
    const adopted = [...(this.#session?.supervisor.units.values() ?? [])].filter(
      (unit) => unit.process !== null,
    ).length;
    this.#ports.journal.append('controller.started', null, { pid: this.#ports.self().pid, adopted });
    // The one before was killed on its way down: what it began is brought to its end.
    if (by !== null) this.down(by).catch((error: Error) => this.degraded('down', error.message));
  }

  /** Lets go of everything without touching an agent. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    this.#written.close();
    session?.rounds.close();
    session?.summary.close();
    await Promise.all([session?.mail.close(), session?.notices.close()]);
    session?.supervisor.close();
    await Promise.all([session?.confinement.close(), session?.tmux.disconnect()]);
    this.#ports.journal.close();
  }

  // ---- OrchestraService -----------------------------------------------------------------------------------------------

  async snapshot(): Promise<Snapshot> {
    const session = this.#needSession();
    return snapshotOf({
      spec: session.spec,
      units: session.supervisor.units,
      tmux: session.tmux,
      clock: this.#ports.clock,
      seq: this.#ports.journal.seq,
      version: this.#options.version,
      startedAt: this.#startedAt,
      upSince: this.#upSince,
      degraded: this.#troubles.words,
      tmuxVersion: this.#options.tmuxVersion,
      mail: session.mail,
      paused: session.paused,
      ...this.#ports.self(),
    });
  }

  apply(spec: SessionSpec, by: string, text?: string): Promise<Plan> {
    return this.#turns.take(async () => {
      if (this.#going !== null) throw goingDown();
      const plan = await this.#applyPart(spec, by);
      this.#persist(recorder(this.#ports, spec, text ?? null, by));
      return plan;
    });
  }

  #applyPart(spec: SessionSpec, by: string): Promise<Plan> {
    return this.#session === null ? this.#begin(spec) : this.#change(this.#session, spec, by);
  }

  async plan(spec: SessionSpec): Promise<Plan> {
    return possibleChange(this.#session?.spec ?? null, spec);
  }

  async applied(): Promise<readonly Applied[]> {
    return new AppliedConfigs(this.#ports.database).list();
  }

  async appliedConfig(n: number): Promise<AppliedConfig> {
    return keptConfig(this.#ports, n);
  }

  add(agent: AgentSpec, by: string): Promise<void> {
    return this.#turns.take(async () => {
      const session = this.#needSession();
      if (session.supervisor.units.has(agent.name)) {
        throw new OrchestraError('conflict', `there is an agent ${agent.name} already`, 'take another name');
      }
      const added = { ...agent, adHoc: true };
      await this.#adopt(session, { ...session.spec, agents: [...session.spec.agents, added] });
      await this.#enlist(session, [added]);
      this.#ports.journal.append('agent.asked', agent.name, { verb: 'start', by });
    });
  }

  async command(verb: Verb, names: readonly string[], by: string): Promise<readonly Outcome[]> {
    const session = this.#needSession();
    // A start would bring up again what `down` waits to see the end of.
    if (this.#going !== null) throw goingDown();
    const units = named(session.supervisor.units, names);
    // What a person wants is written before it is done: a crash in between must not undo it.
    this.#persist(() =>
      this.#ports.desired.setWant(
        units.filter((unit) => !isRefused(verb, unit)).map((unit) => unit.name),
        verb === 'stop' ? 'stopped' : 'running',
      ),
    );
    for (const unit of units) this.#ports.journal.append('agent.asked', unit.name, { verb, by });
    return Promise.all(units.map((unit) => order(session.supervisor, verb, unit)));
  }

  async roll(names: readonly string[], spec: SessionSpec | null, by: string, text?: string): Promise<Rolled> {
    const session = this.#needSession();
    if (this.#going !== null) throw goingDown();
    const rolled = await roll(names, spec, {
      session,
      clock: this.#ports.clock,
      isCurrent: () => this.#session === session,
      apply: (next) => this.#turns.take(() => this.#applyPart(next, by)),
      asked: (name) => this.#ports.journal.append('agent.asked', name, { verb: 'restart', by }),
    });
    if (spec !== null && rolled.outcomes.every(({ ok }) => ok))
      this.#persist(recorder(this.#ports, spec, text ?? null, by));
    return rolled;
  }

  async events(filter: EventFilter): Promise<readonly OrchestraEvent[]> {
    return this.#ports.journal.query(filter);
  }

  down(by: string): Promise<void> {
    this.#going ??= this.#turns
      .take(() => this.#goDown(by))
      .catch((error: unknown) => {
        this.#going = null; // so that it can be tried again
        throw error;
      });
    return this.#going;
  }

  subscribe(listener: (message: StreamMessage) => void): Promise<{ close(): void }> {
    return subscribed(this, this.#ports.journal, listener);
  }

  // ---- the session's life ---------------------------------------------------------------------------------------------

  async #begin(spec: SessionSpec): Promise<Plan> {
    const plan = planChange(null, spec);
    this.#persist(() => this.#ports.desired.setSpec(spec));
    this.#ports.journal.append('session.up', null, { session: spec.session, agents: spec.agents.length });
    try {
      await this.#open(spec);
    } catch (error) {
      // Never half a session: what came up goes down again.
      await this.#goDown('a failed start');
      throw error;
    }
    return plan;
  }

  async #open(spec: SessionSpec): Promise<void> {
    const { clock, desired } = this.#ports;
    const since = desired.upSince ?? clock.wall();
    this.#upSince = since;
    this.#persist(() => desired.setUpSince(since));
    // Each agent starts as soon as its pane is there, while tmux makes the next one.
    const pending = new Map<Unit, Pending>();
    const later: (() => void)[] = [];
    const start = (unit: Unit, what: Pending): void => goOnFrom(session.supervisor, unit, what);
    const goOn = (unit: Unit): void => {
      const what = pending.get(unit);
      pending.delete(unit);
      if (what === undefined) return;
      if (unit.name === DASHBOARD) later.push(() => start(unit, what));
      else start(unit, what);
    };
    const session = wireSession(spec, this.#options, this.#ports, {
      degraded: (what, message) => this.degraded(what, message),
      persist: (write) => this.#persist(write),
      onPane: goOn,
      services: this.services,
    });
    this.#session = session;
    const crew = crewOf(spec);
    session.panes.setCrew(spec.layout, crew);
    const fifos = makeFifosOf(this.#options.paths, crew, [this.#options.paths.notify]);
    fifos.catch(() => {}); // awaited below, after what can be looked at meanwhile
    this.#ports.journal.flush(); // history is read from the database: a `session.up` still in memory would not end the last one
    const serverAlive = await session.tmux.adopt();
    const panes = serverAlive ? await panesOf(session) : [];
    const foundOf = lookAround(session.supervisor, panes, session.tmux.pid);
    await Promise.all([fifos, session.confinement.sync(spec.agents)]);
    for (const agent of crew) session.supervisor.add(agent);
    for (const unit of session.supervisor.units.values()) {
      const context = { ...this.#restoring, want: this.#wantOf(unit), serverAlive };
      pending.set(unit, restore(session.supervisor, unit, foundOf(unit), context));
      session.confinement.adopt(unit);
      if (unit.process !== null) session.mail.remember(unit, seenBefore(this.#ports.database, unit.name));
    }
    session.rounds.start();
    session.summary.start();
    await session.panes.raise();
    for (const unit of pending.keys()) goOn(unit);
    session.rounds.look();
    void complete(session, later, this.#ports.clock, (what, message) => this.degraded(what, message));
    await session.mail.start();
    session.notices.start();
  }

  get #restoring(): Pick<RestoreContext, 'database' | 'flush'> {
    return { database: this.#ports.database, flush: () => void this.#ports.journal.flush() };
  }

  #wantOf(unit: Unit): 'running' | 'stopped' {
    if (this.#ports.desired.goingDown !== null) return 'stopped';
    return unit.name === DASHBOARD ? 'running' : this.#ports.desired.want(unit.name);
  }

  async #goDown(by: string): Promise<void> {
    const session = this.#session;
    this.#ports.journal.append('session.down', null, { session: session?.spec.session ?? '', by });
    this.#persist(() => this.#ports.desired.setGoingDown(by));
    if (session !== null) {
      const { supervisor } = session;
      await stopInOrder(supervisor);
      await Promise.all([...supervisor.units.values()].map((unit) => supervisor.reap(unit)));
      session.rounds.close();
      session.summary.close();
      await Promise.all([session.mail.close(), session.notices.finish()]);
      await session.notices.close();
      session.supervisor.close();
      await session.confinement.down();
      await session.tmux.shutdown();
    }
    this.#session = null;
    this.#persist(() => this.#ports.desired.clear());
    this.#ports.journal.flush();
    this.#ports.onDown();
  }

  // ---- changes --------------------------------------------------------------------------------------------------------

  async #change(session: Session, next: SessionSpec, by: string): Promise<Plan> {
    const plan = possibleChange(session.spec, next);
    const of = (action: string): string[] =>
      plan.agents.filter((change) => change.action === action).map((change) => change.agent);
    const [added, removed, restarted, changed] = [of('add'), of('remove'), of('restart'), of('update')];
    const changes = [added, removed, restarted, changed, plan.fields].some((each) => each.length > 0);
    if (!changes && !plan.layoutChanged) {
      session.spec = { ...next, agents: session.spec.agents };
      return plan;
    }
    const adHoc = session.spec.agents.filter(
      (agent) => agent.adHoc && !next.agents.some((other) => other.name === agent.name),
    );
    await Promise.all(removed.map((name) => this.#dismiss(session, name)));
    await this.#adopt(session, { ...next, agents: [...next.agents, ...adHoc] });
    for (const agent of session.spec.agents) this.#update(session, agent, restarted.includes(agent.name));
    await this.#enlist(
      session,
      next.agents.filter((agent) => added.includes(agent.name)),
    );
    if (plan.layoutChanged || removed.length > 0) await session.panes.relayout();
    this.#ports.journal.append('session.applied', null, { by, added, removed, restarted, changed });
    return plan;
  }

  async #adopt(session: Session, spec: SessionSpec): Promise<void> {
    this.#persist(() => this.#ports.desired.setSpec(spec));
    session.spec = spec;
    session.mail.setCrew();
    session.notices.changed();
    await session.confinement.sync(spec.agents);
    session.panes.setCrew(spec.layout, crewOf(spec));
  }

  #update(session: Session, agent: AgentSpec, interrupt: boolean): void {
    const unit = session.supervisor.units.get(agent.name);
    if (unit === undefined) return;
    unit.spec = agent;
    if (interrupt && this.#wantOf(unit) === 'running')
      session.supervisor.signal(unit, { kind: 'restart', reason: 'changed' });
    else session.supervisor.rearm(unit);
  }

  async #enlist(session: Session, agents: readonly AgentSpec[]): Promise<void> {
    await makeFifosOf(this.#options.paths, agents);
    for (const agent of agents) {
      const unit = session.supervisor.add(agent);
      // An agent of this name may have lived before: its shim, numbers and history go on.
      const foundOf = lookAround(session.supervisor, await panesOf(session), session.tmux.pid);
      const context = { ...this.#restoring, want: 'running', serverAlive: true } as const;
      restore(session.supervisor, unit, foundOf(unit), context);
      this.#persist(() => this.#ports.desired.setWant([agent.name], 'running'));
      this.#ports.journal.append('agent.added', agent.name, { adHoc: agent.adHoc });
      session.supervisor.signal(unit, { kind: 'start', reason: 'up' });
    }
  }

  async #dismiss(session: Session, name: string): Promise<void> {
    const unit = session.supervisor.units.get(name);
    if (unit === undefined) return;
    await order(session.supervisor, 'stop', unit);
    session.supervisor.remove(name);
    session.paused.set([name], false); // or one of this name that is added later would get no mail
    await session.panes.close(name);
    this.#ports.journal.append('agent.removed', name, {});
  }

  // ---- small things ---------------------------------------------------------------------------------------------------

  /** Notes trouble that is not one agent's; null when it is over. Shown in every status until then. */
  degraded(what: string, message: string | null): void {
    this.#troubles.tell(what, message);
  }

  #persist(write: () => void): void {
    this.#written.persist(write);
  }

  #needSession(): Session {
    if (this.#session !== null) return this.#session;
    throw new OrchestraError('not-running', 'no session is up', 'start one with: orchestra up');
  }
}
