import type { Screen } from './driver.ts';

/**
 * One pane, by its id, as far as typing needs it. Each call rejects or resolves within a bounded time; a call that fails may or may not have had
 * its effect.
 */
export interface PaneDoor {
  /** The program it was opened for still runs: a screen outlives it, and keys that come after its end go to the one that follows. */
  runs(): boolean;
  /** What the pane shows now; null when it is gone or its program has ended. */
  read(): Promise<Screen | null>;
  /** Leaves copy mode (`send-keys -X cancel`); harmless in no mode. */
  leaveMode(): Promise<void>;
  /** Puts text in as one bracketed paste: `load-buffer` of a unique name from stdin, `paste-buffer -p -r -d`. */
  paste(text: string): Promise<void>;
  /** Presses keys by their tmux names. */
  keys(names: readonly string[]): Promise<void>;
}

/** One at a time for each pane: two texts that are typed at once mix in its input field. */
export class PaneLocks {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` when all that came before it for this pane has ended, however that ended. */
  run<T>(pane: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(pane) ?? Promise.resolve();
    const mine = before.then(work, work);
    const ended = mine.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(pane, ended);
    void ended.then(() => {
      if (this.#last.get(pane) === ended) this.#last.delete(pane);
    });
    return mine;
  }
}
