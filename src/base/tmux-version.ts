/** Versions the suite has passed on: Debian 12 ships 3.3a. */
export const TESTED_VERSIONS: readonly string[] = ['3.3a'];

/** Commands and options of them the engine cannot do without. `refresh-client`-style flags came with 3.2. */
export const NEEDED_COMMANDS = [
  'attach-session',
  'capture-pane',
  'display-message',
  'kill-pane',
  'kill-server',
  'list-panes',
  'new-session',
  'new-window',
  'pipe-pane',
  'respawn-pane',
  'select-layout',
  'send-keys',
  'set-option',
  'split-window',
] as const;

const OLDEST = [3, 2] as const;

export type VersionCheck = { readonly ok: boolean; readonly version: string; readonly message: string };

/**
 * Reads `tmux -V` ("tmux 3.3a", "tmux next-3.5", "tmux master", "tmux openbsd-7.4"). What carries no number is let through: the commands are checked
 * by name afterwards.
 */
export function checkVersion(text: string): VersionCheck {
  const version = text.trim().replace(/^tmux /, '');
  const match = /(\d+)\.(\d+)([a-z]?)/.exec(version);
  if (match === null || version.startsWith('openbsd')) return { ok: true, version, message: '' };
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const ok = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return {
    ok,
    version,
    message: ok
      ? ''
      : `tmux ${version} is too old: it lacks attach-session -f (ignore-size); ${OLDEST.join('.')} or newer is needed`,
  };
}

/** Names of the needed commands a server lacks, from the lines of `list-commands -F '#{command_list_name}'`. */
export function missingCommands(lines: readonly string[]): string[] {
  const there = new Set(lines.map((line) => line.split(' ')[0]));
  return NEEDED_COMMANDS.filter((command) => !there.has(command));
}
