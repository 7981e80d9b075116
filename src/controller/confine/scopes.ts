import type { CgroupController, RunResult } from '../../platform/index.ts';

export interface ScopesPorts {
  /** systemd-run(1) with what says which manager to ask; null where no systemd runs. */
  systemd(): readonly string[] | null;
  run(argv: readonly string[], options: { timeout: number; env: NodeJS.ProcessEnv }): Promise<RunResult>;
}

/** Milliseconds the first scope may take. */
const TRIAL = 10_000;

/**
 * Scopes of systemd: it makes a control group for a process that starts itself, also for a person who is not root. What it is asked for is not always
 * held (a controller that was not handed on to the person's manager), so whoever uses them looks afterwards.
 */
export class Scopes {
  readonly #ports: ScopesPorts;
  #works: boolean | null = null;

  constructor(ports: ScopesPorts) {
    this.#ports = ports;
  }

  /** False when there may be scopes and nobody tried yet. */
  get known(): boolean {
    return this.#works !== null || this.#ports.systemd() === null;
  }

  /** Makes one, around a program that does nothing. Never rejects. */
  async try(): Promise<void> {
    const systemd = this.#ports.systemd();
    if (systemd === null || this.#works !== null) return;
    const argv = [...systemd, ...scopeOptions(new Map([['pids', 64]])), 'true'];
    const ran = await this.#ports.run(argv, { timeout: TRIAL, env: {} });
    this.#works = ran.code === 0;
  }

  /** What stands before a command that gets a scope; null where there are none. */
  words(wanted: ReadonlyMap<CgroupController, number>): readonly string[] | null {
    const systemd = this.#ports.systemd();
    return systemd === null || this.#works !== true ? null : [...systemd, ...scopeOptions(wanted)];
  }
}

/** Pure. @param wanted bytes, processors, processes */
export const scopeOptions = (wanted: ReadonlyMap<CgroupController, number>): readonly string[] => [
  '--scope',
  '--quiet',
  '--collect',
  ...[...wanted].flatMap(([controller, amount]) => ['-p', PROPERTY[controller](amount)]),
  '--',
];

/** systemd.resource-control(5). */
const PROPERTY: Readonly<Record<CgroupController, (amount: number) => string>> = {
  memory: (bytes) => `MemoryMax=${bytes}`,
  cpu: (cores) => `CPUQuota=${Math.max(1, Math.round(cores * 100))}%`,
  pids: (count) => `TasksMax=${count}`,
};
