import type { Place } from '../problem.ts';
import { AgentKeys } from './agent-keys.ts';
import type { DraftAgent } from './draft.ts';

/** What sh does not know, or knows otherwise than bash does. */
const OF_BASH =
  /(^|[\s;&|(])(source|pushd|popd|shopt|declare|function)\s|\[\[|<\(|>\(|<<<|&>|\$'|\{[\w,.]+\.\.|\{\w*,\w/;
/** Functions that only an interactive shell has, by its rc file. */
const OF_RC = /(^|[\s;&|(])(nvm|rvm|conda activate|pyenv shell|rbenv shell|workon)\b/;

/** A pane of tmuxp or tmuxinator. */
export interface Pane {
  readonly name: string;
  readonly at: Place;
  /** What is typed into its shell, one after the other; empty: just a shell. */
  readonly commands: readonly string[];
  /** What is run in place of a shell; null: a shell. */
  readonly shell: string | null;
  readonly cwd: string | null;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A pane as an agent. The other tools type commands into a shell and leave it there; here the commands are the agent, so that
 * it is known when they end, and started again when they fail.
 */
export function paneAgent({ name, at, commands, shell, cwd, env }: Pane): DraftAgent {
  const keys = new AgentKeys();
  const script = commands.filter((command) => command.trim() !== '').join('\n');
  if (shell !== null) keys.set('command', shell);
  else if (script === '') keys.set('command', `exec "\${SHELL:-/bin/sh}"`);
  else if (OF_RC.test(script)) keys.set('command', ['bash', '-ic', script]);
  else keys.set('command', OF_BASH.test(script) ? ['bash', '-c', script] : script);
  if (script !== '' || shell !== null) keys.set('restart', 'on-failure');
  if (cwd !== null) keys.set('cwd', cwd);
  if (Object.keys(env).length > 0) keys.set('env', { ...env });
  return { original: name, at, keys: keys.done(), dependsOn: {}, profiles: [] };
}

/** Names for the panes of a window: its own for a single one, numbered otherwise. */
export const paneName = (window: string, index: number, count: number): string =>
  count === 1 ? window : `${window} ${index + 1}`;

/** The layout here that is most like one of tmux's. */
export const layoutLike = (names: readonly (string | null)[]): string =>
  names.length === 1 && names[0]?.startsWith('main-') ? 'focus' : 'grid';

/** Originals have to differ: two windows may have one name. */
export function distinct(agents: readonly DraftAgent[]): DraftAgent[] {
  const seen = new Map<string, number>();
  return agents.map((agent) => {
    const count = (seen.get(agent.original) ?? 0) + 1;
    seen.set(agent.original, count);
    return count === 1 ? agent : { ...agent, original: `${agent.original} (${count})` };
  });
}
