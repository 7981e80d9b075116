/** The lifecycle of an agent. docs/state-machines.md names every edge. */
export const LIFECYCLES = ['stopped', 'starting', 'running', 'stopping', 'backoff', 'broken', 'held'] as const;
export type Lifecycle = (typeof LIFECYCLES)[number];

/** What an agent is doing, as far as its driver can tell. A field of its own: a busy agent and an idle one both run. */
export const ACTIVITIES = ['unknown', 'idle', 'busy', 'approval', 'question', 'limited', 'error'] as const;
export type Activity = (typeof ACTIVITIES)[number];

/** How an incarnation ended. `code` is what the shell saw: 128+n may be a signal or an exit status of that value. */
export type ExitClass =
  | 'success' // an exit status in `restart.success_codes`
  | 'failure' // any other exit status
  | 'signal' // 129..165: ended by a signal, or exited with that status (sh cannot tell them apart)
  | 'oom' // SIGKILL while the cgroup's out-of-memory counter rose
  | 'shim-lost' // the pane or its shim died with the agent: nobody reported an exit
  | 'server-lost' // the tmux server died and took every pane with it
  | 'unknown'; // the agent is gone and its exit record could not be written (full disk)

/** Why the last start or restart happened. Recorded with every start. */
export type StartReason =
  | 'up' // the session came up
  | 'asked' // a person asked for a start or a restart
  | 'exited' // the restart policy
  | 'changed' // the configuration of the agent changed
  | 'not-ready' // readiness timed out
  | 'not-live' // liveness failed
  | 'memory' // over its memory limit
  | 'pane-lost' // its pane or shim died
  | 'server-lost' // the tmux server died
  | 'released' // its account is free again
  | 'schedule' // its cron expression said so
  | 'max-age' // it had run for as long as it may
  | 'files' // a file it is made of changed
  | 'dependency' // what it depends on, or another of its group, died
  | 'trial' // the breaker lets one start through to see whether it lives
  | 'rolling'; // one after the other, at a person's word

/** Starts that follow no death. Every other one is a restart, also for a controller that comes back and counts them in the journal. */
export const FRESH_STARTS: readonly StartReason[] = [
  'up',
  'asked',
  'changed',
  'released',
  'schedule',
  'max-age',
  'files',
  'dependency',
  'rolling',
];

/** The task an agent has in hand: the newest `task_assign` that was handed to it and is not settled. */
export interface TaskInHand {
  readonly id: string;
  readonly from: string;
  /** The first line of its text or its command, safe to print, at most 120 columns. */
  readonly text: string;
}

/** What an agent asks of a person, as its screen showed it at the last look. */
export interface Asking {
  /** One line that is safe to print: the command it wants to run, the question; at most 200 characters. */
  readonly text: string;
  /** Its driver knows which keys say yes and no: `approve` and `deny` answer it. Otherwise the answer is typed. */
  readonly answerable: boolean;
}

export interface AgentSnapshot {
  readonly name: string;
  /** A free name for people, any script. Empty when none is configured. */
  readonly display: string;
  readonly type: string;
  readonly role: string;
  readonly skills: readonly string[];
  readonly state: Lifecycle;
  /** ISO 8601, when it came into that state. */
  readonly state_since: string;
  readonly activity: Activity;
  /** ISO 8601, when it began to do that. */
  readonly activity_since: string;
  /** While its activity is `approval` or `question` and its screen shows what it asks; else null. */
  readonly asks: Asking | null;
  /** A person holds its mail back: nothing is delivered until it goes on. */
  readonly paused: boolean;
  /** ISO 8601, when the limit it waits for ends; null when it waits for none, or nobody knows. */
  readonly held_until: string | null;
  readonly task: TaskInHand | null;
  /** Messages that wait, that were handed over and are not settled, and that were given up. */
  readonly mail: { readonly queued: number; readonly inFlight: number; readonly dead: number };
  /** One line a person can act on: what it waits for, why it is broken. */
  readonly detail: string;
  /** What its configuration asks for and it runs without, a sentence each. */
  readonly unlimited: readonly string[];
  /** The agent's own process id, null when none runs. */
  readonly pid: number | null;
  /** tmux pane id (`%7`), null when it has no pane. */
  readonly pane: string | null;
  /** Process id of the shim that owns the pane. */
  readonly pane_pid: number | null;
  readonly incarnation: number;
  /** Starts that followed a death since the session came up; the starts a person asked for are not counted. */
  readonly restarts: number;
  /** Milliseconds since the running incarnation started, 0 when none runs. */
  readonly uptime: number;
  /** Resident memory of the whole process tree, bytes; null when not sampled yet. */
  readonly memory: number | null;
  /** Processor time of the whole process tree since the sample before, percent of one core; null when not sampled twice yet. */
  readonly cpu: number | null;
  readonly last_exit: { readonly code: number | null; readonly class: ExitClass; readonly at: string } | null;
  /** Milliseconds until the next automatic start, null when none is planned. */
  readonly next_start: number | null;
}
