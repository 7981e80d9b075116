import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { stripEscapes } from '../../src/base/index.ts';
import type { Asked } from '../../src/protocol/index.ts';
import { kill } from '../support/processes.ts';
import type { Project } from '../support/project.ts';
import { test as base } from '../support/test.ts';
import { until } from '../support/until.ts';

const TUI = fileURLToPath(new URL('../support/fake-tui.mjs', import.meta.url));

/** A session with `kaede`, who looks like Claude Code and asks when told to. */
class Desk {
  readonly project: Project;
  constructor(project: Project) {
    this.project = project;
  }

  async up(...words: string[]): Promise<void> {
    const { project } = this;
    await project.up({
      agents: {
        kaede: { type: 'claude', command: [process.execPath, TUI, this.#log, ...words] },
        sakura: { command: ['cat', '-v'] },
      },
    });
    await project.untilAgent('kaede', 'idle', ({ activity }) => activity === 'idle');
  }

  get #log(): string {
    return join(this.project.folder, 'told');
  }

  told(): Record<string, unknown>[] {
    const lines = existsSync(this.#log) ? readFileSync(this.#log, 'utf8').split('\n') : [];
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** A dialog comes up, or goes. */
  async signal(): Promise<void> {
    kill(await this.project.pidOf('kaede'), 'SIGUSR1');
  }

  async ask(): Promise<Asked> {
    const before = (await this.asked())?.token;
    await this.signal();
    const good = (asked: Asked | null): boolean => asked !== null && asked.token !== before;
    return (await until('a dialog', () => this.asked(), good)) as Asked;
  }

  asked(): Promise<Asked | null> {
    return this.project.rpc((client) => client.asked('kaede'));
  }

  answer(yes: boolean, token: string): Promise<void> {
    return this.project.rpc((client) => client.answer('kaede', yes, token, 'test'));
  }

  async shown(agent: string): Promise<string> {
    return (await this.project.cli(['peek', agent])).stdout;
  }
}

const test = base.extend<{ desk: Desk }>({
  desk: async ({ project }, use) => {
    const desk = new Desk(project);
    await desk.up();
    await use(desk);
  },
});

describe('an answer', () => {
  test('is pressed once, for the dialog it was given to', async ({ desk, project }) => {
    expect(await desk.asked()).toBeNull();
    const asked = await desk.ask();
    expect(asked).toMatchObject({ kind: 'approval', answerable: true });
    expect(asked.lines.join('\n')).toContain('touch file-1');
    const asks = await until(
      'what is asked in the snapshot',
      async () => (await project.rpc((client) => client.snapshot())).agents[0]?.asks,
      (shown) => shown != null,
    );
    expect(asks).toEqual({ text: expect.stringContaining('touch file-1'), answerable: true });
    await desk.answer(true, asked.token);
    expect(desk.told()).toEqual([{ answered: true, asked: 1 }]);
    expect(await desk.asked()).toBeNull();
    await expect(desk.answer(true, asked.token)).rejects.toMatchObject({ code: 'conflict' });

    const second = await desk.ask();
    await desk.answer(false, second.token);
    expect(desk.told().slice(1)).toEqual([{ denied: true, asked: 2 }]);
    const events = (await project.events()).filter(({ type }) => type === 'agent.answered');
    expect(events.map(({ agent, data }) => [agent, data])).toEqual([
      ['kaede', { yes: true, by: 'test' }],
      ['kaede', { yes: false, by: 'test' }],
    ]);
  });

  test('to a dialog that went, or became another one meanwhile, presses nothing', async ({ desk }) => {
    const first = await desk.ask();
    await desk.signal(); // it goes ...
    await until(
      'its end',
      () => desk.asked(),
      (asked) => asked === null,
    );
    await expect(desk.answer(true, first.token)).rejects.toMatchObject({ code: 'conflict' });
    const second = await desk.ask(); // ... and another one comes
    await expect(desk.answer(true, first.token)).rejects.toMatchObject({ code: 'conflict' });
    await expect(desk.answer(false, first.token)).rejects.toMatchObject({ code: 'conflict' });
    expect(desk.told()).toEqual([]);
    expect((await desk.asked())?.token).toBe(second.token);
  });

  test('to a question that is asked once more in the same words is none to the next one', async ({ project }) => {
    const desk = new Desk(project);
    await desk.up('same');
    const first = await desk.ask();
    await desk.answer(true, first.token);
    const second = await desk.ask();
    expect(second.lines).toEqual(first.lines);
    await expect(desk.answer(true, first.token)).rejects.toMatchObject({ code: 'conflict' });
    expect(desk.told()).toEqual([{ answered: true, asked: 1 }]);
  });

  test('and a message are never mixed, and the message arrives after it', async ({ desk, project }) => {
    const asked = await desk.ask();
    await project.untilAgent('kaede', 'asking', ({ activity }) => activity === 'approval');
    await project.ok('send', 'kaede', 'waits behind the dialog');
    // Many at once: one is the first, the others find nothing any more.
    const tried = await Promise.allSettled([1, 2, 3, 4].map(() => desk.answer(true, asked.token)));
    expect(tried.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    await until(
      'the message',
      () => desk.told(),
      (told) => told.length === 2,
      15_000,
    );
    expect(desk.told()[0]).toEqual({ answered: true, asked: 1 });
    expect(String(desk.told()[1]?.submitted)).toContain('waits behind the dialog');
  });

  test('is no agent’s that does not run', async ({ desk, project }) => {
    await project.ok('stop', 'kaede');
    expect(await desk.asked()).toBeNull();
    await expect(desk.answer(true, 'x')).rejects.toMatchObject({ code: 'conflict' });
    const press = project.rpc((client) => client.press('kaede', 'x'));
    await expect(press).rejects.toMatchObject({ code: 'failed' });
    const nobody = project.rpc((client) => client.asked('nobody'));
    await expect(nobody).rejects.toMatchObject({ code: 'unknown-agent' });
  });
});

describe('what a terminal sends', () => {
  test('gets to the pane as it is and in order, out of copy mode too', async ({ desk, project }) => {
    const { pane } = await project.agent('sakura');
    await project.tmux('copy-mode', '-t', pane as string);
    await project.rpc(async (client) => {
      await client.press('sakura', 'a;長\x1b[A\x01 ~\t');
      await Promise.all('0 1 2 3 4 5 6 7 8 9'.split(' ').map((digit) => client.press('sakura', digit.repeat(3))));
      await client.press('sakura', '\r');
    });
    await until(
      'it on the screen',
      () => desk.shown('sakura'),
      // cat -v shows bytes above 127 as M-…; 長 is E9 95 B7.
      (shown) => shown.includes('a;M-iM-^UM-7^[[A^A ~') && shown.includes('000111222333444555666777888999'),
    );
  });

  test('is bounded, and a long one arrives whole', async ({ desk: { project } }) => {
    const long = `${'x'.repeat(2_000)}\r`.repeat(8);
    await project.rpc((client) => client.press('sakura', long));
    const xs = (): number => project.log('sakura').replaceAll(/[^x]/g, '').length;
    // The terminal echoes each, and cat says it again.
    await until('all of it', xs, (count) => count === 32_000, 15_000);
    const longer = project.rpc((client) => client.press('sakura', 'x'.repeat(20_000)));
    await expect(longer).rejects.toMatchObject({ code: 'usage' });
  });
});

test('a screen comes with its colours, each line by itself', async ({ desk, project }) => {
  await project.rpc((client) => client.press('sakura', 'text 長い\r'));
  await until(
    'the text',
    () => desk.shown('sakura'),
    (shown) => shown.includes('text'),
  );
  const { pane } = await project.agent('sakura');
  const tty = (await project.tmux('display-message', '-p', '-t', pane as string, '#{pane_tty}'))[0] as string;
  writeFileSync(tty, '\x1b[2J\x1b[H\x1b[31mred\r\nstill red 長い\x1b[0m\r\n\x1b]0;evil\x1b[31m title\x07\x1b[1;4Hx');
  const screen = await until(
    'the colours',
    () => project.rpc((client) => client.screen('sakura')),
    ({ lines }) => lines[1]?.includes('still') === true,
  );
  expect(screen.lines.slice(0, 2)).toEqual(['\x1b[0;31mredx', '\x1b[0;31mstill red 長い']);
  expect(screen.cursor).toEqual({ x: 4, y: 0 });
  expect(screen.lines.length).toBe(screen.height);
  expect(screen.title).not.toContain('\x1b');
  for (const line of screen.lines) expect(stripEscapes(line)).toBe(line.replace(/\x1b\[0[\d;:]*m/g, ''));
});

test('focus makes a pane the active one, and fills its window as often as it is asked', async ({
  desk: { project },
}) => {
  const look = async (): Promise<string> =>
    (await project.tmux('display-message', '-p', '-t', '=garden:', '#{@agent} #{window_zoomed_flag}'))[0] as string;
  const focus = (agent: string, zoom: boolean) => project.rpc((client) => client.focus(agent, zoom));
  for (const [agent, zoom] of [
    ['kaede', false],
    ['sakura', true],
    ['sakura', true],
    ['kaede', true],
    ['kaede', false],
    ['kaede', false],
  ] as const) {
    await focus(agent, zoom);
    expect(await look()).toBe(`${agent} ${zoom ? 1 : 0}`);
  }
  await expect(focus('nobody', true)).rejects.toMatchObject({ code: 'unknown-agent' });
});
