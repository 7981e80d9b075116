import { closeSync, openSync, readSync } from 'node:fs';
import { parseStat, type ProcessId } from './process-table.ts';

const buffer = Buffer.allocUnsafe(1024);
const CLOSING_PARENTHESIS = 0x29;

/**
 * Looks at one process again and again. An open `/proc/PID/stat` stays bound to that very process: once it is reaped, reading fails with ESRCH,
 * also when its pid belongs to another by then. One read a look, where opening by name takes three calls and a comparison of start times.
 */
export class ProcessWatch {
  readonly id: ProcessId;
  #fd: number | null;

  constructor(id: ProcessId) {
    this.id = id;
    this.#fd = open(id);
  }

  /** False once it is gone, a zombie or dead; stays false. */
  runs(): boolean {
    if (this.#fd === null) return false;
    try {
      const length = readSync(this.#fd, buffer, 0, buffer.length, 0);
      const state = buffer[buffer.lastIndexOf(CLOSING_PARENTHESIS, length - 1) + 2];
      if (length > 0 && state !== 0x5a && state !== 0x58) return true; // Z, X
    } catch {} // ESRCH
    this.close();
    return false;
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }
}

function open({ pid, startTime }: ProcessId): number | null {
  let fd: number;
  try {
    fd = openSync(`/proc/${pid}/stat`, 'r');
  } catch {
    return null;
  }
  try {
    const row = parseStat(buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, 0)));
    if (row !== null && row.startTime === startTime) return fd;
  } catch {}
  closeSync(fd);
  return null;
}
