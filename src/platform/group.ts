import { spawn } from 'node:child_process';

/** A command in a process group of its own. */
export interface Group {
  /** Resolves when the command has ended and nothing of its group is left. Never rejects. */
  readonly ended: Promise<GroupEnd>;
  /** Signals every process of the group; none when it is gone. */
  signal(signal: NodeJS.Signals): void;
}

export interface GroupEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** ENOENT, EACCES ...: it could not be started. */
  readonly error: string | null;
}

/** Milliseconds for the last of the output, when somebody who left the group holds the pipe. */
const DRAIN = 200;

/**
 * Starts a command and hands out what it prints, standard error among it. What it left in its group when it ended is killed: a
 * process in the background that kept the pipe open would otherwise keep the command from ever ending.
 */
export function startGroup(
  argv: readonly string[],
  options: { readonly cwd?: string; readonly env: NodeJS.ProcessEnv },
  onOutput: (bytes: Uint8Array) => void,
): Group {
  const [file = '', ...args] = argv;
  let child: ReturnType<typeof spawn>;
  try {
    child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    // spawn(3) reports a missing program as an event, but throws for others (E2BIG, a NUL in an argument).
    const end = { code: null, signal: null, error: (error as NodeJS.ErrnoException).code ?? String(error) };
    return { ended: Promise.resolve(end), signal() {} };
  }
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {}
  };
  child.stdout?.on('data', onOutput);
  child.stderr?.on('data', onOutput);
  const ended = new Promise<GroupEnd>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ code: null, signal: null, error: error.code ?? error.message }),
    );
    child.once('exit', (code, bySignal) => {
      signal('SIGKILL');
      const finish = (): void => {
        clearTimeout(late);
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({ code, signal: bySignal, error: null });
      };
      const late = setTimeout(finish, DRAIN);
      child.once('close', finish);
    });
  });
  return { ended, signal };
}
