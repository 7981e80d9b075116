import type { Cancel, Clock } from '../platform/index.ts';
import type { Emit, FileWatchSpec } from '../protocol/index.ts';
import { adviceFor, type ChangedStart, flapping } from './flaps.ts';

export interface FileWatchPorts {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Tells of each change below `paths`, relative to `cwd`, but for what `ignore` names. */
  watchFiles(
    asked: { readonly cwd: string; readonly paths: readonly string[]; readonly ignore: readonly string[] },
    changed: (path: string) => void,
    failed: (why: string) => void,
  ): Promise<{ close(): Promise<void> }>;
  degraded(what: string, message: string | null): void;
}

/** Paths of one burst that are kept: a checkout of another branch changes thousands. */
const MOST_PATHS = 100;
/** A burst that does not end is not waited for longer than this many delays. */
const LONGEST = 20;

/** Starts an agent anew when its files have changed and come to rest, unless it is the one who changes them. */
export class FileWatch {
  readonly #agent: string;
  readonly #ports: FileWatchPorts;
  readonly #spec: FileWatchSpec;
  readonly #renew: (detail: string) => boolean;
  readonly #watcher: Promise<{ close(): Promise<void> } | null>;
  readonly #changed = new Set<string>();
  #since = 0;
  #rest: Cancel | null = null;
  #starts: readonly ChangedStart[] = [];
  #suspended = false;
  #closed = false;

  /** @param renew called with a sentence; whether that started it anew */
  constructor(
    agent: string,
    cwd: string,
    spec: FileWatchSpec,
    ports: FileWatchPorts,
    renew: (detail: string) => boolean,
  ) {
    this.#agent = agent;
    this.#spec = spec;
    this.#ports = ports;
    this.#renew = renew;
    const what = `watching files for ${agent}`;
    const asked = { cwd, paths: spec.paths, ignore: spec.ignore };
    const failed = (why: string): void => ports.degraded(what, why);
    this.#watcher = ports
      .watchFiles(asked, (path) => this.#onChange(path), failed)
      .then(
        (watcher) => watcher,
        (error: Error) => {
          failed(error.message);
          return null;
        },
      );
  }

  /** A person started it: what it did before is forgotten. */
  forgive(): void {
    this.#starts = [];
    if (!this.#suspended) return;
    this.#suspended = false;
    this.#ports.degraded(this.#topic, null);
    this.#ports.emit('agent.watch', this.#agent, { is: 'resumed', paths: [], advice: '' });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#rest?.();
    this.#ports.degraded(this.#topic, null);
    await (await this.#watcher)?.close();
  }

  get #topic(): string {
    return `file changes of ${this.#agent}`;
  }

  #onChange(path: string): void {
    if (this.#closed || this.#suspended) return;
    const { clock } = this.#ports;
    if (this.#changed.size === 0) this.#since = clock.mono();
    if (this.#changed.size < MOST_PATHS) this.#changed.add(path);
    // It has been on the way for long: the timer that runs is the last.
    if (this.#rest !== null && clock.mono() - this.#since > this.#spec.delay * LONGEST) return;
    this.#rest?.();
    this.#rest = clock.after(this.#spec.delay, () => this.#settled());
  }

  #settled(): void {
    const paths = [...this.#changed];
    this.#changed.clear();
    this.#rest = null;
    const { clock } = this.#ports;
    const now = clock.mono();
    const { starts, tooMany } = flapping(this.#starts, this.#spec.flaps, now);
    this.#starts = starts;
    if (tooMany) return this.#suspend();
    if (this.#renew(changedWords(paths))) this.#starts = [...this.#starts, { at: now, paths }];
  }

  #suspend(): void {
    this.#suspended = true;
    const paths = adviceFor(this.#starts);
    const advice = `it seems to change them itself; add to restart.watch.ignore: ${paths.join(', ')}`;
    this.#ports.emit('agent.watch', this.#agent, { is: 'suspended', paths, advice });
    this.#ports.degraded(this.#topic, `${advice}; then orchestra restart ${this.#agent}`);
  }
}

const changedWords = (paths: readonly string[]): string =>
  `${paths[0] ?? 'a file'} changed${paths.length > 1 ? `, and ${paths.length - 1} more` : ''}`;
