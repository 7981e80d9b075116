import {
  type Cancel,
  fileFacts,
  FifoWriter,
  isAlive,
  memoryEventsOf,
  outOfMemoryKills,
  type ProcessId,
  processExists,
  readProcess,
  writeOver,
  signal as sendSignal,
} from '../platform/index.ts';
import type { AgentSpec, Emit, ExitClass } from '../protocol/index.ts';
import { allMet } from './conditions.ts';
import { launchFile } from './launch-file.ts';
import { step } from './machine.ts';
import { type Context, type Effect, isDown, mayHaveProcess, nextDeadline, type Signal } from './phase.ts';
import type { SupervisorPorts } from './ports.ts';
import { classify, takeLimits } from './unit-limits.ts';
import { armLiveness, armReady } from './unit-probes.ts';
import { forgetRecords, recordedPid } from './records.ts';
import { Renewals } from './renewals.ts';
import { parseNotice } from './shim-records.ts';
import { COOKIE, cookieOf, type Mark, treesOf } from './tree.ts';
import { Unit } from './unit.ts';

/** How often a tree that is being ended is looked at again. */
const TREE_POLL = 25;

/** A start this soon after the end of the last incarnation is the same program coming back, ms. */
const AT_ONCE = 250;

/** The thin loop around the machines: feeds them what is seen, performs what they decide. */
export class Supervisor {
  readonly #ports: SupervisorPorts;
  readonly #units = new Map<string, Unit>();
  readonly #told: (() => void)[] = [];
  readonly #renewals: Renewals;
  #treePoll: Cancel | null = null;
  #closed = false;

  constructor(ports: SupervisorPorts) {
    this.#ports = ports;
    this.#renewals = new Renewals({ ...ports, emit: this.#emit }, this.#units, (unit, signal) =>
      this.signal(unit, signal),
    );
  }

  get units(): ReadonlyMap<string, Unit> {
    return this.#units;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get ports(): SupervisorPorts {
    return this.#ports;
  }

  /** Takes an agent into care, stopped. Its fifo must exist. */
  add(spec: AgentSpec): Unit {
    const unit = new Unit(spec);
    unit.since = this.#ports.clock.wall();
    unit.go = new FifoWriter(this.#ports.paths.agentGo(spec.name));
    this.#units.set(spec.name, unit);
    return unit;
  }

  /** Gives an agent up; it must be down. */
  remove(name: string): void {
    this.#units.get(name)?.release();
    this.#units.delete(name);
  }

  /** Lets go of every agent without touching one. */
  close(): void {
    this.#closed = true;
    this.#treePoll?.();
    for (const unit of this.#units.values()) unit.release();
  }

  /** A line from a shim: a hint that comes fast. What it says is checked against what is. */
  onNotice(line: string): void {
    const notice = parseNotice(line);
    const unit = notice === null ? undefined : this.#units.get(notice.agent);
    if (notice === null || unit === undefined) return;
    if (notice.kind === 'start') this.onStarted(unit, notice.incarnation, notice.pid);
    else this.onExited(unit, notice.incarnation, notice.code);
  }

  onStarted(unit: Unit, incarnation: number, pid: number): void {
    if (unit.machine.startedAt !== null || !unit.machine.pending) return;
    if (incarnation < unit.machine.incarnation && !this.#takeBack(unit, incarnation, pid)) return;
    if (incarnation !== unit.machine.incarnation) return;
    unit.process = { pid, startTime: readProcess(pid)?.startTime ?? 0 };
    // Seen before it had become the agent, it carries no cookie: a shell that becomes a shell looks the same ever after.
    this.#ports.scan.claim(pid, this.mark(unit).cookie);
    const { phase } = unit.machine;
    const reason = phase.state === 'starting' ? phase.reason : 'asked';
    this.#emit('agent.started', unit.name, { incarnation, pid, reason });
    this.signal(unit, { kind: 'started', incarnation });
  }

  /**
   * A controller that ended between telling the shim and hearing of the start leaves an incarnation nobody knows of; the next controller has
   * ordered another one by the time it shows. The one that lives is kept and the order taken back.
   */
  #takeBack(unit: Unit, incarnation: number, pid: number): boolean {
    const row = readProcess(pid);
    if (!isAlive(row) || row.ppid !== unit.shim?.pid) return false;
    unit.go?.drain();
    unit.machine = { ...unit.machine, incarnation };
    return true;
  }

  /** @param code what the shim saw; null with a class that says why there is none */
  onExited(unit: Unit, incarnation: number, code: number | null, lost?: ExitClass): void {
    if (incarnation !== unit.machine.incarnation || !mayHaveProcess(unit.machine)) return;
    // It ended, so it started, even if nobody was told.
    if (code !== null && unit.machine.pending)
      this.onStarted(unit, incarnation, recordedPid(this.#ports.paths, unit.name, incarnation));
    if (code !== null) this.#ports.degraded('exit records', null);
    const kind = lost ?? classify(unit, code);
    const started = unit.process;
    unit.process = null;
    unit.memory = null;
    unit.cpu = null;
    unit.cpuSample = null;
    unit.missingSince = null;
    unit.lively = false;
    unit.exitedAt = this.#ports.clock.mono();
    this.signal(unit, { kind: 'exited', incarnation, code, class: kind });
    forgetRecords(this.#ports.paths, unit, code === null ? null : { incarnation, pid: started?.pid ?? 0, code });
  }

  /** Feeds one signal to one agent's machine and performs what it decides. */
  signal(unit: Unit, signal: Signal): void {
    if (this.#closed) return;
    if ('reason' in signal && signal.reason === 'asked') unit.files?.watch.forgive();
    const before = unit.machine;
    const { machine, effects } = step(before, signal, this.#context(unit));
    unit.machine = machine;
    if (before.phase.state !== machine.phase.state) unit.since = this.#ports.clock.wall();
    for (const effect of effects) this.#perform(unit, effect);
    if (unit.machine === machine)
      this.#afterStep(unit, before.phase.state === machine.phase.state && before.phase === machine.phase);
    this.#renewals.spread(unit, before);
    unit.stepped();
  }

  #context(unit: Unit): Context {
    const { clock } = this.#ports;
    return {
      spec: unit.spec,
      now: clock.mono(),
      wall: clock.wall(),
      random: this.#ports.random(),
      held: this.#ports.heldBecause(unit.name),
    };
  }

  /** Takes up timers and probes for a machine that was put in place from outside. */
  rearm(unit: Unit): void {
    this.#afterStep(unit, false);
  }

  /** Timers and probes follow the phase. */
  #afterStep(unit: Unit, samePhase: boolean): void {
    if (samePhase) return;
    const { machine } = unit;
    this.#armDeadline(unit);
    const { phase } = machine;
    if (phase.state === 'starting' && phase.step === 'probing')
      armReady(unit, this.#ports, (signal) => this.signal(unit, signal));
    else unit.arm('ready', null);
    if (phase.state === 'running')
      armLiveness(
        unit,
        this.#ports,
        (signal) => this.signal(unit, signal),
        () => this.#awaited(unit),
      );
    else unit.arm('liveness', null);
    this.#renewals.follow(unit);
    if (phase.state === 'stopping') this.#pollTrees();
    if (isDown(phase.state)) void this.reap(unit);
    if (phase.state === 'starting' && phase.step === 'waiting') this.meetDependencies(unit);
    this.#awaited(unit);
  }

  /** Somebody may have waited for this one. */
  #awaited(unit: Unit): void {
    for (const other of this.#units.values())
      if (other.spec.dependsOn.some((dependency) => dependency.agent === unit.name)) this.meetDependencies(other);
  }

  /**
   * Node counts a timer from the start of the turn it was set in, so after a long turn it fires early; a tick before its time says
   * nothing to the machine, and an agent waited for ever for its SIGKILL.
   */
  #armDeadline(unit: Unit): void {
    const { clock } = this.#ports;
    const due = nextDeadline(unit.machine, unit.spec.restart);
    const onTime = (): void => {
      if (due !== null && clock.mono() < due) this.#armDeadline(unit);
      else this.signal(unit, { kind: 'tick' });
    };
    unit.arm('deadline', due === null ? null : clock.after(due - clock.mono() + 1, onTime));
  }

  /** Lets an agent go on when everything it depends on is as it must be. */
  meetDependencies(unit: Unit): void {
    const { phase } = unit.machine;
    if (phase.state !== 'starting' || phase.step !== 'waiting') return;
    if (!allMet(unit.spec.dependsOn, this.#units)) return;
    if (this.#ports.mayStart(unit.spec)) this.signal(unit, { kind: 'dependencies-met' });
  }

  /** Events are written down when the work is done: a log line before the order to start again makes an agent wait for the disk. */
  #emit: Emit = (type, agent, data) => {
    this.#told.push(() => this.#ports.emit(type, agent, data));
    if (this.#told.length === 1) queueMicrotask(() => this.#tell());
  };

  #tell(): void {
    for (const tell of this.#told.splice(0)) tell();
  }

  // ---- effects go out -----------------------------------------------------------------------------------------------

  #perform(unit: Unit, effect: Effect): void {
    switch (effect.kind) {
      case 'emit':
        return this.#emit(effect.event.type as 'agent.state', unit.name, effect.event.data as never);
      case 'say':
        if (unit.shim !== null) unit.go?.writeLine(`say ${effect.text}`);
        return;
      case 'prepare':
        return this.#prepare(unit);
      case 'launch':
        return this.#launch(unit, effect.incarnation);
      case 'rung':
        return void this.#rung(unit, effect.rung);
    }
  }

  /** The fast way: the shim waits in its pane and nothing is left of before. Anything else is mended first. */
  #prepare(unit: Unit): void {
    unit.preparation++;
    if (!unit.shimRuns() || !this.#ports.proven(unit.spec)) return void this.#prepareSlowly(unit, unit.preparation);
    // What never ran has left nothing since all processes were looked at: with two hundred agents coming up each would look at the others' shims.
    if (unit.machine.incarnation > 0) this.#ports.scan.update();
    if (this.leftovers(unit).length > 0) return void this.#prepareSlowly(unit, unit.preparation);
    this.#finishPreparation(unit);
  }

  async #prepareSlowly(unit: Unit, preparation: number): Promise<void> {
    const overtaken = (): boolean => {
      const { phase } = unit.machine;
      return (
        this.#closed || unit.preparation !== preparation || phase.state !== 'starting' || phase.step !== 'preparing'
      );
    };
    await this.#killLeftovers(unit, overtaken);
    if (overtaken()) return;
    // With its shim there nothing is asked of tmux, which may hang.
    if (!unit.shimRuns() && !(await this.#makePane(unit, overtaken))) return;
    const unproven = this.#ports.proven(unit.spec) ? null : await this.#ports.prove(unit.spec);
    if (overtaken()) return;
    if (unproven !== null) return this.signal(unit, { kind: 'prepare-failed', message: unproven, final: true });
    this.#finishPreparation(unit);
  }

  /** False when that failed, or was overtaken. */
  async #makePane(unit: Unit, overtaken: () => boolean): Promise<boolean> {
    const made = await this.#ports.panes.ensure(unit.spec);
    if (made.ok) this.setPane(unit, made.pane, made.shim);
    if (overtaken()) return false;
    if (!made.ok) this.signal(unit, { kind: 'prepare-failed', message: made.message });
    return made.ok;
  }

  /** An agent that is down leaves nothing behind: a daemon it started would live on unseen, past `orchestra down`. */
  async reap(unit: Unit): Promise<void> {
    await this.#killLeftovers(unit, () => this.#closed || !isDown(unit.machine.phase.state));
  }

  async #killLeftovers(unit: Unit, overtaken: () => boolean): Promise<void> {
    for (let told = false; ; told = true) {
      this.#ports.scan.update();
      const left = overtaken() ? [] : this.leftovers(unit);
      if (left.length === 0) return;
      const pids = left.map(({ pid }) => pid);
      if (!told) this.#emit('agent.leftover', unit.name, { pids, what: 'outlived an earlier incarnation' });
      for (const id of left) sendSignal(id, 'SIGKILL');
      await this.#ports.clock.pause(TREE_POLL);
    }
  }

  /** A new shim must not read what was meant for the one before. */
  setPane(unit: Unit, pane: string, shim: ProcessId): void {
    unit.pane = pane;
    unit.shim = shim;
  }

  #finishPreparation(unit: Unit): void {
    const found = this.#ports.launchOf(unit.spec, unit.machine.lastExit);
    if (!found.ok) {
      const { message, final = false } = found;
      return this.signal(unit, { kind: 'prepare-failed', message, final });
    }
    takeLimits(unit, found.launch.confined, this.#emit);
    const launch = { ...found.launch, env: { ...found.launch.env, [COOKIE]: this.mark(unit).cookie } };
    const path = this.#ports.paths.agentLaunch(unit.name);
    try {
      const text = launchFile(launch, this.#ports.setpriv);
      // Not replaced but written over: nobody reads it before the order to start.
      const known = unit.launchText;
      unit.launchText = null; // a write that failed may have left half of it
      if (known !== text) writeOver(path, text);
      unit.launchText = text;
      this.#ports.degraded('run folder', null);
    } catch (error) {
      this.#ports.degraded('run folder', `${path}: ${(error as Error).message}`);
      return this.signal(unit, { kind: 'prepare-failed', message: (error as Error).message });
    }
    this.signal(unit, { kind: 'prepared' });
  }

  #launch(unit: Unit, incarnation: number): void {
    const { paths, clock } = this.#ports;
    unit.process = null;
    unit.missingSince = null;
    unit.launchedWall = clock.wall();
    // Before the order: on a busy machine the agent has said that it is ready by the time this goes on, and was never seen to.
    unit.logFrom = fileFacts(paths.agentLog(unit.name))?.size ?? 0;
    const atOnce = unit.exitedAt !== null && clock.mono() - unit.exitedAt < AT_ONCE;
    unit.go?.writeLine(`${atOnce || unit.machine.lastExit === null ? 'go' : 'fresh'} ${incarnation}`);
    if (unit.shim !== null) unit.memoryEvents ??= memoryEventsOf(unit.shim.pid);
    unit.oomBefore = unit.memoryEvents ? outOfMemoryKills(unit.memoryEvents) : null;
  }

  async #rung(unit: Unit, rung: 'keys' | 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (rung === 'keys') {
      this.#emit('agent.signalled', unit.name, { rung: `keys ${unit.spec.stop.keys.join(' ')}`, pids: 1 });
      if (unit.pane !== null && unit.process !== null) await this.#ports.panes.keys(unit.pane, unit.spec.stop.keys);
      return;
    }
    this.#ports.scan.update();
    const members = this.leftovers(unit);
    if (members.length > 0) this.#emit('agent.signalled', unit.name, { rung, pids: members.length });
    for (const id of members) sendSignal(id, rung);
    // A shim that took the order to start and shows nothing is ended too; what it may still start dies with it.
    if (rung === 'SIGKILL' && unit.machine.pending && unit.shim !== null) sendSignal(unit.shim, 'SIGKILL');
  }

  // ---- the process tree ---------------------------------------------------------------------------------------------

  /** What an agent's processes are known by. */
  mark(unit: Unit): Mark {
    return { agent: unit.name, cookie: cookieOf(this.#ports.paths.project, unit.name), shim: unit.shim?.pid ?? null };
  }

  /** Every living process of an agent, from the rows as they are: update the scan first. */
  leftovers(unit: Unit): ProcessId[] {
    const { scan } = this.#ports;
    const pids = treesOf(scan.rows, (pid) => scan.cookie(pid), [this.mark(unit)]).get(unit.name);
    const alive: ProcessId[] = [];
    for (const pid of pids ?? []) {
      const row = scan.rows.get(pid);
      const now = processExists(pid) ? readProcess(pid) : null;
      if (now === null)
        scan.forget(pid); // or each look would find the dead of every look before
      else if (row !== undefined && isAlive(now) && now.startTime === row.startTime) {
        alive.push({ pid, startTime: row.startTime });
      }
    }
    return alive;
  }

  /** While anything is being stopped: is it gone? */
  #pollTrees(): void {
    this.#treePoll ??= this.#ports.clock.every(TREE_POLL, () => {
      const stopping = [...this.#units.values()].filter(({ machine }) => machine.phase.state === 'stopping');
      if (stopping.length === 0) {
        this.#treePoll?.();
        this.#treePoll = null;
        return;
      }
      this.#ports.scan.update();
      for (const unit of stopping) {
        if (unit.machine.startedAt !== null || unit.machine.pending) continue;
        if (this.leftovers(unit).length === 0) this.signal(unit, { kind: 'tree-gone' });
      }
    });
  }
}
