import { shellQuote } from '../base/index.ts';

/** What one incarnation runs. Everything resolved: no variable is left for sh to expand. */
export interface Launch {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The sh text a shim reads to become the agent. Each word is single-quoted, so nothing in it is ever interpreted; names were
 * checked to be identifiers. It lies in a 0700 folder, mode 0600: it holds the agent's secrets as its environment does.
 *
 * setpriv lets the kernel kill the agent when its shim dies (prctl(2) PR_SET_PDEATHSIG): an agent that ignores SIGHUP outlived its pane
 * unseen, with the lock free for a second copy.
 * @param setpriv its path: an agent's own PATH may lack it, and looking for it takes a failed exec for each folder
 */
export function launchFile(launch: Launch, setpriv = 'setpriv'): string {
  const exports = Object.entries(launch.env)
    .filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .map(([name, value]) => `export ${name}=${shellQuote(value)}\n`);
  const words = launch.argv.map(shellQuote).join(' ');
  // tmux puts its own into every pane; cd makes OLDPWD.
  const home = `cd -- ${shellQuote(launch.cwd)} || exit 126\nunset TMUX TMUX_PANE OLDPWD\n`;
  return `${home}${exports.join('')}exec ${shellQuote(setpriv)} --pdeathsig KILL -- ${words}\n`;
}
