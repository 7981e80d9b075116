import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { isUp, kill, processesOf, type Seen } from '../support/processes.ts';
import { until } from '../support/until.ts';
import type { PaneDoor } from '../../src/drivers/index.ts';
import { CLIS, type CliType } from './catalogue.ts';
import type { Launch } from './home.ts';

export interface Screen {
  readonly lines: readonly string[];
  readonly title: string;
  readonly cursorX: number;
  readonly cursorY: number;
  readonly dead: boolean;
}

/** One program in one pane of a tmux server of its own, whose socket lies in `dir`. All of its processes carry the mark of `dir`. */
export class Pane {
  readonly #dir: string;
  readonly #socket: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(dir: string, launch: Launch) {
    this.#dir = dir;
    this.#socket = join(dir, 'tmux.sock');
    this.#env = launch.env;
  }

  static async open(dir: string, launch: Launch, width = 160, height = 45): Promise<Pane> {
    const pane = new Pane(dir, launch);
    const size = ['-x', String(width), '-y', String(height)];
    const options = [
      'set',
      '-g',
      'remain-on-exit',
      'on',
      ';',
      'set',
      '-g',
      'status',
      'off',
      ';',
      'set',
      '-sg',
      'escape-time',
      '0',
      ';',
    ];
    // `env`, since tmux hands a single word to a shell.
    await pane.#tmux([
      '-f',
      '/dev/null',
      'start',
      ';',
      ...options,
      'new',
      '-d',
      ...size,
      '-c',
      launch.cwd,
      '--',
      'env',
      ...launch.argv,
    ]);
    return pane;
  }

  /** What it shows; `styled` with the colours and attributes as escape sequences. */
  async screen(styled = false): Promise<Screen> {
    const format = '#{cursor_x} #{cursor_y} #{pane_dead} #{pane_title}';
    const said = await this.#tmux(['display', '-p', format, ';', 'capture-pane', '-p', ...(styled ? ['-e'] : [])]);
    const [head = '', ...lines] = said.split('\n').slice(0, -1);
    const [, x, y, dead, title = ''] = /^(\d+) (\d+) (\d) ?(.*)$/.exec(head) ?? [];
    return { lines, title, cursorX: Number(x), cursorY: Number(y), dead: dead === '1' };
  }

  /** The pane as the submit transaction sees it. */
  get door(): PaneDoor {
    return {
      runs: () => true,
      read: async () => {
        const format = '#{cursor_x} #{cursor_y} #{pane_in_mode} #{pane_width} #{pane_height} #{pane_title}';
        const said = await this.#tmux(['display', '-p', format, ';', 'capture-pane', '-p', '-e']);
        const [head = '', ...lines] = said.split('\n').slice(0, -1);
        const [cursorX = 0, cursorY = 0, inMode = 0, width = 0, height = 0] = head.split(' ', 5).map(Number);
        const title = head.split(' ').slice(5).join(' ');
        return { lines, title, cursorX, cursorY, inMode: inMode > 0, width, height };
      },
      leaveMode: async () => {
        await this.#tmux(['if', '-F', '#{pane_in_mode}', 'send-keys -X cancel']);
      },
      paste: (text) => this.paste(text),
      keys: (names) => this.keys(...names),
    };
  }

  /** Waits until a sign is on the screen or in the title, or gone again when `shown` is false. */
  async untilShown(sign: RegExp, within = 30_000, shown = true): Promise<Screen> {
    return until(
      `${sign} to be ${shown ? 'shown' : 'gone'}`,
      () => this.screen(),
      (screen) => sign.test([...screen.lines, screen.title].join('\n')) === shown,
      within,
      50,
    ).catch(async (error: Error) => {
      const { lines } = await this.screen();
      throw new Error(`${error.message.split('\n')[0]}\n${lines.filter((line) => line.trim() !== '').join('\n')}`);
    });
  }

  /**
   * Waits until the program takes input: its sign is shown, and nothing has changed for half a second. Some show the sign while they still
   * load, and lose what is typed then.
   */
  async untilReady(type: CliType, within = 60_000): Promise<Screen> {
    const { ready, busy } = CLIS[type];
    let before = '';
    let since = 0;
    return until(
      `${type} to be ready`,
      () => this.screen(),
      (screen) => {
        const now = [...screen.lines, screen.title].join('\n');
        if (now !== before || !ready.test(now) || busy.test(now)) since = performance.now();
        before = now;
        return performance.now() - since > 500;
      },
      within,
      50,
    );
  }

  async paste(text: string): Promise<void> {
    await this.#tmux(['load-buffer', '-b', 'text', '-'], text);
    await this.#tmux(['paste-buffer', '-p', '-r', '-d', '-b', 'text']);
  }

  async copyMode(): Promise<void> {
    await this.#tmux(['copy-mode']);
  }

  async keys(...names: string[]): Promise<void> {
    await this.#tmux(['send-keys', ...names]);
  }

  /**
   * Pastes, and presses Enter some time after the program shows what was pasted. Counted from the paste itself, a busy machine lets it read
   * both at once, and it takes the Enter for a part of the paste.
   */
  async submit(text: string, wait = 300): Promise<void> {
    await this.paste(text);
    const start = text.trim().slice(0, 12).split('\n')[0] ?? '';
    const held = (screen: Screen) => screen.lines.some((line) => line.includes(start) || /\[pasted /i.test(line));
    await until('the pasted text to be shown', () => this.screen(), held, 20_000, 50);
    await new Promise((resolve) => setTimeout(resolve, wait));
    await this.keys('Enter');
  }

  processes(): Seen[] {
    return processesOf(this.#dir);
  }

  /** Ends the server and whatever was started in it: some CLIs outlive their pane. What had to be killed by pid, for those who measure. */
  async close(): Promise<readonly Seen[]> {
    await this.#tmux(['kill-server']).catch(() => '');
    const ended = await until(
      '',
      () => this.processes(),
      (left) => left.length === 0,
      1_000,
    ).catch(() => this.processes());
    for (let round = 0; this.processes().length > 0 && round < 20; round++) {
      const left = this.processes();
      for (const { pid } of left) kill(pid);
      await until(
        'the end of what was killed',
        () => left.filter(({ pid }) => isUp(pid)),
        (up) => up.length === 0,
        10_000,
      );
    }
    return ended;
  }

  #tmux(args: readonly string[], input = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn('tmux', ['-u', '-S', this.#socket, ...args], { env: this.#env, timeout: 10_000 });
      const out = { stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', (text) => (out.stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text) => (out.stderr += text));
      child.on('error', reject);
      child.on('close', (code) => {
        if (code === 0) resolve(out.stdout);
        else reject(new Error(`tmux ${args.join(' ')}: ${out.stderr.trim()} (${code})`));
      });
      child.stdin.on('error', () => {});
      child.stdin.end(input);
    });
  }
}
