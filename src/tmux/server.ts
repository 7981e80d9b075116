import { missingCommands } from '../base/index.ts';
import {
  type Clock,
  pathKind,
  type Pipe,
  ProcessWatch,
  readProcess,
  removeFile,
  type RunResult,
  signal,
} from '../platform/index.ts';
import { OrchestraError } from '../protocol/index.ts';
import { ControlConnection, ControlLost, type TmuxCommand, type TmuxReply } from './control.ts';
import { execAll } from './exec.ts';
import { MADE_PANE, type MadePane, parseMade } from './made-pane.ts';

export interface TmuxPorts {
  readonly clock: Clock;
  /** Runs a program to its end; every call is bounded in time. */
  run(argv: readonly string[], timeout: number): Promise<RunResult>;
  /** Starts a program and talks to it by lines. */
  pipe(argv: readonly string[], onLine: (line: string) => void): Promise<Pipe>;
}

export interface TmuxOptions {
  readonly socket: string;
  readonly conf: string;
  readonly session: string;
  /** Milliseconds a command may take. */
  readonly timeout: number;
  /** Milliseconds between tries to get control mode back. */
  readonly reconnectAfter: number;
}

/** Commands that change nothing: they may be asked again by another way when no reply came. */
const READS = new Set([
  'list-panes',
  'list-windows',
  'list-clients',
  'display-message',
  'capture-pane',
  'has-session',
  'list-commands',
]);

const LINE_MODE = ['-u', '-C']; // -u: without it `-F` output is cut to ASCII when the locale is C

/**
 * The private tmux server of one session: its start and end, and the one way commands reach it. Commands go over control mode;
 * when that wedges or ends they go by one program start each batch until it is back.
 */
export class TmuxServer {
  readonly #ports: TmuxPorts;
  readonly #options: TmuxOptions;
  readonly #onNotice: (notice: string) => void;
  readonly #onTrouble: (what: 'wedged' | 'lost', detail: string) => void;
  #control: ControlConnection | null = null;
  #reconnectAt = 0;
  #opening: Promise<void> | null = null;
  #process: ProcessWatch | null = null;
  /** The server runs without our session: a person closed its last window. */
  #sessionLost = false;
  #checking: Promise<void> | null = null;

  constructor(
    ports: TmuxPorts,
    options: TmuxOptions,
    onNotice: (notice: string) => void,
    onTrouble: (what: 'wedged' | 'lost', detail: string) => void,
  ) {
    this.#ports = ports;
    this.#options = options;
    this.#onNotice = onNotice;
    this.#onTrouble = onTrouble;
  }

  /** The server process, null when none is known to run. */
  get pid(): number | null {
    return this.#process?.id.pid ?? null;
  }

  get socket(): string {
    return this.#options.socket;
  }

  /**
   * True when the server process we know is there (not a zombie, not a stranger with its pid) and, as far as is known, has our session. One without
   * is of no more use than none: every command of ours fails there, and it was taken for one that hangs, for ever.
   */
  get alive(): boolean {
    return !this.#sessionLost && (this.#process?.runs() ?? false);
  }

  /** It is being found out whether the session is still there: what is seen meanwhile may be its end. */
  get unsure(): boolean {
    return this.#checking !== null;
  }

  /** Asks whether the session is there; `alive` tells afterwards. A server that does not answer is taken to have it. */
  check(): Promise<void> {
    this.#checking ??= this.#look().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  /** Finds a server that runs on the socket already; false when there is none. */
  async adopt(): Promise<boolean> {
    if (pathKind(this.socket) === null) return false; // asking would cost the start of a program
    const result = await this.#exec(['display-message', '-p', '#{pid}']);
    if (result.code !== 0) return false;
    this.#setPid(Number(result.stdout.trim()));
    await this.#openControl();
    return this.alive;
  }

  /**
   * Starts a server with one session whose first pane runs `argv`; resolves with that pane. A server that is still
   * going down refuses new ones on its socket for a moment, so a refusal is tried again for a while.
   */
  async start(argv: readonly string[], size: { width: number; height: number }, window: string): Promise<MadePane> {
    const format = `${MADE_PANE} #{pid}`;
    const command = ['new-session', '-d', '-P', '-F', format, '-s', this.#options.session, '-n', window];
    const sized = [...command, '-x', String(size.width), '-y', String(size.height), '--', ...argv];
    const deadline = this.#ports.clock.mono() + this.#options.timeout;
    for (;;) {
      const result = await this.#ports.run(
        ['tmux', '-u', '-S', this.socket, '-f', this.#options.conf, ...sized],
        this.#options.timeout,
      );
      const pane = result.code === 0 ? parseMade(result.stdout) : null;
      if (pane !== null) {
        this.#setPid(Number(result.stdout.trim().split(' ')[2]));
        await this.#openControl();
        await this.#checkCommands();
        return pane;
      }
      if (result.error === 'ENOENT')
        throw new OrchestraError('missing', 'tmux is not installed', 'apt-get install tmux');
      const said = (result.stderr || result.stdout).trim();
      if (this.#ports.clock.mono() > deadline) {
        throw new OrchestraError(
          'failed',
          `tmux did not start: ${said || 'no reply'}`,
          `look at ${this.#options.conf}`,
        );
      }
      await this.#ports.clock.pause(20);
    }
  }

  async #checkCommands(): Promise<void> {
    const [reply] = await this.run([['list-commands', '-F', '#{command_list_name}']]);
    const missing = reply?.ok ? missingCommands(reply.lines) : [];
    if (missing.length > 0) {
      throw new OrchestraError('missing', `this tmux lacks ${missing.join(', ')}`, 'install tmux 3.2 or newer');
    }
  }

  /** Performs commands in order; each gets its own reply, a failed one does not stop those after it. Never rejects. */
  async run(commands: readonly TmuxCommand[]): Promise<TmuxReply[]> {
    if (commands.length === 0) return [];
    if (this.#control === null && this.#ports.clock.mono() >= this.#reconnectAt && this.alive)
      await this.#openControl();
    if (this.#control !== null) {
      try {
        return await this.#control.send(commands);
      } catch (error) {
        const lost = error as ControlLost;
        // What changes something may have been done: asking again could do it twice. The sweep finds out how things stand.
        if (!commands.every(([name = '']) => READS.has(name)))
          return commands.map(() => ({ ok: false, error: lost.message }));
      }
    }
    return execAll((args) => this.#exec(args), commands);
  }

  /** One command whose reply is needed; rejects with `failed` and tmux's words when it fails. */
  async ask(command: TmuxCommand): Promise<readonly string[]> {
    const [reply] = await this.run([command]);
    if (reply?.ok) return reply.lines;
    throw new OrchestraError('failed', `tmux ${command[0]}: ${reply?.error ?? 'no reply'}`);
  }

  /** Ends the server and everything in its panes' terminals. Control client first: attached, it would keep the server alive for ever. */
  async shutdown(): Promise<void> {
    await this.disconnect();
    const server = this.#process;
    await this.#exec(['kill-server']);
    if (server === null) return;
    const deadline = this.#ports.clock.mono() + 2000;
    while (server.runs() && this.#ports.clock.mono() < deadline) await this.#ports.clock.pause(5);
    while (server.runs()) {
      signal(server.id, 'SIGKILL');
      await this.#ports.clock.pause(5);
    }
    this.#forget();
    removeFile(this.socket);
  }

  /** Leaves the server running: only our connection ends. */
  async disconnect(): Promise<void> {
    await this.#opening;
    const control = this.#control;
    this.#control = null;
    this.#reconnectAt = Number.POSITIVE_INFINITY;
    await control?.close();
  }

  /** A server that hangs (stopped, wedged) is ended by force, so that a new one can take the socket. */
  async destroy(): Promise<void> {
    await this.disconnect();
    this.#reconnectAt = 0;
    while (this.#process?.runs() && signal(this.#process.id, 'SIGKILL')) await this.#ports.clock.pause(5);
    this.#forget();
    removeFile(this.socket);
  }

  #exec(args: readonly string[]): Promise<RunResult> {
    return this.#ports.run(['tmux', '-u', '-S', this.socket, ...args], this.#options.timeout);
  }

  #forget(): void {
    this.#process?.close();
    this.#process = null;
    this.#sessionLost = false;
  }

  async #look(): Promise<void> {
    const sessions = await this.#exec(['list-sessions', '-F', '#{session_name}']);
    if (sessions.code !== 0) return;
    const names = sessions.stdout.split('\n').filter((name) => name !== '');
    if (names.includes(this.#options.session)) return;
    this.#sessionLost = names.length === 0 || !(await this.#takeNameBack());
  }

  /** A person gave our session another name: it is known by the agents in it. */
  async #takeNameBack(): Promise<boolean> {
    const panes = await this.#exec(['list-panes', '-a', '-F', '#{session_id} #{@agent}']);
    if (panes.code !== 0) return true; // not told
    const [id] = /^\$\d+(?= .)/m.exec(panes.stdout) ?? [];
    if (id === undefined) return false;
    await this.#exec(['rename-session', '-t', id, this.#options.session]);
    return true;
  }

  #setPid(pid: number): void {
    const info = Number.isInteger(pid) && pid > 1 ? readProcess(pid) : null;
    this.#forget();
    if (info !== null) this.#process = new ProcessWatch({ pid, startTime: info.startTime });
  }

  #openControl(): Promise<void> {
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async #connect(): Promise<void> {
    const { clock } = this.#ports;
    const attach = ['attach-session', '-t', `=${this.#options.session}`, '-f', 'no-output,ignore-size'];
    const start = (onLine: (line: string) => void): Promise<Pipe> =>
      this.#ports.pipe(['tmux', ...LINE_MODE, '-S', this.socket, ...attach], onLine);
    try {
      const control = await ControlConnection.open(start, clock, this.#options.timeout, this.#onNotice);
      this.#control = control;
      void control.lost.then(() => this.#controlLost(control));
    } catch (error) {
      this.#reconnectAt = clock.mono() + this.#options.reconnectAfter;
      await this.#tellTrouble((error as Error).message);
    }
  }

  async #controlLost(control: ControlConnection): Promise<void> {
    if (this.#control !== control) return; // closed by us
    this.#control = null;
    this.#reconnectAt = this.#ports.clock.mono() + this.#options.reconnectAfter;
    await this.#tellTrouble('the control connection ended');
  }

  async #tellTrouble(detail: string): Promise<void> {
    if (this.alive) await this.check();
    this.#onTrouble(this.alive ? 'wedged' : 'lost', detail);
  }
}
