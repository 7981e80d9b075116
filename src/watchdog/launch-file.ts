import { shellQuote } from '../base/index.ts';

/** What one incarnation runs. Everything resolved: no variable is left for sh to expand. */
export interface Launch {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What it is kept within; left out for an agent that is kept within nothing. */
  readonly confined?: Confined;
}

/** How one incarnation is kept within its limits, its user and its sandbox. */
export interface Confined {
  /** `cgroup.procs` files: the process enters these groups before it becomes the agent. */
  readonly enter: readonly string[];
  /** Words before setpriv: what only whoever starts it may set. */
  readonly before: readonly string[];
  /** Options of setpriv: user and groups. */
  readonly identity: readonly string[];
  /** Words before the command: the sandbox. */
  readonly around: readonly string[];
  /** Where the kernel counts what it killed for memory in its own group; null when it has none. */
  readonly memoryEvents: string | null;
  /** What could not be applied, a sentence each. */
  readonly missing: readonly string[];
}

/**
 * The sh text a shim reads to become the agent. Each word is single-quoted, so nothing in it is ever interpreted; names were
 * checked to be identifiers. It lies in a 0700 folder, mode 0600: it holds the agent's secrets as its environment does.
 *
 * setpriv lets the kernel kill the agent when its shim dies (prctl(2) PR_SET_PDEATHSIG): an agent that ignores SIGHUP outlived its pane
 * unseen, with the lock free for a second copy.
 * The kernel drops the wish at a fork and at a change of user (prctl(2)): it is made anew by the setpriv that changes it, and by bwrap, which forks, in each
 * of its own (`--die-with-parent`). Files are entered by a regular builtin: a group that vanished must not end the shell.
 *
 * @param setpriv its path: an agent's own PATH may lack it, and looking for it takes a failed exec for each folder
 */
export function launchFile(launch: Launch, setpriv = 'setpriv'): string {
  const exports = Object.entries(launch.env)
    .filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .map(([name, value]) => `export ${name}=${shellQuote(value)}\n`);
  const words = launch.argv.map(shellQuote).join(' ');
  // tmux puts its own into every pane; cd makes OLDPWD.
  const home = `cd -- ${shellQuote(launch.cwd)} || exit 126\nunset TMUX TMUX_PANE OLDPWD\n`;
  if (launch.confined === undefined)
    return `${home}${exports.join('')}exec ${shellQuote(setpriv)} --pdeathsig KILL -- ${words}\n`;
  const { enter, before, identity, around } = launch.confined;
  const entered = enter.map((file) => `echo 0 >${shellQuote(file)}\n`).join('');
  const wish = [setpriv, '--pdeathsig', 'KILL'];
  const first = before.length === 0 ? [] : [...wish, '--', ...before];
  // Not made anew where nothing took it away: each of these is a program that is started.
  const second = before.length === 0 || identity.length > 0 ? [...wish, ...identity, '--'] : [];
  const all = [...first, ...second, ...around].map(shellQuote).join(' ');
  return `${home}${exports.join('')}${entered}exec ${all} ${words}\n`;
}
