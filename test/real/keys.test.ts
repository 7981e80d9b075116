import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { Project } from '../support/project.ts';
import { test as base } from 'vitest';
import { until } from '../support/until.ts';

const TUI = fileURLToPath(new URL('../support/fake-tui.mjs', import.meta.url));

/** A session in a folder whose name has everything that tmux and sh read, and a person attached to it: a pane of another server. */
class Attached {
  readonly project = new Project("it's #{pid} 50%d 長い");
  readonly #socket = join(this.project.base, 'outer.sock');

  outer(...args: string[]): string {
    const argv = ['-u', '-S', this.#socket, '-f', '/dev/null', ...args];
    const ran = spawnSync('tmux', argv, { env: this.project.env, encoding: 'utf8', timeout: 10_000 });
    if (ran.status !== 0) throw new Error(`tmux ${args.join(' ')}: ${ran.stderr}`);
    return ran.stdout;
  }

  async open(): Promise<void> {
    const { project } = this;
    await project.up({
      layout: 'grid',
      agents: {
        kaede: { type: 'claude', command: [process.execPath, TUI, join(project.folder, 'told')] },
        sakura: { command: ['cat'] },
      },
    });
    const { tmux } = await project.status();
    this.outer('new-session', '-d', '-x', '150', '-y', '45', 'tmux', '-u', '-S', tmux.socket, 'attach');
    await this.shows('running');
    await project.rpc((client) => client.focus('kaede', false));
  }

  press(...keys: string[]): void {
    this.outer('send-keys', ...keys);
  }

  /** Our key, then one of ours. Keys that come faster than one in a millisecond are a paste to tmux. */
  async key(key: string): Promise<void> {
    this.press('C-b');
    await this.shows('C-b…');
    this.press('a');
    await this.shows('m a d r s p');
    this.press(key);
  }

  screen(): string {
    return this.outer('capture-pane', '-p');
  }

  shows(text: string): Promise<string> {
    return until(
      `${text} on the screen`,
      () => this.screen(),
      (screen) => screen.includes(text),
      15_000,
    );
  }

  gone(text: string): Promise<string> {
    return until(
      `${text} to be gone`,
      () => this.screen(),
      (screen) => !screen.includes(text),
      15_000,
    );
  }

  async close(): Promise<void> {
    spawnSync('tmux', ['-S', this.#socket, 'kill-server'], { env: this.project.env });
    await this.project.close();
  }
}

const test = base.extend<{ person: Attached }>({
  person: async ({ task: _task }, use) => {
    const person = new Attached();
    try {
      await person.open();
      await use(person);
    } finally {
      await person.close();
    }
  },
});

describe('the keys of the panes', () => {
  test('leave every key of tmux as it was', async ({ person }) => {
    const socket = join(person.project.base, 'plain.sock');
    const plain = (...args: string[]): string =>
      spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { env: person.project.env, encoding: 'utf8' })
        .stdout;
    const server = spawn('tmux', ['-S', socket, '-f', '/dev/null', '-D'], { env: person.project.env, stdio: 'ignore' });
    try {
      plain('new-session', '-d', 'sleep 100');
      const keysOf = (lines: readonly string[]): string[] => lines.filter((line) => line.trim() !== '');
      const theirs = keysOf(
        await until(
          'the keys',
          () => plain('list-keys', '-T', 'prefix').split('\n'),
          (seen) => seen.length > 20,
        ),
      );
      const ours = keysOf(await person.project.tmux('list-keys', '-T', 'prefix'));
      expect(
        ours.filter((line) => !theirs.includes(line)).map((line) => line.split(/\s+/).slice(0, 5).join(' ')),
      ).toEqual(['bind-key -T prefix a switch-client']);
      expect(theirs.filter((line) => !ours.includes(line))).toEqual([]);
    } finally {
      plain('kill-server');
      server.kill();
    }
  });

  test('act on the pane a person is in, and ask back', async ({ person }) => {
    const { project } = person;
    const { pid } = await project.agent('kaede');
    await person.key('r');
    await person.shows('Restart kaede?');
    person.press('n');
    await person.gone('Restart kaede?');
    expect(await project.pidOf('kaede')).toBe(pid);
    await person.key('r');
    await person.shows('Restart kaede?');
    person.press('y');
    await project.untilReplaced('kaede', pid as number);
    await person.gone('Restart kaede?');
    await person.key('p');
    await project.untilAgent('kaede', 'paused', ({ paused }) => paused);
    await person.shows('1 paused');
    await person.gone('its mail waits');
    await project.rpc((client) => client.focus('sakura', false));
    await person.key('m');
    await person.shows('To sakura:');
    person.press('-l', "it's #{pid} 長い");
    person.press('Enter', 'C-d');
    await until(
      'the message',
      () => project.log('sakura'),
      (log) => log.includes("it's #{pid} 長い"),
    );
    await person.gone('To sakura:');
    await person.key('?');
    await person.shows('hold its mail back, or let it go');
    person.press('s');
    await person.shows('Stop sakura?');
    person.press('y');
    await project.untilAgent('sakura', 'stopped', ({ state }) => state === 'stopped');
    await person.shows('1 of 2 running');
  });

  test('show what is asked, and answer it', async ({ person }) => {
    const { project } = person;
    process.kill(await project.pidOf('kaede'), 'SIGUSR1');
    await person.shows('kaede asks'); // the status bar
    await person.key('a');
    await person.shows('Allow this, once?');
    person.press('y');
    await project.untilAgent('kaede', 'answered', ({ activity }) => activity !== 'approval');
    const events = (await project.events()).filter(({ type }) => type === 'agent.answered');
    expect(events.map(({ data }) => data)).toEqual([{ yes: true, by: 'cli' }]);
  });
});
