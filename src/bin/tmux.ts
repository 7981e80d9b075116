import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { checkVersion, cleanEnvironment } from '../base/index.ts';
import { openPipe, replaceFile, run, systemClock } from '../platform/index.ts';
import { OrchestraError, type Paths } from '../protocol/index.ts';
import { tmuxConf, TmuxServer } from '../tmux/index.ts';

/** sockaddr_un holds 107 bytes and the terminating zero (unix(7)). */
const LONGEST_SOCKET = 107;
/** Milliseconds a tmux command may take before the way to tmux counts as wedged. */
const TMUX_TIMEOUT = 5_000;
const RECONNECT_AFTER = 2_000;

const env = cleanEnvironment(process.env);

/** tmux's socket lies with the rest; where that path is too long for a socket, in a private folder of ours in the temporary directory. */
export function tmuxSocket(paths: Paths): string {
  const near = `${paths.run}/tmux.sock`;
  if (Buffer.byteLength(near) <= LONGEST_SOCKET) return near;
  const dir = `${tmpdir()}/orchestra-${process.getuid?.() ?? 0}`;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const stat = lstatSync(dir);
  // Anybody may make a folder of this name in /tmp first, and would own our terminals.
  if (!stat.isDirectory() || stat.uid !== process.getuid?.() || (stat.mode & 0o077) !== 0) {
    throw new OrchestraError('conflict', `${dir} is not a private folder of yours`, `remove it: rm -r ${dir}`);
  }
  return `${dir}/${createHash('sha256').update(paths.project).digest('hex').slice(0, 16)}.sock`;
}

/** Its version; refuses a tmux that is missing or too old, with what to do. */
export async function tmuxVersion(): Promise<string> {
  const result = await run(['tmux', '-V'], { timeout: TMUX_TIMEOUT, env });
  if (result.error !== null) throw new OrchestraError('missing', 'tmux is not installed', 'apt-get install tmux');
  const check = checkVersion(result.stdout);
  if (!check.ok) throw new OrchestraError('missing', check.message, 'apt-get install tmux');
  return check.version;
}

/** The engine of one session's private server, its configuration written anew. */
export function makeTmux(
  paths: Paths,
  socket: string,
  session: string,
  onNotice: (notice: string) => void,
  onTrouble: (what: 'wedged' | 'lost', detail: string) => void,
): TmuxServer {
  const self = [process.execPath, fileURLToPath(new URL('../bin/orchestra.js', import.meta.url))];
  const userConf = `${process.env.XDG_CONFIG_HOME ?? `${homedir()}/.config`}/orchestra/tmux.conf`;
  replaceFile(paths.tmuxConf, tmuxConf(session, userConf, { self, project: paths.project }), { durable: false });
  const ports = {
    clock: systemClock,
    run: (argv: readonly string[], timeout: number) => run(argv, { timeout, env, cwd: '/' }),
    pipe: (argv: readonly string[], onLine: (line: string) => void) => openPipe(argv, env, onLine),
  };
  const options = { socket, conf: paths.tmuxConf, session, timeout: TMUX_TIMEOUT, reconnectAfter: RECONNECT_AFTER };
  return new TmuxServer(ports, options, onNotice, onTrouble);
}
