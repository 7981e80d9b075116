import type {
  Applied,
  AppliedConfig,
  ChannelResult,
  EventFilter,
  MailEntry,
  MailFilter,
  MessageDraft,
  OrchestraError,
  OrchestraEvent,
  Paths,
  SessionSpec,
} from '../protocol/index.ts';
import type { Client } from '../rpc/index.ts';

/** What the command line does to the world. src/bin composes it; tests hand in their own. */
export interface CliPorts {
  readonly out: Output;
  readonly err: Output;
  readonly input: Input;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the working directory. */
  readonly cwd: string;
  readonly clock: CliClock;
  readonly files: Files;
  readonly machine: Machine;
  /** Version of this program. */
  version(): string;
  /** Rejects with `not-running` when no controller answers there; one that is coming back is waited for. */
  connect(runDir: string): Promise<Client>;
  /** The same without a wait, and without a word about why. */
  connectNow(runDir: string): Promise<Client>;
  /** The keeper that was started before this process was; told once, then null. */
  startedAhead(project: string): KeeperStart | null;
  /** Starts the keeper of a project, detached; it starts the controller. */
  startKeeper(project: string): Promise<KeeperStart>;
  /** True when shims of a session hold their locks, whether or not a controller is there. */
  remains(runDir: string): boolean;
  /** Resolves once neither a controller nor its keeper is left, with false when they take longer than any should. */
  ended(runDir: string): Promise<boolean>;
  /** Events from the file, for when no controller runs; null when there is no journal. */
  readJournal(database: string, filter: EventFilter): Promise<readonly OrchestraEvent[] | null>;
  /** The configurations that were applied, from the file, for when no controller runs. */
  readApplied(database: string): Promise<readonly Applied[]>;
  /** One of them; null when it is not kept. */
  readAppliedConfig(database: string, n: number): Promise<AppliedConfig | null>;
  /** Runs a program to its end and collects what it prints. */
  run(argv: readonly string[], timeout: number): Promise<Ran>;
  /** Runs a program on the person's own terminal; its exit status. */
  interactive(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<number>;
  /** Calls back on SIGINT or SIGTERM instead of ending at once. */
  onInterrupt(listener: () => void): Cancel;
  /** Runs the built-in agent until its input ends. */
  worker(): Promise<number>;
  /** Shows the dashboard until the person leaves it. Rejects with `usage` for a theme there is none of. */
  dashboard(project: Paths, look: DashboardLook): Promise<number>;
  /** Serves the Model Context Protocol on standard input and output. @param agent whom it speaks for, null: nobody */
  mcp(project: Paths, agent: string | null): Promise<number>;
  /** Program and arguments that run this program anywhere. */
  readonly self: readonly string[];
  /** A fresh message id. */
  newId(): string;
  /** Sends a test notice without a controller, with the environment of this process. An empty list means all channels. */
  testNotices(spec: SessionSpec, channels: readonly string[]): Promise<readonly ChannelResult[]>;
  /** Loaded when asked for: most commands have nothing to do with mail. */
  mailFiles(): Promise<MailFiles>;
}

/** How the dashboard is to look on this terminal. */
export interface DashboardLook {
  /** A theme that outranks the one of the session's file; null: none. */
  readonly theme: string | null;
  /** The terminal says that it is light. */
  readonly light: boolean;
  readonly unicode: boolean;
  /** It is the one in the session's own pane, which is kept there. */
  readonly pinned: boolean;
}

export interface KeeperStart {
  /** The project's `.orchestra` was there before. */
  readonly wasThere: boolean;
  /** Why there will be no controller (no tmux, say); null as long as one may come. */
  refused(): OrchestraError | null;
}

/** What is done about messages without a controller. */
export interface MailFiles {
  /** The draft with the signature of the agent it is from. */
  sign(draft: MessageDraft, token: string): MessageDraft;
  /** Leaves a draft where the next controller finds it, durably. */
  drop(project: Paths, draft: MessageDraft): Promise<void>;
  /** What lies in the mailboxes. */
  list(project: Paths, filter: MailFilter): Promise<readonly MailEntry[]>;
}

export type Cancel = () => void;

export interface Output {
  readonly isTTY: boolean;
  write(text: string): void;
  columns(): number;
  rows(): number;
  onResize(listener: () => void): Cancel;
}

export interface Input {
  readonly isTTY: boolean;
  /** Each key as the terminal sends it, with the terminal in raw mode until cancelled. */
  onKey(listener: (key: string) => void): Cancel;
  /** Everything until its end; null when it is longer than `most` bytes. */
  text(most: number): Promise<string | null>;
}

/** A part of platform's clock. */
export interface CliClock {
  wall(): number;
  mono(): number;
  every(ms: number, run: () => void): Cancel;
  after(ms: number, run: () => void): Cancel;
  pause(ms: number): Promise<void>;
}

export interface Files {
  /** null when there is none. */
  read(path: string): string | null;
  /** Throws an error with a `code`, as node:fs does. */
  readText(path: string): string;
  /** null when it has more than `most` bytes. */
  readAtMost(path: string, most: number): Buffer | null;
  kind(path: string): 'file' | 'directory' | null;
  removeTree(path: string): void;
  list(path: string): readonly string[];
  facts(path: string): { readonly inode: number; readonly size: number } | null;
  /** Up to `most` bytes from `offset`; empty when there is nothing. */
  readFrom(path: string, offset: number, most: number): Uint8Array;
  /** Creates a file; false when one is there already. */
  create(path: string, text: string): boolean;
  rename(from: string, to: string): void;
  /** Writes a file in one step, with the folder it lies in; keeps who may read it, and what a link points at. */
  replace(path: string, text: string): void;
}

/** What `doctor` asks of the machine. */
export interface Machine {
  readonly node: string;
  readonly uid: number;
  readonly home: string;
  readonly cores: number;
  /** Absolute path of a program on PATH, null when it is not there. */
  which(program: string): string | null;
  /** True when there is a user or a group of this name or number. */
  account(kind: 'user' | 'group', name: string): boolean;
  /** Bytes free for this user where `path` lies; null when unknown. */
  diskFree(path: string): number | null;
  /** Permission bits and owner, null when there is no such file. */
  mode(path: string): { readonly bits: number; readonly uid: number } | null;
  writable(path: string): boolean;
  /** A character device lies there. */
  isDevice(path: string): boolean;
  /** Inode to the process that holds an exclusive lock on it; null when /proc/locks cannot be read. */
  lockHolders(): ReadonlyMap<number, number> | null;
  /** Folders layouts are looked for in. */
  readonly layoutDirs: readonly string[];
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** ENOENT, EACCES ...: it could not be started. */
  readonly error: string | null;
}
