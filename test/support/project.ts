import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AgentSnapshot, type OrchestraEvent, pathsOf, type Snapshot } from '../../src/protocol/index.ts';
import { readJournal } from '../../src/journal/index.ts';
import { type Client, connect } from '../../src/rpc/index.ts';
import { isUp, kill, processesOf, type Seen, TEST_MARK } from './processes.ts';
import { until } from './until.ts';

export const ORCHESTRA = fileURLToPath(new URL('../../dist/bin/orchestra.js', import.meta.url));
/** What a person types; it runs the former. */
const LAUNCHER = fileURLToPath(new URL('../../scripts/orchestra.sh', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test writes of an `orchestra.yaml`; the rest is set so that things go fast. */
export interface Yaml {
  readonly layout?: unknown;
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly agents: Readonly<Record<string, unknown>>;
}

/** Restarts at once and for ever; a stop takes at most 900 ms to SIGKILL. */
export const FAST = {
  restart: { policy: 'always', healthy_after: '0s', backoff: 'off', breaker: 'off' },
  stop: { keys: [], timeout: '900ms' },
};

/** A folder with an `orchestra.yaml` and whatever is started from it. `close` ends all of it, whatever state it is in. */
export class Project {
  readonly base: string;
  readonly folder: string;
  readonly session: string;
  readonly env: Record<string, string>;

  /** @param inside further folders below the temporary one, e.g. with spaces or very deep */
  constructor(inside = '') {
    this.base = mkdtempSync(join(tmpdir(), 'garden-'));
    this.folder = join(this.base, inside).replace(/\/$/, '');
    mkdirSync(this.folder, { recursive: true });
    this.session = 'garden';
    this.env = {
      PATH: process.env.PATH ?? '',
      HOME: this.base,
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      SHELL: '/bin/sh',
      [TEST_MARK]: this.folder,
    };
  }

  get paths() {
    return pathsOf(this.folder);
  }

  write(yaml: Yaml): void {
    const { layout = 'grid', agents, defaults = {} } = yaml;
    // JSON is YAML.
    this.writeText(
      JSON.stringify(
        { version: 1, session: this.session, layout, defaults: { ...FAST, ...defaults }, agents },
        null,
        2,
      ),
    );
  }

  writeText(text: string): void {
    writeFileSync(join(this.folder, 'orchestra.yaml'), text);
  }

  /** Runs the command line; killed, and an error, when it takes longer than `timeout` ms. */
  cli(
    args: readonly string[],
    options: { timeout?: number; env?: Record<string, string>; cwd?: string } = {},
  ): Promise<Ran> {
    const { timeout = 30_000, env = this.env, cwd = this.folder } = options;
    return new Promise((resolve, reject) => {
      const child = spawn(LAUNCHER, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const out = { stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', (text) => (out.stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text) => (out.stderr += text));
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        reject(
          new Error(
            `orchestra ${args.join(' ')} took longer than ${timeout} ms\n${out.stdout}${out.stderr}\n${this.diagnosis()}`,
          ),
        );
      }, timeout);
      child.on('close', (code) => {
        clearTimeout(late);
        resolve({ code, ...out });
      });
    });
  }

  /** Runs a command that must succeed; its output. */
  async ok(...args: string[]): Promise<string> {
    const ran = await this.cli(args);
    if (ran.code !== 0)
      throw new Error(
        `orchestra ${args.join(' ')} ended with ${ran.code}\n${ran.stdout}${ran.stderr}\n${this.diagnosis()}`,
      );
    return ran.stdout;
  }

  async up(yaml?: Yaml): Promise<Snapshot> {
    if (yaml !== undefined) this.write(yaml);
    await this.ok('up', '--no-attach');
    return this.status();
  }

  down(): Promise<string> {
    return this.ok('down');
  }

  /** Calls the controller over its socket. */
  async rpc<T>(call: (client: Client) => Promise<T>): Promise<T> {
    const client = await connect(this.paths.run);
    try {
      return await call(client);
    } finally {
      client.close();
    }
  }

  status(): Promise<Snapshot> {
    return this.rpc((client) => client.snapshot());
  }

  async agent(name: string): Promise<AgentSnapshot> {
    const agent = (await this.status()).agents.find((each) => each.name === name);
    if (agent === undefined) throw new Error(`there is no agent ${name}`);
    return agent;
  }

  async pidOf(name: string): Promise<number> {
    const { pid } = await this.agent(name);
    if (pid === null) throw new Error(`${name} does not run`);
    return pid;
  }

  /** Waits until the status is as it should be. */
  async until(what: string, good: (snapshot: Snapshot) => boolean, within = 10_000): Promise<Snapshot> {
    return until(what, () => this.status(), good, within).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.diagnosis()}`);
    });
  }

  /** Waits until one agent is as it should be. */
  async untilAgent(
    name: string,
    what: string,
    good: (agent: AgentSnapshot) => boolean,
    within = 10_000,
  ): Promise<AgentSnapshot> {
    return until(`${name}: ${what}`, () => this.agent(name), good, within).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.diagnosis()}`);
    });
  }

  /** Waits for another incarnation than the one with this pid to run. */
  untilReplaced(name: string, pid: number, within = 10_000): Promise<AgentSnapshot> {
    return this.untilAgent(
      name,
      `another process than ${pid}`,
      (agent) => agent.state === 'running' && agent.pid !== null && agent.pid !== pid,
      within,
    );
  }

  /** Everything in the journal, asked from the controller when there is one. */
  async events(): Promise<readonly OrchestraEvent[]> {
    return this.rpc((client) => client.events({})).catch(() => this.journal());
  }

  /** The journal as it lies on the disk. */
  journal(): OrchestraEvent[] {
    return readJournal(this.paths.database, {});
  }

  /** What an agent has shown in its pane. */
  log(name: string): string {
    return readOr(this.paths.agentLog(name));
  }

  /** Asks the private tmux server; the lines of its reply. */
  async tmux(...args: string[]): Promise<string[]> {
    const socket = await this.status().then(
      (snapshot) => snapshot.tmux.socket,
      () => `${this.paths.run}/tmux.sock`,
    );
    return new Promise((resolve, reject) => {
      const child = spawn('tmux', ['-u', '-S', socket, ...args], {
        env: this.env,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 10_000,
      });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
      child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
      child.on('close', (code) =>
        code === 0
          ? resolve(said.split('\n').slice(0, -1))
          : reject(new Error(`tmux ${args.join(' ')}: ${said.trim()} (${code})`)),
      );
    });
  }

  processes(): Seen[] {
    return processesOf(this.folder);
  }

  /** What runs of one agent: everything born with its cookie. */
  treeOf(name: string): Seen[] {
    return this.processes().filter((each) => each.env.get('ORCHESTRA_TREE') === `${this.folder}#${name}`);
  }

  keepers(): Seen[] {
    return this.processes().filter((each) => /^(sh|flock) .*keeper\.sh /.test(each.args));
  }

  /** How things stand, for the message of a test that fails. */
  diagnosis(): string {
    let events: string[] = [];
    try {
      events = this.journal()
        .slice(-60)
        .map((event) => `  ${event.time} ${event.agent ?? '-'} ${event.type} ${JSON.stringify(event.data)}`);
    } catch (error) {
      events = [`  unreadable: ${(error as Error).message}`];
    }
    const running = this.processes().map(
      (each) => `  ${each.pid} < ${each.ppid} ${each.state} ${each.args.slice(0, 120)}`,
    );
    return [
      'events:',
      ...events,
      'processes:',
      ...running,
      'keeper:',
      readOr(this.paths.keeperLog).split('\n').slice(-12).join('\n'),
    ].join('\n');
  }

  /** Fails when anything that was started from here still runs. A process that is ending gets a moment. */
  async assertNothingLeft(): Promise<void> {
    await until(
      'nothing to be left of the project',
      () => this.processes().map((each) => `${each.pid} < ${each.ppid} ${each.state} ${each.args}`),
      (left) => left.length === 0,
      5_000,
    );
  }

  /** Ends the session the polite way when one is up, then looks whether anything is left, and ends that. Always removes the folder. */
  async close(): Promise<void> {
    try {
      if (this.processes().length > 0) {
        const ran = await this.cli(['down'], { env: this.env, cwd: this.folder });
        if (ran.code !== 0 && ran.code !== 4)
          throw new Error(`down ended with ${ran.code}: ${ran.stderr}\n${this.diagnosis()}`);
      }
      await this.assertNothingLeft();
    } finally {
      await this.reap();
      rmSync(this.base, { recursive: true, force: true });
    }
  }

  /** Ends everything that was started from here, the keeper first, since it would start a controller again. */
  async reap(): Promise<void> {
    for (let round = 0; round < 50; round++) {
      const left = this.processes();
      if (left.length === 0) return;
      for (const { pid } of [...this.keepers(), ...left]) {
        kill(pid, 'SIGCONT');
        kill(pid, 'SIGKILL');
      }
      await until(
        'the end of what was killed',
        () => left.filter(({ pid }) => isUp(pid)).length,
        (n) => n === 0,
        5_000,
      );
    }
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
