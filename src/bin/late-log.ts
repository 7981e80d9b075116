import { type Logger, loadLog } from '../platform/index.ts';

/** The controller's log, opened when there is time for it: loading pino while agents wait for their panes makes them wait longer. */
export class LateLog {
  readonly #path: string;
  readonly #level: string;
  #waiting: ((log: Logger) => void)[] = [];
  #log: Logger | null = null;

  constructor(path: string, level: string) {
    this.#path = path;
    this.#level = level;
  }

  /** Writes a line, now or once the log is open. */
  say(line: (log: Logger) => void): void {
    if (this.#log === null) this.#waiting.push(line);
    else line(this.#log);
  }

  /** Opens the log and writes what waited. */
  async open(): Promise<void> {
    if (this.#log !== null) return;
    const { openLog } = await loadLog();
    this.#log = openLog(this.#path, this.#level);
    for (const line of this.#waiting.splice(0)) line(this.#log);
  }
}
