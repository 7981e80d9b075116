import { spawn } from 'node:child_process';

/** A running program one talks to line by line. */
export interface Pipe {
  readonly pid: number;
  /** False when it no longer takes input. */
  write(text: string): boolean;
  /** Closes its input: the polite way to end it. */
  end(): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it has ended and everything it said was handed out. */
  readonly exited: Promise<void>;
}

/**
 * Starts a program and hands out its output by lines (without the newline). Rejects with the errno code when it can't be started.
 * Its standard error is dropped.
 */
export function openPipe(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
): Promise<Pipe> {
  const [file = '', ...args] = argv;
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  child.stdin.on('error', () => {});
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () =>
      resolve({
        pid: child.pid as number,
        write: (text) => child.stdin.writable && (child.stdin.write(text), true),
        end: () => void child.stdin.end(),
        kill: (signal) => void child.kill(signal),
        exited,
      }),
    );
  });
}
