import { formatDuration, parseDuration, plainLine } from '../base/index.ts';
import type { Payload } from '../protocol/index.ts';
import type { CommandEnd, RunningCommand, TaskCommand, WorkerPorts } from './ports.ts';
import { Tail } from './tail.ts';

/** What a task_assign asks for. */
export interface Task extends TaskCommand {
  /** One line that names it. */
  readonly title: string;
  /** Milliseconds until it is ended; null: never. */
  readonly timeout: number | null;
}

/** How a task ended, as `task_complete` and `task_failed` carry it. */
export interface TaskResult {
  readonly text: string;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly timed_out: boolean;
  /** The end of what it printed. */
  readonly output: string;
  /** Milliseconds it ran. */
  readonly duration: number;
}

/** Reads a payload: `command` is a line for `sh -c` or a list of words; a sentence about what is wrong with it otherwise. */
export function taskOf({ command, cwd, timeout }: Payload): Task | string {
  const argv = argvOf(command);
  if (argv === null) return 'payload.command must be a command line or a list of words';
  if (cwd !== undefined && (typeof cwd !== 'string' || cwd === '')) return 'payload.cwd must be the path of a folder';
  const ms = timeoutOf(timeout);
  if (ms === undefined) return 'payload.timeout must be milliseconds, or a duration such as "10m"';
  const title = plainLine(typeof command === 'string' ? command : argv.join(' '));
  return { argv, cwd: cwd ?? null, timeout: ms, title };
}

function argvOf(command: unknown): readonly string[] | null {
  if (typeof command === 'string')
    return command.trim() === '' || command.includes('\0') ? null : ['sh', '-c', command];
  const words = Array.isArray(command) ? (command as unknown[]) : [];
  const good =
    words.length > 0 && words[0] !== '' && words.every((word) => typeof word === 'string' && !word.includes('\0'));
  return good ? (words as string[]) : null;
}

/** undefined: not one. */
function timeoutOf(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return Number.isFinite(value) && value > 0 ? value : undefined;
  const parsed = typeof value === 'string' ? parseDuration(value) : null;
  return parsed?.ok && parsed.value > 0 ? parsed.value : undefined;
}

/** Milliseconds between asking a command to end and ending it. */
const GRACE = 2_000;

export interface RunningTask {
  readonly result: Promise<TaskResult>;
  /** Ends everything it started; resolves when it is gone. */
  end(): Promise<void>;
}

/** Runs a task to its end, or to its timeout. */
export function runTask(task: Task, ports: Pick<WorkerPorts, 'start' | 'mono' | 'after' | 'secrets'>): RunningTask {
  const tail = new Tail();
  const began = ports.mono();
  const command: RunningCommand = ports.start(task, (bytes) => tail.add(bytes));
  let timedOut = false;
  let kill = (): void => {};
  const stop = (): void => {
    command.signal('SIGTERM');
    kill();
    kill = ports.after(GRACE, () => command.signal('SIGKILL'));
  };
  const late =
    task.timeout === null
      ? () => {}
      : ports.after(task.timeout, () => {
          timedOut = true;
          stop();
        });
  const result = command.ended.then((end): TaskResult => {
    late();
    kill();
    const duration = Math.round(ports.mono() - began);
    const output = tail.text(ports.secrets);
    const text = `${howItEnded(end, timedOut, duration)}: ${task.title}`;
    return { text, exit_code: end.code, signal: end.signal, timed_out: timedOut, output, duration };
  });
  return {
    result,
    async end() {
      stop();
      await result;
    },
  };
}

function howItEnded({ code, signal, error }: CommandEnd, timedOut: boolean, duration: number): string {
  if (error !== null) return error;
  if (timedOut) return `ended by its timeout after ${formatDuration(duration)}`;
  return `${signal === null ? `exit ${code}` : `ended by ${signal}`} after ${formatDuration(duration)}`;
}

export const succeeded = ({ exit_code, timed_out }: TaskResult): boolean => exit_code === 0 && !timed_out;
