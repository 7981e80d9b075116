import { tmuxQuote } from '../base/index.ts';
import type { Clock, Pipe } from '../platform/index.ts';

/** One tmux command as words: ["split-window", "-t", "%3", ...]. */
export type TmuxCommand = readonly string[];
export type TmuxReply =
  | { readonly ok: true; readonly lines: readonly string[] }
  | { readonly ok: false; readonly error: string };

export type StartPipe = (onLine: (line: string) => void) => Promise<Pipe>;

interface Waiting {
  readonly command: TmuxCommand;
  readonly resolve: (reply: TmuxReply) => void;
}

/** Why a command got no reply: the connection is of no more use. */
export class ControlLost extends Error {
  readonly wedged: boolean;
  constructor(message: string, wedged: boolean) {
    super(message);
    this.name = 'ControlLost';
    this.wedged = wedged;
  }
}

/**
 * One control-mode connection (tmux(1), CONTROL MODE): commands go in as lines and are answered in order, each by a block between
 * `%begin` and `%end` or `%error`; everything else that starts with `%` is a notice. A round trip takes 0.3 ms where a tmux
 * program started for it takes 5 to 12.
 *
 * A connection that does not answer within `timeout` is given up whole: tmux has been seen to wedge all control clients at once.
 */
export class ControlConnection {
  readonly #clock: Clock;
  readonly #timeout: number;
  readonly #onNotice: (notice: string) => void;
  #pipe: Pipe | null = null;
  #waiting: Waiting[] = [];
  #block: { readonly lines: string[]; readonly ours: boolean; readonly tag: string } | null = null;
  #closed: ControlLost | null = null;
  #ready: () => void = () => {};
  #answered = false;
  #unsent = '';

  private constructor(clock: Clock, timeout: number, onNotice: (notice: string) => void) {
    this.#clock = clock;
    this.#timeout = timeout;
    this.#onNotice = onNotice;
  }

  /** Resolves when tmux has answered for the first time; rejects with ControlLost when it ends before or stays silent. */
  static async open(
    start: StartPipe,
    clock: Clock,
    timeout: number,
    onNotice: (notice: string) => void,
  ): Promise<ControlConnection> {
    const connection = new ControlConnection(clock, timeout, onNotice);
    const first = new Promise<void>((resolve) => {
      connection.#ready = resolve;
    });
    const pipe = await start((line) => connection.#line(line));
    connection.#pipe = pipe;
    void pipe.exited.then(() => connection.#fail(new ControlLost('the tmux control client ended', false)));
    const late = clock.after(timeout, () =>
      connection.#fail(new ControlLost('the tmux control client is silent', true)),
    );
    await Promise.race([first, connection.lost]);
    late();
    if (connection.#closed !== null) throw connection.#closed;
    return connection;
  }

  #onLost: (() => void)[] = [];
  /** Resolves when the connection is gone, for whatever reason. */
  get lost(): Promise<void> {
    return this.#closed !== null ? Promise.resolve() : new Promise((resolve) => this.#onLost.push(resolve));
  }

  get open(): boolean {
    return this.#closed === null;
  }

  /** Sends commands in one write and resolves with a reply each. Rejects with ControlLost; then it is unknown which were performed. */
  send(commands: readonly TmuxCommand[]): Promise<TmuxReply[]> {
    if (this.#closed !== null) return Promise.reject(this.#closed);
    const replies = commands.map(
      (command) => new Promise<TmuxReply>((resolve) => this.#waiting.push({ command, resolve })),
    );
    const late = this.#clock.after(this.#timeout, () =>
      this.#fail(new ControlLost(`tmux did not answer "${commands[0]?.[0]}" within ${this.#timeout} ms`, true)),
    );
    this.#write(commands.map((command) => `${command.map(tmuxQuote).join(' ')}\n`).join(''));
    const lost = this.lost.then(() => {
      throw this.#closed;
    });
    return Promise.race([Promise.all(replies), lost]).finally(late);
  }

  /** What is said in one turn goes out in one write. */
  #write(lines: string): void {
    if (this.#unsent === '') queueMicrotask(() => this.#flush());
    this.#unsent += lines;
  }

  #flush(): void {
    const lines = this.#unsent;
    this.#unsent = '';
    if (this.#closed === null) this.#pipe?.write(lines);
  }

  /** Closes input, waits for the client to leave, signals it when it does not: an attached client keeps a dying server alive. */
  async close(): Promise<void> {
    const pipe = this.#pipe;
    this.#fail(new ControlLost('closed', false));
    if (pipe === null) return;
    pipe.end();
    const gone = await Promise.race([pipe.exited.then(() => true), this.#clock.pause(1000).then(() => false)]);
    if (gone) return;
    pipe.kill('SIGTERM');
    const late = this.#clock.after(1000, () => pipe.kill('SIGKILL'));
    await pipe.exited;
    late();
  }

  #fail(reason: ControlLost): void {
    if (this.#closed !== null) return;
    this.#closed = reason;
    this.#waiting = [];
    for (const tell of this.#onLost) tell();
    this.#onLost = [];
    // KILL: a client that is stopped takes no other signal, and attached it would keep a dying server alive.
    if (reason.wedged) this.#pipe?.kill('SIGKILL');
  }

  #line(line: string): void {
    if (this.#block !== null) {
      const end = /^%(end|error) (\d+ \d+) /.exec(line);
      if (end === null || end[2] !== this.#block.tag) this.#block.lines.push(line);
      else this.#endBlock(end[1] === 'end');
      return;
    }
    const begin = /^%begin (\d+ \d+) (\d+)/.exec(line);
    if (begin === null) return this.#onNotice(line);
    // Flag 1 marks a command this client sent; the attach itself and commands run by hooks have 0.
    this.#block = { lines: [], ours: begin[2] === '1', tag: begin[1] as string };
  }

  #endBlock(ok: boolean): void {
    const { lines, ours } = this.#block as { lines: string[]; ours: boolean };
    this.#block = null;
    // The first block answers the attach itself. Taken for a connection, one to a session that is not there would look open for a moment.
    if (!this.#answered && !ok)
      this.#fail(new ControlLost(lines.join(' ') || 'tmux refused the control client', false));
    this.#answered = true;
    this.#ready();
    if (!ours) return;
    this.#waiting.shift()?.resolve(ok ? { ok, lines } : { ok, error: lines.join(' ') });
  }
}
