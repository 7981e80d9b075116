import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { shellQuote } from '../../src/base/index.ts';
import { aCrew, anAgent, CONFIGURATION, fakeSession } from '../support/fake-session.ts';
import { ORCHESTRA, type Project } from '../support/project.ts';
import { test as base } from '../support/test.ts';
import { until } from '../support/until.ts';

/** A terminal of our own: a pane of a private tmux server, which counts columns as the real one does. */
class Terminal {
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

  close(): void {
    spawnSync('tmux', ['-S', this.#socket, 'kill-server'], { env: this.#env });
  }
}

const test = base.extend<{ terminal: Terminal }>({
  terminal: async ({ project }, use) => {
    const terminal = new Terminal(project);
    await use(terminal);
    terminal.close();
  },
});

describe('status --watch', () => {
  test('follows what happens, the size of the terminal, and the loss of its controller', async ({
    project,
    terminal,
  }) => {
    project.writeText(CONFIGURATION);
    const session = await fakeSession(project.folder, aCrew());
    terminal.open(project.folder, 100, 20, 'status', '--watch');
    const first = await terminal.shows('workers-2');
    // tmux agrees about the width of カエデ: its column of states is straight.
    expect(first).toMatch(/^● {2}kaede {6}カエデ {5}running/m);
    expect(terminal.tmux('display-message', '-p', '#{cursor_flag}').trim()).toBe('0');

    session.snapshot = { ...session.snapshot, agents: [anAgent('ajisai', { state: 'broken', detail: 'exit 1' })] };
    session.publish({
      kind: 'event',
      event: { seq: 8, time: '2026-01-31T12:00:00.000Z', type: 'agent.removed', agent: 'kaede', data: {} },
    });
    const changed = await terminal.shows('ajisai');
    expect(changed).not.toContain('kaede');

    terminal.tmux('resize-window', '-x', '30', '-y', '6');
    await until(
      'lines within 30 columns',
      () => terminal.screen(),
      (screen) => screen.includes('ajisai') && !screen.includes('controller'),
    );

    await session.close();
    expect(await terminal.shows('waiting: no session')).toContain('ajisai');
    const again = await fakeSession(project.folder, [anAgent('botan')]);
    await until(
      'the new controller',
      () => terminal.screen(),
      (screen) => screen.includes('botan') && !screen.includes('waiting:'),
    );

    terminal.tmux('send-keys', 'q');
    await terminal.shows('ended 0');
    expect(terminal.tmux('display-message', '-p', '#{cursor_flag}').trim()).toBe('1');
    await again.close();
  });

  test('writes nothing when nothing changes', async ({ project, terminal }) => {
    project.writeText(CONFIGURATION);
    const session = await fakeSession(project.folder, [anAgent('kaede', { state: 'stopped', pid: null })]);
    terminal.open(project.folder, 100, 20, 'status', '--watch');
    await terminal.shows('kaede');
    // Only the hours and minutes of the session are on the screen: a second changes no letter.
    const before = terminal.tmux('display-message', '-p', '#{history_bytes} #{cursor_x} #{cursor_y}');
    session.publish({
      kind: 'event',
      event: { seq: 8, time: '2026-01-31T12:00:00.000Z', type: 'agent.removed', agent: 'x', data: {} },
    });
    await until(
      'another look at the snapshot',
      () => session.calls.length,
      (calls) => calls > 0,
    );
    expect(terminal.tmux('display-message', '-p', '#{history_bytes} #{cursor_x} #{cursor_y}')).toBe(before);
    terminal.tmux('send-keys', 'C-c');
    await terminal.shows('ended 0');
    await session.close();
  });
});

describe('up on a terminal', () => {
  const SLOW = { kaede: { type: 'worker', ready: { delay: '30s' } }, sakura: { type: 'worker' } };

  test('tells how far it is; Ctrl-C leaves the session running and says so', async ({ project, terminal }) => {
    project.write({ agents: SLOW });
    terminal.open(project.folder, 100, 20, 'up');
    await terminal.shows('1/2 running  kaede starting…');
    terminal.tmux('send-keys', 'C-c');
    const said = await terminal.shows('ended 130');
    expect(said).toContain('garden goes on starting without you');
    expect((await project.status()).agents.map(({ state }) => state)).toEqual(['starting', 'running']);
  });

  test('attaches when all are up, and comes back on a detach', async ({ project, terminal }) => {
    project.write({ agents: { kaede: { type: 'worker', display: 'カエデ' } } });
    terminal.open(project.folder, 100, 20, 'up');
    await terminal.shows('kaede is ready');
    await terminal.shows('orchestra ▸ garden');
    terminal.tmux('send-keys', 'C-b', 'd');
    await terminal.shows('ended 0');
  });
});
