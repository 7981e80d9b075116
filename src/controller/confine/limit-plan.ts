import { formatBytes } from '../../base/index.ts';
import type { OwnLimits } from '../../platform/index.ts';
import type { LimitsSpec } from '../../protocol/index.ts';

export interface LimitPlan {
  /** Words before the agent's command. */
  readonly before: readonly string[];
  /** What could not be applied, a sentence each. */
  readonly missing: readonly string[];
}

/** The limits that no control group holds: files and nice, by the process that becomes the agent. Pure. */
export function planOwnLimits({ openFiles, nice }: LimitsSpec, means: OwnLimits): LimitPlan {
  const before: string[] = [];
  const missing: string[] = [];
  if (openFiles !== null) {
    const files = Math.min(openFiles, means.mostOpenFiles);
    before.push('prlimit', `--nofile=${files}:${files}`);
    if (files < openFiles)
      missing.push(`limits.open_files: ${openFiles} is more than this user may have; it is ${files}`);
  }
  if (nice !== null && nice < means.nice && !means.mayPrefer) {
    missing.push(`limits.nice: ${nice} takes root; it is ${means.nice}`);
  } else if (nice !== null) {
    // nice(1) adds to the niceness it is started with.
    before.push('nice', '-n', String(nice - means.nice));
  }
  return { before, missing };
}

/** What is said of a limit that a control group would hold. @param why what stood in the way */
export function withoutGroup(controller: 'memory' | 'cpu' | 'pids', limits: LimitsSpec, why: string): string {
  switch (controller) {
    case 'memory':
      return `limits.memory: ${formatBytes(limits.memory ?? 0)} is looked after every 2 s, the kernel does not hold it (${why})`;
    case 'cpu':
      return `limits.cpu is not held (${why})`;
    case 'pids':
      return `limits.processes is not held (${why})`;
  }
}
