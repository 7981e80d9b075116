import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

export interface RunResult {
  /** Exit status; null when it was ended by a signal or never started. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** ENOENT, EACCES ...: it could not be started. */
  readonly error: string | null;
}

export interface RunOptions {
  /** Milliseconds until SIGKILL. Every call has one: a hung program must never hang orchestra. */
  readonly timeout: number;
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Bytes kept of each stream; the rest is read and dropped. Default 4 MiB. */
  readonly most?: number;
}

/** spawn(3) reports a missing program as an event, but throws for others (E2BIG, a NUL in an argument): the code of those. */
function start(
  file: string,
  args: readonly string[],
  { cwd, env }: RunOptions,
): ChildProcessWithoutNullStreams | string {
  try {
    return spawn(file, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** Runs a program by argv and collects what it says. Never rejects: failure and success share one shape. */
export function run(argv: readonly string[], options: RunOptions): Promise<RunResult> {
  const [file = '', ...args] = argv;
  const most = options.most ?? 4 * 1024 * 1024;
  return new Promise((resolve) => {
    const child = start(file, args, options);
    if (typeof child === 'string')
      return resolve({ code: null, signal: null, stdout: '', stderr: '', timedOut: false, error: child });
    const out = { stdout: '', stderr: '' };
    let timedOut = false;
    let error: string | null = null;
    const killGroup = (): void => {
      timedOut = true;
      // Its own process group: a probe's children must go with it, and a grandchild holding stdout open must not hold us.
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {}
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(killGroup, options.timeout);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        if (out[name].length < most) out[name] += text;
      });
    }
    child.stdin.on('error', () => {}); // EPIPE: it did not want the input
    child.stdin.end(options.input ?? '');
    child.on('error', (cause: NodeJS.ErrnoException) => {
      error = cause.code ?? cause.message;
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: error === null ? code : null, signal, ...out, timedOut, error });
    });
  });
}
