import { AGENT_FILES, HIDDEN, KEPT, SANDBOXES, type SandboxLevel } from '../../protocol/index.ts';

/** What a sandbox is built around. Paths are absolute. */
export interface SandboxPlace {
  readonly level: Exclude<SandboxLevel, 'none'>;
  /** Path of bwrap(1). */
  readonly bwrap: string;
  readonly project: string;
  readonly cwd: string;
  /** Home folder of the user it runs as. */
  readonly home: string;
  /** The built-in type its CLI is of. */
  readonly type: string;
  /** The project's `.orchestra`: hidden. */
  readonly root: string;
  /** Its way to the controller: the folder with its socket, its hooks' status and its intake. */
  readonly door: string;
  /** Its own mail, to read; null: the user it runs as can't get there. */
  readonly mailbox: string | null;
  /** Folders of orchestra and of Node, which may lie where the sandbox hides everything. */
  readonly programs: readonly string[];
  /** Files in its workspace that it may not change: what is in them decides what it may do the next time. */
  readonly guarded: readonly string[];
  exists(path: string): boolean;
}

/** A person's Ctrl-C and the stop ladder are for the program inside: bwrap's own processes would die of them first and take it along, unasked. */
const FOR_THE_PROGRAM = 'INT,QUIT,TERM,HUP';

/**
 * What stands before an agent's command. Pure: the same place gives the same words.
 *
 * `--new-session` is left out: it would take the terminal from the agent (no Ctrl-C, no job control, no SIGWINCH). It guards against TIOCSTI, by which a
 * program types into its own terminal for whoever reads it next. Here that is nobody but the agent's own next run: the terminal belongs to this agent
 * alone, and its shim reads a fifo.
 */
export function bwrapArgv(place: SandboxPlace): readonly string[] {
  const rules = SANDBOXES[place.level];
  const bind = rules.workspace === 'writable' ? '--bind' : '--ro-bind';
  const files = rules.agentFiles === 'writable' ? '--bind-try' : '--ro-bind-try';
  const same = (option: string, paths: readonly string[]): string[] => paths.flatMap((path) => [option, path, path]);
  const { folders = [], files: single = [] } = AGENT_FILES[place.type] ?? {};
  return [
    'env',
    `--ignore-signal=${FOR_THE_PROGRAM}`,
    place.bwrap,
    ...ALONE,
    ...(rules.network ? [] : ['--unshare-net']),
    ...same('--ro-bind', ['/']),
    ...FRESH,
    ...HIDDEN.filter((path) => place.exists(path)).flatMap((path) => ['--perms', '1777', '--tmpfs', path]),
    ...same('--ro-bind-try', KEPT),
    ...same('--ro-bind', [...place.programs, place.project]),
    ...same(
      files,
      [...folders, ...single].map((path) => `${place.home}/${path}`),
    ),
    ...same(bind, [place.cwd]),
    '--perms',
    '0700',
    '--tmpfs',
    place.root,
    ...same('--ro-bind', place.mailbox === null ? [place.door] : [place.mailbox, place.door]),
    ...same('--bind', [`${place.door}/status`, `${place.door}/intake`]),
    ...same('--ro-bind-try', place.guarded),
    '--chdir',
    place.cwd,
    '--',
    'env',
    `--default-signal=${FOR_THE_PROGRAM}`,
  ];
}

/** A user namespace of its own also for root, who would keep its capabilities else. It dies with its shim as any agent does. */
const ALONE = ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--die-with-parent', '--cap-drop', 'ALL'];
const FRESH = ['--dev', '/dev', '--proc', '/proc'];
