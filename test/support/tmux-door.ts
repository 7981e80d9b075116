import { spawn } from 'node:child_process';
import type { PaneDoor, Screen } from '../../src/drivers/index.ts';

/** The pane of a tmux server with one pane, as typing needs it. */
export class TmuxDoor implements PaneDoor {
  readonly #socket: string;
  #buffers = 0;

  constructor(socket: string) {
    this.#socket = socket;
  }

  runs(): boolean {
    return true;
  }

  async read(): Promise<Screen | null> {
    const format = '#{cursor_x} #{cursor_y} #{pane_width} #{pane_height} #{pane_in_mode} #{pane_dead} #{pane_title}';
    const said = await this.tmux(['display', '-p', format, ';', 'capture-pane', '-p', '-e']).catch(() => '');
    const [head = '', ...lines] = said.split('\n').slice(0, -1);
    const [, x, y, width, height, inMode, dead, title = ''] =
      /^(\d+) (\d+) (\d+) (\d+) (\d+) (\d+) ?(.*)$/.exec(head) ?? [];
    if (dead !== '0') return null;
    const cells = { cursorX: Number(x), cursorY: Number(y), width: Number(width), height: Number(height) };
    return { lines, title, ...cells, inMode: inMode !== '0' };
  }

  async leaveMode(): Promise<void> {
    await this.tmux(['send-keys', '-X', 'cancel']).catch(() => '');
  }

  async paste(text: string): Promise<void> {
    const buffer = `text-${++this.#buffers}`;
    await this.tmux(['load-buffer', '-b', buffer, '-'], text);
    await this.tmux(['paste-buffer', '-p', '-r', '-d', '-b', buffer]);
  }

  async keys(names: readonly string[]): Promise<void> {
    await this.tmux(['send-keys', ...names]);
  }

  tmux(args: readonly string[], input = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn('tmux', ['-u', '-S', this.#socket, ...args], { timeout: 10_000 });
      const out = { stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => (out.stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (out.stderr += text));
      child.on('error', reject);
      child.on('close', (code) =>
        code === 0 ? resolve(out.stdout) : reject(new Error(`tmux ${args.join(' ')}: ${out.stderr.trim()} (${code})`)),
      );
      child.stdin.on('error', () => {});
      child.stdin.end(input);
    });
  }
}
