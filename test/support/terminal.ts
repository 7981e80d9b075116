import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { shellQuote } from '../../src/base/index.ts';
import { ORCHESTRA, type Project } from './project.ts';
import { until } from './until.ts';

/** A terminal of our own: a pane of a private tmux server, which counts columns as the real one does. */
export class Terminal {
  readonly #socket: string;
  readonly #env: Record<string, string>;

  constructor(project: Project) {
    this.#socket = join(project.base, 'screen.sock');
    this.#env = project.env;
  }

  tmux(...args: string[]): string {
    const ran = spawnSync('tmux', ['-u', '-S', this.#socket, '-f', '/dev/null', ...args], {
      env: this.#env,
      encoding: 'utf8',
      timeout: 10_000,
    });
    if (ran.status !== 0) throw new Error(`tmux ${args.join(' ')}: ${ran.stderr}`);
    return ran.stdout;
  }

  /** Runs orchestra in it; what it ends with is shown after `ended`. */
  open(folder: string, width: number, height: number, ...args: string[]): void {
    // The shell must outlive the Ctrl-C that is meant for the program.
    const line = `trap : INT; ${[process.execPath, ORCHESTRA, ...args].map(shellQuote).join(' ')}; echo "ended $?"; exec cat`;
    this.tmux(
      'new-session',
      '-d',
      '-x',
      String(width),
      '-y',
      String(height),
      '-c',
      folder,
      'env',
      '-u',
      'TMUX',
      'sh',
      '-c',
      line,
    );
    this.tmux('set-option', '-g', 'status', 'off');
  }

  screen(): string {
    return this.tmux('capture-pane', '-p').trimEnd();
  }

  shows(text: string | RegExp, within = 10_000): Promise<string> {
    const good = (screen: string): boolean => (typeof text === 'string' ? screen.includes(text) : text.test(screen));
    return until(`${text} on the screen`, () => this.screen(), good, within);
  }

  /** The text goes away, within `within` ms. */
  hides(text: string, within = 10_000): Promise<string> {
    return until(
      `no ${text} on the screen`,
      () => this.screen(),
      (screen) => !screen.includes(text),
      within,
    );
  }

  /** Presses keys by tmux's names; a single letter is itself. */
  press(...keys: string[]): void {
    this.tmux('send-keys', ...keys);
  }

  /** Text as if it was typed, letter by letter. */
  type(text: string): void {
    this.tmux('send-keys', '-l', text);
  }

  resize(width: number, height: number): void {
    this.tmux('resize-window', '-x', String(width), '-y', String(height));
  }

  close(): void {
    spawnSync('tmux', ['-S', this.#socket, 'kill-server'], { env: this.#env });
  }
}
