import { closeSync, constants, lstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { run } from './run.ts';

/**
 * Makes the fifos that are not there yet (mkfifo(1), one call for all; Node has no mkfifo(3)). One that is there stays: somebody may hold it open.
 * Anything else in its place is removed.
 * @returns what went wrong, null when all are there
 */
export async function makeFifos(paths: readonly string[]): Promise<string | null> {
  const missing = paths.filter((path) => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isFIFO()) return false;
    if (stat !== undefined) rmSync(path, { recursive: true, force: true });
    return true;
  });
  if (missing.length === 0) return null;
  const result = await run(['mkfifo', '-m', '600', '--', ...missing], { timeout: 10_000 });
  return result.code === 0 ? null : (result.error ?? result.stderr.trim());
}

/**
 * The reading end of a fifo many write to. Opened for reading and writing, so that it neither waits for a writer nor ends when
 * the last one goes (fifo(7)). Lines longer than PIPE_BUF may be torn by other writers: shims write short ones.
 */
export function readFifo(path: string, onLine: (line: string) => void): { close(): void } {
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const socket = new Socket({ fd, readable: true, writable: false });
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > 4096) rest = ''; // not a line of ours
    for (const line of lines) onLine(line);
  });
  socket.on('error', () => {});
  return { close: () => void socket.destroy() };
}

/** The writing end of a fifo whose reader may be busy or gone: never waits. */
export class FifoWriter {
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  }

  /** False when the pipe is full: the reader has not read for a long time. */
  writeLine(line: string): boolean {
    try {
      writeSync(this.#fd, `${line}\n`);
      return true;
    } catch {
      return false;
    }
  }

  /** Throws away what nobody has read: orders for a reader that is gone. */
  drain(): void {
    const sink = Buffer.allocUnsafe(65_536);
    try {
      while (readSync(this.#fd, sink) > 0);
    } catch {} // EAGAIN: empty
  }

  close(): void {
    closeSync(this.#fd);
  }
}
