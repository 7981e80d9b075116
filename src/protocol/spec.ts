import type { DashboardSpec } from './dashboard.ts';
import type { LayoutSpec } from './layout.ts';
import type { AgentTypeSpec, MessagesSpec } from './mail-rules.ts';
import type { DeliveryMode } from './message.ts';
import type { NoticesSpec } from './notices.ts';
import type { SandboxLevel } from './sandbox-levels.ts';

/**
 * A configuration after reading, overlaying and checking: everything explicit, durations in milliseconds, sizes in bytes,
 * paths absolute, replicas expanded. Plain JSON, so that it crosses the socket and lies in the database as it is.
 */
export interface SessionSpec {
  readonly version: 1;
  readonly session: string;
  /** Absolute path of the folder the configuration lies in; `.orchestra/` is made there. */
  readonly project: string;
  /** Absolute path of the configuration file. */
  readonly file: string;
  readonly profile: string | null;
  readonly layout: LayoutSpec;
  /** What an agent that is added later (`orchestra run`) inherits. */
  readonly defaults: AgentDefaults;
  readonly agents: readonly AgentSpec[];
  readonly messages: MessagesSpec;
  readonly notices: NoticesSpec;
  readonly dashboard: DashboardSpec;
  /** Types of the file's own and changes to built-in ones, by name. */
  readonly agentTypes: Readonly<Record<string, AgentTypeSpec>>;
}

export type AgentDefaults = Pick<
  AgentSpec,
  | 'cwd'
  | 'env'
  | 'envFiles'
  | 'ready'
  | 'liveness'
  | 'restart'
  | 'stop'
  | 'limits'
  | 'sandbox'
  | 'user'
  | 'group'
  | 'delivery'
  | 'resume'
>;

export type Command =
  | { readonly kind: 'shell'; readonly script: string } // run by sh -c
  | { readonly kind: 'argv'; readonly argv: readonly string[] } // run as it is
  | { readonly kind: 'builtin'; readonly name: 'worker' | 'dashboard' };

export interface AgentSpec {
  readonly name: string;
  readonly display: string;
  /** Its driver: claude, codex, gemini, ..., worker, command. */
  readonly type: string;
  readonly role: string;
  readonly skills: readonly string[];
  readonly command: Command;
  /** Absolute path of the working directory. */
  readonly cwd: string;
  /** Literal values; `${VAR}` in the file was checked but is resolved only when the agent starts, so no secret is stored. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute paths of dotenv files, read at each start. */
  readonly envFiles: readonly string[];
  readonly dependsOn: readonly Dependency[];
  readonly ready: ReadyProbe | null;
  readonly liveness: LivenessProbe | null;
  readonly restart: RestartPolicy;
  readonly stop: StopPolicy;
  readonly limits: LimitsSpec;
  /** How much of the machine it may change. */
  readonly sandbox: SandboxLevel;
  /** The user and the group it runs as, by name or number; null: as the session does. */
  readonly user: string | null;
  readonly group: string | null;
  /** When its messages are typed. */
  readonly delivery: DeliveryMode;
  /** A restarted agent gets its own conversation back, where its CLI can. */
  readonly resume: boolean;
  /** Agents of one account are held together when it runs into a limit. Its type unless named. */
  readonly account: string;
  /** Was added with `orchestra run`, not from the file: `up` leaves it alone. */
  readonly adHoc: boolean;
}

/**
 * What is waited for: its process (`started`), its readiness (`ready`), that its liveness probe succeeded as well (`healthy`), its end for good
 * (`completed`), an end that was a success (`completed_successfully`).
 */
export const CONDITIONS = ['started', 'ready', 'healthy', 'completed', 'completed_successfully'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** What it may use; null: as much as there is. */
export interface LimitsSpec {
  /** Bytes. */
  readonly memory: number | null;
  /** Processors, 1.5 is one and a half. */
  readonly cpu: number | null;
  readonly processes: number | null;
  readonly openFiles: number | null;
  /** -20..19, as nice(1) counts. */
  readonly nice: number | null;
}

export const NO_LIMITS: LimitsSpec = { memory: null, cpu: null, processes: null, openFiles: null, nice: null };

export interface Dependency {
  readonly agent: string;
  readonly condition: Condition;
}

/** Time-out means failed, not ready. */
export type ReadyProbe = { readonly timeout: number } & (
  | { readonly kind: 'log'; readonly pattern: string } // a regular expression over the pane's output, escapes removed
  | { readonly kind: 'file'; readonly path: string } // the file exists and is younger than the start
  | { readonly kind: 'exec'; readonly argv: readonly string[]; readonly interval: number } // exits 0
  | (Target & { readonly interval: number }) // answers
  | { readonly kind: 'delay'; readonly delay: number }
);

/** What is asked over the network. */
export type Target =
  | {
      readonly kind: 'http';
      readonly url: string;
      /** Statuses that mean yes. */
      readonly status: { readonly from: number; readonly to: number };
    }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

export type LivenessProbe =
  | { readonly kind: 'heartbeat'; readonly path: string; readonly maxAge: number } // the file's mtime
  | (({ readonly kind: 'exec'; readonly argv: readonly string[] } | Target) & {
      readonly interval: number;
      /** A try that takes longer has failed. */
      readonly timeout: number;
      /** Failed tries in a row until it is taken to hang. */
      readonly failures: number;
    })
  | { readonly kind: 'silence'; readonly maxAge: number }; // no output in the pane for this long

export interface RestartPolicy {
  readonly policy: 'always' | 'on-failure' | 'never';
  readonly successCodes: readonly number[];
  /** Exit statuses after which it stays down, whatever the policy. */
  readonly stopCodes: readonly number[];
  /** A run at least this long was healthy: the first restart after it is immediate. */
  readonly healthyAfter: number;
  /** null: restart at once, always. */
  readonly backoff: {
    readonly initial: number;
    readonly max: number;
    readonly factor: number;
    /** Share of the delay that is random, 0..1: the delay is drawn from [d*(1-jitter), d]. */
    readonly jitter: number;
    /** A run at least this long sets the delay back to `initial`. */
    readonly resetAfter: number;
  } | null;
  readonly breaker: Breaker | null;
  /** A run that has lasted so long is ended and started anew, ms; null: never. */
  readonly maxAge: number | null;
  /** It is started anew at these times; `zone` is one of the IANA's names, null the machine's own. */
  readonly schedule: { readonly cron: string; readonly zone: string | null } | null;
  readonly watch: FileWatchSpec | null;
  readonly strategy: Strategy;
}

/** Who is started anew when an agent dies: itself, those that depend on it as well, everyone of its groups (supervisor(3erl), restart strategies). */
export type Strategy = 'one_for_one' | 'rest_for_one' | 'one_for_all';

export interface Breaker {
  /** This many deaths in any window of `within` ms, fast or slow ones alike, and it is broken. */
  readonly exits: number;
  readonly within: number;
  /** One try after `after` ms, the next after `factor` times as long, at most `max`. null: stays broken until a person says restart. */
  readonly retry: { readonly after: number; readonly factor: number; readonly max: number } | null;
}

/** Files whose change means a new start. */
export interface FileWatchSpec {
  /** Absolute paths of files and folders. */
  readonly paths: readonly string[];
  /** Patterns as in gitignore(5), relative to the working directory. */
  readonly ignore: readonly string[];
  /** Quiet for so long, and what changed is taken to be complete, ms. */
  readonly delay: number;
  /** This many starts by changes within `within` ms, and the agent is taken to change the files itself. null: no such guard. */
  readonly flaps: { readonly starts: number; readonly within: number } | null;
}

/** The ladder: quit keys, SIGINT, SIGTERM, SIGKILL. A rung of 0 ms is left out; SIGKILL is always last. */
export interface StopPolicy {
  /** tmux key names sent to the pane, e.g. ["C-c"]. */
  readonly keys: readonly string[];
  readonly keysFor: number;
  readonly intFor: number;
  readonly termFor: number;
}
