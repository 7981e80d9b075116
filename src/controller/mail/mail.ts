import type { Driver, PaneLocks } from '../../drivers/index.ts';
import type { Cancel, Clock } from '../../platform/index.ts';
import {
  type AgentSnapshot,
  type AgentSpec,
  type Emit,
  EXTERNAL,
  type EventType,
  type MailEntry,
  type MailFilter,
  type MailService,
  type MessageDraft,
  OrchestraError,
  RESERVED_NAMES,
  type Peek,
  type Receipt,
  type SessionSpec,
  type SubmitResult,
  type TaskInHand,
} from '../../protocol/index.ts';
import type { MailQueue, Recipient } from '../../queue/index.ts';
import { readPanes, type TmuxServer } from '../../tmux/index.ts';
import type { Unit } from '../../watchdog/index.ts';
import type { SeenBefore } from '../../journal/index.ts';
import { Accounts } from './accounts.ts';
import { Delivery, type Typist } from './delivery.ts';
import { doorOf } from './door.ts';
import { Eyes, isReadable } from './eyes.ts';
import { IntakeWatch } from './intake-watch.ts';
import { typeFor } from './typing.ts';
import { followTranscripts } from './follow-transcripts.ts';
import { readHooks } from './hooks.ts';
import { peekAt } from './peek.ts';
import { StartSlots } from './start-slots.ts';
import type { Talks } from './talks.ts';
import { taskIn } from './task-in-hand.ts';
import type { Transcripts } from './transcripts.ts';
import { Waiters } from './waiters.ts';
import { Drivers, fetches, isMute, readsItself, watched, watchedOf } from './watched.ts';

export interface MailPorts {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly queue: MailQueue;
  readonly tmux: TmuxServer;
  readonly drivers: Drivers;
  readonly talks: Talks;
  /** Folder the agents' hooks write to, and those of agents that have one of their own. */
  readonly status: string;
  doors(): readonly { readonly agent: string; readonly folder: string }[];
  /** Processors. */
  readonly cores: number;
  /** Agents that waited for a slot to start may ask again. */
  startNext(): void;
  spec(): SessionSpec;
  /** A person holds its mail back. */
  isPaused(agent: string): boolean;
  units(): ReadonlyMap<string, Unit>;
  /** Ids of an agent's processes. */
  processes(unit: Unit): readonly number[];
  /** An agent whose account is free again. */
  released(agent: string): void;
  tokenOf(agent: string): string;
  /** Says when something is dropped into the intake. */
  watchIntake(hint: () => void): Promise<{ close(): Promise<void> }>;
  /** Keeps a screen no rule knows; the path of its file. */
  keepScreen(agent: string, lines: readonly string[]): string;
  degraded(what: string, message: string | null): void;
}

/** Between two rounds, ms: what an event should have told already. */
const ROUND_EVERY = 700;
/** The longest a client may wait for a message in one call, ms. */
const LONGEST_WAIT = 60_000;

/** The mail of a session: the queue, the eyes on the agents, and the hands that type. */
export class Mail implements MailService {
  readonly #ports: MailPorts;
  readonly drivers: Drivers;
  readonly eyes: Eyes;
  readonly accounts: Accounts;
  readonly #transcripts: Transcripts;
  readonly #delivery: Delivery;
  readonly #slots: StartSlots;
  readonly #turns = new Map<string, number>();
  readonly #waiters: Waiters;
  #round: Cancel | null = null;
  #unlisten: () => void = () => {};
  readonly #intake: IntakeWatch;
  #watching = false;

  constructor(ports: MailPorts) {
    this.#ports = ports;
    const { clock, emit, queue } = ports;
    this.drivers = ports.drivers;
    this.#slots = new StartSlots(clock, ports.cores);
    this.#waiters = new Waiters(clock);
    this.#intake = new IntakeWatch({
      open: (hint) => ports.watchIntake(hint),
      hint: () => void queue.drain(),
      crowd: () => queue.crowd,
    });
    this.accounts = new Accounts({
      clock,
      emit,
      accountOf: (agent) => this.#unit(agent)?.spec.account ?? agent,
      agentsOf: (account) =>
        [...ports.units().values()].filter((unit) => unit.spec.account === account).map((unit) => unit.name),
      released: (agent) => {
        ports.released(agent);
        this.#delivery.consider(agent);
      },
    });
    this.eyes = new Eyes({
      clock,
      emit,
      agents: () => watchedOf(ports.units(), this.drivers),
      listen: (agents) => this.#transcripts.look(agents),
      read: (panes) => readPanes(ports.tmux, panes),
      keep: (agent, screen) => ports.keepScreen(agent, screen.lines),
      changed: (agent, reading) => {
        if (reading !== null) this.accounts.see(agent, reading);
        if (reading?.ready === true) this.#freeSlot(agent);
        this.#delivery.consider(agent);
      },
    });
    this.#transcripts = followTranscripts(ports, this.drivers, this.eyes);
    this.#delivery = new Delivery({
      clock,
      outbox: queue,
      typist: (agent) => this.#typist(agent),
      isMute: (agent) => this.#isMute(agent),
      onSubmitted: (agent) => this.#tell(agent, { kind: 'submitted' }),
      trouble: (agent, error) => ports.degraded(`delivery to ${agent}`, error?.message ?? null),
    });
  }

  /** Opens the queue and begins to deliver. */
  async start(): Promise<void> {
    const { queue, clock } = this.#ports;
    this.setCrew();
    await queue.open();
    this.#unlisten = queue.onChange((agent) => {
      this.#waiters.wake(agent);
      // Whoever reads by itself is asked for what is to be typed all the same with the next round only.
      const unit = this.#unit(agent);
      if (unit !== undefined && !readsItself(unit.spec, this.drivers)) this.#delivery.soon(agent);
    });
    this.eyes.start();
    this.#round = clock.every(ROUND_EVERY, () => this.#sweep());
  }

  /** Who there is and what the rules are: at the start and after every change of the configuration. */
  setCrew(): void {
    const { agents, messages } = this.#ports.spec();
    const recipients = agents.map((agent): Recipient => {
      // Who reads by itself knows a message by its id; what was being typed is looked for on the screen.
      const interrupted = readsItself(agent, this.drivers) ? 'again' : 'keep';
      return { name: agent.name, delivery: agent.delivery, interrupted };
    });
    const known = new Set(recipients.map(({ name }) => name));
    // Answers to a person or a script wait here for whoever asks.
    recipients.push({ name: EXTERNAL, delivery: 'inbox', interrupted: 'again' });
    this.#ports.queue.setCrew(recipients, messages, (agent) => (known.has(agent) ? this.#ports.tokenOf(agent) : null));
  }

  /** Heavy programs start one after the other. */
  mayStart({ name, type }: AgentSpec): boolean {
    return !this.drivers.of(type).heavy || this.#slots.take(name);
  }

  #freeSlot(agent: string): void {
    if (this.#slots.free(agent)) this.#ports.startNext();
  }

  /** What happens to an agent, as far as its mail goes on from there. */
  follow(agent: string, type: EventType): void {
    if (type === 'agent.started') this.#restarted(agent);
    if (type !== 'agent.exited') return;
    this.#freeSlot(agent);
    this.#delivery.ended(agent);
  }

  /** What it had been handed to read before, it may not have read. */
  #restarted(agent: string): void {
    const unit = this.#ports.queue.isOpen ? this.#unit(agent) : undefined;
    if (unit === undefined || !readsItself(unit.spec, this.drivers)) return;
    this.#ports.queue
      .handBack(agent, 'it was started anew')
      .catch((error: Error) => this.#ports.degraded(`delivery to ${agent}`, error.message));
  }

  /** Watches the intake too: what is dropped there is taken in at once, not with the next round. */
  async watch(): Promise<void> {
    this.#watching = true;
    await this.#intake.look();
  }

  async close(): Promise<void> {
    await this.#intake.close();
    this.#round?.();
    this.#unlisten();
    this.eyes.close();
    this.#delivery.close();
    this.#waiters.wakeAll();
    await this.#ports.queue.close();
  }

  /** An agent that was taken over, and what it was seen doing. */
  remember(unit: Unit, before: SeenBefore): void {
    this.eyes.remember(watched(unit, this.drivers), before.activity);
    this.accounts.remember(unit.name, before);
  }

  /** One at a time is typed into each pane. */
  get locks(): PaneLocks {
    return this.#delivery.locks;
  }

  /** An agent is paused, or no longer. */
  pauseChanged(agent: string): void {
    this.#waiters.wake(agent);
    this.#delivery.consider(agent);
  }

  counts(agent: string): AgentSnapshot['mail'] {
    return this.#ports.queue.counts(agent);
  }

  /** What it works at, as far as its mail tells. */
  task(agent: string): TaskInHand | null {
    return this.counts(agent).inFlight === 0 ? null : taskIn(this.#ports.queue.inFlight(agent));
  }

  /** An agent's hooks wrote something down. */
  readHooks(): void {
    const { status, doors, talks } = this.#ports;
    readHooks({
      folders: [{ folder: status, agent: null }, ...doors()],
      drivers: this.drivers,
      unit: (agent) => this.#unit(agent),
      heard: (unit, signal) => {
        talks.heard(unit.spec, this.drivers.of(unit.spec.type), signal);
        if (signal.transcript !== null) this.#transcripts.heard(unit.name);
        if (signal.prompt !== null) this.#turnBegan(unit.name);
        if (signal.activity !== null) this.#tell(unit.name, { kind: 'hook', activity: signal.activity });
      },
    });
  }

  #turnBegan(agent: string): void {
    this.#turns.set(agent, (this.#turns.get(agent) ?? 0) + 1);
    this.#delivery
      .turnBegan(agent)
      .catch((error: Error) => this.#ports.degraded(`delivery to ${agent}`, error.message));
  }

  // ---- MailService ----------------------------------------------------------------------------------------------------

  send(draft: MessageDraft): Promise<Receipt> {
    return this.#ports.queue.send(draft);
  }

  async mail(filter: MailFilter): Promise<readonly MailEntry[]> {
    const { queue } = this.#ports;
    // Who is not of the crew any more may have left mail.
    if (filter.agent !== undefined && !queue.hasMailbox(filter.agent)) this.#hasMail(filter.agent);
    return queue.list(filter);
  }

  async message(id: string): Promise<readonly MailEntry[]> {
    return this.#ports.queue.get(id);
  }

  async take(agent: string, wait: number, gone?: AbortSignal): Promise<MailEntry | null> {
    this.#hasMail(agent);
    const { queue, clock } = this.#ports;
    const until = clock.mono() + Math.min(Math.max(0, wait), LONGEST_WAIT);
    while (gone?.aborted !== true) {
      const seen = this.#waiters.changes(agent);
      const looked = clock.mono();
      const taken = this.#ports.isPaused(agent) ? null : await this.#delivery.take(agent);
      if (taken !== null || clock.mono() >= until) return taken;
      // The end of a back-off is no change that anyone tells of.
      const due = queue.nextDue(agent, looked) ?? until;
      await this.#waiters.change(agent, seen, Math.max(0, Math.min(due, until) - clock.mono()), gone);
    }
    return null;
  }

  async ack(agent: string, id: string, by: string): Promise<MailEntry> {
    this.#hasMail(agent);
    return this.#ports.queue.ack(agent, id, by);
  }

  redrive(...asked: Parameters<MailService['redrive']>): Promise<number> {
    return this.#ports.queue.redrive(...asked);
  }

  purge(...asked: Parameters<MailService['purge']>): Promise<number> {
    return this.#ports.queue.purge(...asked);
  }

  async peek(agent: string): Promise<Peek> {
    const { pane } = this.#pane(agent);
    return peekAt(this.#ports.tmux, agent, pane, this.eyes.of(agent).activity);
  }

  async type(
    agent: string,
    text: string,
    options: { readonly submit: boolean; readonly force: boolean },
  ): Promise<SubmitResult> {
    const { pane, driver } = this.#pane(agent);
    const door = doorOf(this.#ports.tmux, pane);
    return this.#delivery.locks.run(pane, () => typeFor(door, driver, text, options, this.#ports.clock));
  }

  async report(agent: string, activity: 'idle' | 'busy'): Promise<void> {
    this.#known(agent);
    this.#tell(agent, { kind: 'report', activity });
  }

  // ---- inside -----------------------------------------------------------------------------------------------------------

  #sweep(): void {
    try {
      void this.#ports.queue.sweep();
      this.readHooks();
      this.accounts.sweep();
      this.#ports.startNext();
      if (this.#watching) void this.#intake.look();
      this.#delivery.sweep();
      this.#ports.degraded('rounds of the mail', null);
    } catch (error) {
      this.#ports.degraded('rounds of the mail', (error as Error).message);
    }
  }

  #tell(agent: string, signal: Parameters<Eyes['tell']>[1]): void {
    const unit = this.#unit(agent);
    if (unit !== undefined) this.eyes.tell(watched(unit, this.drivers), signal);
  }

  #typist(agent: string): Typist | null {
    const unit = this.#unit(agent);
    if (unit === undefined || unit.pane === null || unit.process === null) return null;
    const driver = this.drivers.of(unit.spec.type);
    const reading = this.eyes.reading(agent);
    const over = reading !== null && this.accounts.isOver(agent, reading.line);
    const { activity } = this.eyes.of(agent);
    const { incarnation } = unit.machine;
    return {
      driver,
      heldBefore: over,
      readsFiles: unit.spec.user === null,
      pane: unit.pane,
      incarnation,
      isNew: unit.launchedWall > 0,
      door: doorOf(this.#ports.tmux, unit.pane, () => unit.machine.incarnation === incarnation && unit.processRuns()),
      turns: () => this.#turns.get(agent) ?? 0,
      recipient: {
        state: unit.machine.phase.state,
        activity: over && activity === 'limited' ? 'idle' : activity,
        readable: isReadable(driver),
        fetches: fetches(driver),
        mode: unit.spec.delivery,
        held: this.accounts.heldBecause(agent) !== null,
        paused: this.#ports.isPaused(agent),
      },
    };
  }

  #isMute(agent: string): boolean {
    const spec = this.#unit(agent)?.spec;
    return spec !== undefined && isMute(spec, this.drivers);
  }

  #unit(agent: string): Unit | undefined {
    return this.#ports.units().get(agent);
  }

  /** Somebody with a mailbox. */
  #hasMail(agent: string): void {
    if (agent !== EXTERNAL) this.#known(agent);
  }

  #known(agent: string): Unit {
    const unit = this.#unit(agent);
    if (unit !== undefined) return unit;
    const known = [...this.#ports.units().keys()].filter((name) => !RESERVED_NAMES.includes(name)).join(', ');
    throw new OrchestraError('unknown-agent', `there is no agent ${JSON.stringify(agent)}`, `agents: ${known}`);
  }

  #pane(agent: string): { pane: string; driver: Driver } {
    const unit = this.#known(agent);
    if (unit.pane !== null) return { pane: unit.pane, driver: this.drivers.of(unit.spec.type) };
    throw new OrchestraError('failed', `${agent} has no pane`, 'orchestra status tells its state');
  }
}
