import { OrchestraError } from '../../protocol/index.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';

/** The server and the session to attach to; without a session name, whichever the server has. */
export interface AttachTarget {
  readonly project: string;
  readonly socket: string;
  readonly pid: number | null;
  readonly session: string | null;
}

/** `orchestra attach`. */
export async function attach(ports: CliPorts, options: { readonly file?: string }): Promise<number> {
  return attachTo(ports, await findTarget(ports, options.file));
}

/** The controller knows; without one the tmux server may still be there, and a person must get to it. */
async function findTarget(ports: CliPorts, file?: string): Promise<AttachTarget> {
  const paths = findProject(ports, file);
  try {
    const client = await ports.connect(paths.run);
    const { tmux, session } = await client.snapshot();
    client.close();
    return { project: paths.project, socket: tmux.socket, pid: tmux.pid, session };
  } catch (error) {
    const socket = `${paths.run}/tmux.sock`;
    if ((await ports.run(['tmux', '-S', socket, 'list-sessions'], 5_000)).code !== 0) throw error;
    ports.err.write(
      'no controller answers, but its tmux server runs: attaching to that; orchestra up brings the controller back\n',
    );
    return { project: paths.project, socket, pid: null, session: null };
  }
}

/** Puts the person in front of the panes, and returns when they leave them. */
export async function attachTo(ports: CliPorts, target: AttachTarget): Promise<number> {
  if (isInside(ports.env, target)) {
    ports.out.write('you are in this session already\n');
    return 0;
  }
  if (!ports.input.isTTY || !ports.out.isTTY) {
    throw new OrchestraError('usage', 'attach needs a terminal', 'for programs there is: orchestra status --json');
  }
  // -u: tmux must not guess from the locale that カエデ cannot be shown. `=` takes the name as it is, not as a pattern.
  const argv = [
    'tmux',
    '-u',
    '-S',
    target.socket,
    'attach-session',
    ...(target.session === null ? [] : ['-t', `=${target.session}`]),
  ];
  if (ports.env.TMUX) return attachInside(ports, argv, target.session ?? 'session');
  const code = await ports.interactive(argv, { ...ports.env, TMUX: undefined, TMUX_PANE: undefined });
  if (code === 0) return 0;
  throw new OrchestraError('failed', `tmux attach ended with status ${code}`, 'orchestra doctor looks for the reason');
}

/**
 * A terminal within the session shows it already. In the pane of an agent TMUX is not set, so that no agent takes its terminal for that of a person; but
 * whose agent it is stands in its environment. Attached there, the session would be shown inside itself, all of it as small as that pane.
 */
function isInside(env: CliPorts['env'], { project, socket, pid }: AttachTarget): boolean {
  const [outerSocket = '', outerPid = ''] = (env.TMUX ?? '').split(',');
  if (outerSocket === socket || (pid !== null && outerPid === String(pid))) return true;
  return env.ORCHESTRA_PROJECT === project || (env.ORCHESTRA_TREE ?? '').startsWith(`${project}#`);
}

/** tmux refuses to nest; a window of the outer one holds the inner one well. */
async function attachInside(ports: CliPorts, argv: readonly string[], session: string): Promise<number> {
  const window = ['tmux', 'new-window', '-n', session, '--', 'env', '-u', 'TMUX', '-u', 'TMUX_PANE', ...argv];
  const opened = await ports.run(window, 5_000);
  if (opened.code !== 0) {
    throw new OrchestraError(
      'failed',
      `your tmux did not open a window: ${opened.stderr.trim() || opened.error}`,
      `from another terminal: ${argv.join(' ')}`,
    );
  }
  const prefix = (await ports.run(['tmux', 'show-options', '-gv', 'prefix'], 5_000)).stdout.trim() || 'C-b';
  const keys =
    prefix === 'C-b'
      ? 'C-b C-b reaches orchestra, C-b alone your own tmux'
      : `${prefix} is for your own tmux, C-b for orchestra`;
  ports.out.write(`opened ${session} as a new window of your tmux: ${keys}\n`);
  return 0;
}

export const canAttach = (ports: CliPorts): boolean => ports.input.isTTY && ports.out.isTTY;
