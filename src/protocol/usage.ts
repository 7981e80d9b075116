/** What an agent's whole process tree used in one stretch of time. */
export interface UsagePoint {
  /** Its end, wall clock ms. */
  readonly at: number;
  /** Percent of one core, the mean. */
  readonly cpu: number;
  /** Resident bytes, the most. */
  readonly memory: number;
  /** Bytes its processes had written to disks (proc_pid_io(5), write_bytes). */
  readonly written: number;
}

export interface AgentUsage {
  readonly agent: string;
  /** Oldest first. */
  readonly points: readonly UsagePoint[];
}

export interface Usage {
  readonly agents: readonly AgentUsage[];
  /** Milliseconds a point stands for: 1,000 within the last hour, else 60,000. */
  readonly step: number;
  /** What it costs to look: percent of one core over the last minute, and how often it looks, ms. */
  readonly watching: { readonly cpu: number; readonly every: number };
}

/** Something a person may want to change, and why. */
export interface Advice {
  readonly agent: string;
  readonly kind: 'leak' | 'memory-limit' | 'no-memory-limit' | 'cpu' | 'disk' | 'restarts';
  /** What was seen, with its numbers. */
  readonly evidence: string;
  /** What to do, with the key of the configuration. */
  readonly suggestion: string;
}

/** What is asked about processor, memory and disk. Calls reject with OrchestraError. */
export interface UsageService {
  /** @param agents all when empty @param since wall clock ms */
  usage(agents: readonly string[], since: number): Promise<Usage>;
  /** @param agents all when empty */
  advise(agents: readonly string[]): Promise<readonly Advice[]>;
}
