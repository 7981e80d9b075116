import type { Driver } from './driver.ts';
import { launchClaude } from './launch-claude.ts';
import { launchCodex } from './launch-codex.ts';
import { launchGemini } from './launch-gemini.ts';
import { launchOpencode } from './launch-opencode.ts';
import { launchQwen } from './launch-qwen.ts';

/** What an agent is launched with. */
export interface LaunchContext {
  readonly agent: string;
  /** Absolute path of the project's run folder; hooks write to `status/` in it and to its `notify`. */
  readonly runDir: string;
  /** Absolute path of a folder of this agent's own, mode 0700, in which its files are put. */
  readonly filesDir: string;
  /** Absolute path of `scripts/hook.sh`. */
  readonly hookScript: string;
  /** The MCP server that gives it orchestra's tools; null: none. */
  readonly mcp: { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> } | null;
  /**
   * Its conversation: `born` false gives a new one this id (a UUID; CLIs that choose theirs themselves report it by a hook), true goes on with it,
   * which fails in most CLIs unless its transcript exists. null: whatever the CLI does by itself.
   */
  readonly conversation: { readonly id: string; readonly born: boolean } | null;
}

export interface LaunchFile {
  readonly path: string;
  readonly text: string;
}

/** How to start it. Files are to be written first, mode 0600; no value in `argv` is a secret, for every user may read it. */
export interface Launch {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly LaunchFile[];
  /** Id of the conversation it will have; null: not known before it says so. */
  readonly conversation: string | null;
}

/**
 * How an agent of this type is launched with hooks, tools and its own conversation, without a change to a person's own settings. Pure. An argv that
 * does not begin with the CLI's own program, or with one of its subcommands, is left as it is. What the argv itself says about a conversation or
 * settings is kept.
 */
export function prepare(driver: Driver, argv: readonly string[], context: LaunchContext): Launch {
  const asItIs: Launch = { argv, env: {}, files: [], conversation: null };
  const [program = '', ...rest] = argv;
  if (driver.launch === 'none' || program.split('/').at(-1) !== driver.launch) return asItIs;
  // `codex exec`, `claude mcp list`: not the agent that this knows how to start.
  if (rest[0] !== undefined && /^[a-z][a-z-]*$/.test(rest[0])) return asItIs;
  return LAUNCHES[driver.launch](program, rest, context);
}

export type Launcher = (program: string, rest: readonly string[], context: LaunchContext) => Launch;

const LAUNCHES = {
  claude: launchClaude,
  codex: launchCodex,
  gemini: launchGemini,
  qwen: launchQwen,
  opencode: launchOpencode,
} as const;
