import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { type Logger, pino } from 'pino';

export type { Logger };

/** A file that is moved to `.1` (the older `.1` to `.2` ...) when it has grown to `bytes`. Written at once, never buffered: the last line before a crash is the one that matters. */
class RotatingFile {
  readonly #path: string;
  readonly #bytes: number;
  readonly #keep: number;
  #fd: number | null = null;
  #size = 0;

  constructor(path: string, bytes: number, keep: number) {
    this.#path = path;
    this.#bytes = bytes;
    this.#keep = keep;
  }

  /** Never throws: a full disk must not take the controller with it; the line is lost. */
  write(line: string): void {
    try {
      if (this.#fd === null) this.#open();
      this.#size += writeSync(this.#fd as number, line);
      if (this.#size >= this.#bytes) this.#rotate();
    } catch {}
  }

  #open(): void {
    this.#fd = openSync(this.#path, 'a', 0o600);
    this.#size = fstatSync(this.#fd).size;
  }

  #rotate(): void {
    closeSync(this.#fd as number);
    this.#fd = null;
    for (let n = this.#keep - 1; n >= 1; n--) {
      try {
        renameSync(`${this.#path}.${n}`, `${this.#path}.${n + 1}`);
      } catch {}
    }
    renameSync(this.#path, `${this.#path}.1`);
  }
}

/** The controller's own log: JSON lines, rotated at 8 MiB, three old files kept. Environment and arguments are never logged. */
export function openLog(path: string, level: string): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: ['env', '*.env'] },
    new RotatingFile(path, 8 * 1024 * 1024, 3),
  );
}
