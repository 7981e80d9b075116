import { type Cancel, type FifoWriter, type ProcessId, ProcessWatch, programInSandbox } from '../platform/index.ts';
import type { AgentSpec } from '../protocol/index.ts';
import type { CpuSample } from './cpu.ts';
import type { FileWatch } from './file-watch.ts';
import { type Machine, newMachine } from './phase.ts';
import type { Written } from './written.ts';

type Timer = 'deadline' | 'ready' | 'liveness' | 'schedule';

/** One agent as the watchdog holds it: what it should be, what its machine decided, and what was last seen of it. */
export class Unit {
  spec: AgentSpec;
  machine: Machine = newMachine();
  /** The pane it lives in; null before the first and after the pane was closed. */
  pane: string | null = null;
  #shim: ProcessWatch | null = null;
  #process: ProcessWatch | null = null;
  /** What was found in the sandbox of this very process. */
  #program: { readonly outside: ProcessId; readonly inside: ProcessId } | null = null;
  /** The way to the shim. */
  go: FifoWriter | null = null;
  /** Resident memory of the tree at the last sample, bytes. */
  memory: number | null = null;
  /** Percent of one core the tree used between the last two samples. */
  cpu: number | null = null;
  /** Bytes the tree wrote to disks between the last two samples. */
  written = 0;
  writtenBefore: Written = new Map();
  /** What `cpu` is counted from. */
  cpuSample: CpuSample | null = null;
  /** When the machine came into its state, milliseconds since the epoch. */
  since = 0;
  /** The launch file as it was written last. */
  launchText: string | null = null;
  /** The records of the last incarnation that ended. */
  lastRecord: { readonly incarnation: number; readonly pid: number; readonly code: number } | null = null;
  launchedWall = 0;
  /** Size of the log at the launch: readiness looks only at what came after. */
  logFrom = 0;
  /** Where the kernel counts its kills for memory; undefined until asked for. */
  memoryEvents: string | null | undefined = undefined;
  /** It counts for this agent alone. */
  ownMemoryEvents = false;
  /** Limits its incarnation runs without, a sentence each. */
  unlimited: readonly string[] = [];
  /** That counter at the launch. */
  oomBefore: number | null = null;
  /** Counts preparations: one that was overtaken must not touch anything any more. */
  preparation = 0;
  /** Monotonic ms since when the process is gone without an exit record. */
  missingSince: number | null = null;

  /** Monotonic ms at which the last incarnation ended; null when none did under this controller. */
  exitedAt: number | null = null;

  /** Its liveness probe succeeded in this life. */
  lively = false;
  /** The schedule that is followed, and since when, wall clock ms: earlier times are not its own. */
  schedule: { readonly key: string; readonly since: number } | null = null;
  /** What watches its files, for the configuration `key` stands for. */
  files: { readonly key: string; readonly watch: FileWatch } | null = null;

  readonly #timers = new Map<Timer, Cancel>();
  readonly #listeners = new Set<() => void>();

  constructor(spec: AgentSpec) {
    this.spec = spec;
  }

  get name(): string {
    return this.spec.name;
  }

  /** The process that owns the pane. */
  get shim(): ProcessId | null {
    return this.#shim?.id ?? null;
  }

  set shim(id: ProcessId | null) {
    this.#shim?.close();
    this.#shim = id === null ? null : new ProcessWatch(id);
    this.memoryEvents = undefined;
    this.ownMemoryEvents = false;
  }

  /** The agent's own process. */
  get process(): ProcessId | null {
    return this.#process?.id ?? null;
  }

  set process(id: ProcessId | null) {
    this.#process?.close();
    this.#process = id === null ? null : new ProcessWatch(id);
  }

  /** The agent's own program: the process itself, or what runs in its sandbox. */
  get program(): ProcessId | null {
    const { process } = this;
    if (process === null || this.spec.sandbox === 'none') return process;
    if (this.#program?.outside.pid !== process.pid) this.#program = null;
    if (this.#program === null) {
      const inside = programInSandbox(process.pid);
      if (inside !== null) this.#program = { outside: process, inside };
    }
    return this.#program?.inside ?? process;
  }

  /** False when it has no shim, or had one that is gone. */
  shimRuns(): boolean {
    return this.#shim?.runs() ?? false;
  }

  processRuns(): boolean {
    return this.#process?.runs() ?? false;
  }

  /** Puts a timer or probe in place of the one of the same name. */
  arm(what: Timer, cancel: Cancel | null): void {
    this.#timers.get(what)?.();
    if (cancel === null) this.#timers.delete(what);
    else this.#timers.set(what, cancel);
  }

  /** Calls back after every step of the machine, until cancelled. */
  onStep(listener: () => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  stepped(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Lets go of everything held: no process is touched. */
  release(): void {
    for (const what of this.#timers.keys()) this.arm(what, null);
    void this.files?.watch.close();
    this.files = null;
    this.shim = null;
    this.process = null;
    this.go?.close();
    this.go = null;
  }
}
