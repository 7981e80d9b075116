import type { Clock, ProcessId, ProcessScan, Reached, RunResult } from '../platform/index.ts';
import type { AgentSpec, Emit, Paths, Target } from '../protocol/index.ts';
import type { Launch } from './launch-file.ts';
import type { Machine } from './phase.ts';
import type { RenewalPorts } from './renewals.ts';

/** What the watchdog needs of the terminal; the tmux engine fills it through the controller. */
export interface PanePort {
  /**
   * The agent's pane with a living shim in it, made (again) where there is none. Calls for one agent are served one after the
   * other. Never rejects.
   */
  ensure(
    agent: AgentSpec,
  ): Promise<
    | { readonly ok: true; readonly pane: string; readonly shim: ProcessId }
    | { readonly ok: false; readonly message: string }
  >;
  keys(pane: string, keys: readonly string[]): Promise<void>;
  /** False when the terminal server itself is gone: its agents' deaths are not theirs. */
  serverAlive(): boolean;
}

/** Why an agent can't start. `final`: trying again would change nothing until a person does. */
export interface CannotStart {
  readonly ok: false;
  readonly message: string;
  readonly final?: boolean;
}

export interface SupervisorPorts extends Pick<RenewalPorts, 'watchFiles' | 'groupOf'> {
  readonly clock: Clock;
  random(): number;
  readonly emit: Emit;
  readonly paths: Paths;
  /** Path of setpriv(1). */
  readonly setpriv: string;
  readonly scan: ProcessScan;
  readonly panes: PanePort;
  run(argv: readonly string[], options: { timeout: number; cwd?: string; env?: NodeJS.ProcessEnv }): Promise<RunResult>;
  /** Asks over the network, once. @param timeout ms */
  reach(target: Target, timeout: number): Promise<Reached>;
  /** What an agent runs next, after `lastExit`, with its environment read at this moment; a sentence when it can't be had. */
  launchOf(
    spec: AgentSpec,
    lastExit: Machine['lastExit'],
  ): { readonly ok: true; readonly launch: Launch } | CannotStart;
  /** False when it is not known yet that what an agent is to be kept within can be made here: `prove` finds out. */
  proven(spec: AgentSpec): boolean;
  /** Tries what an agent is to be kept within. A sentence when it can't be had, null when it can. Never rejects. */
  prove(spec: AgentSpec): Promise<string | null>;
  /** What an agent finds in its environment; empty when that can't be had. */
  environmentOf(spec: AgentSpec): Readonly<Record<string, string>>;
  /** False while others that take the processors for seconds are starting; asked again with `meetDependencies`. */
  mayStart(spec: AgentSpec): boolean;
  /** Why an agent's account waits, for people; null when it does not. */
  heldBecause(agent: string): string | null;
  /** Tells of trouble that is not one agent's: an unwritable folder, a full disk. Called again with null when it is over. */
  degraded(what: string, message: string | null): void;
}
