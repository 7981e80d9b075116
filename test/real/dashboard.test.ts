import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { anAgent, CONFIGURATION, fakeSession } from '../support/fake-session.ts';
import { kill } from '../support/processes.ts';
import type { Project } from '../support/project.ts';
import { Terminal } from '../support/terminal.ts';
import { test as base } from '../support/test.ts';
import { until } from '../support/until.ts';

const TUI = fileURLToPath(new URL('../support/fake-tui.mjs', import.meta.url));
/** Keys of the screens and their titles, the first one last. */
const SCREENS = [
  ['2', 'Agent'],
  ['3', 'Messages'],
  ['4', 'Tasks'],
  ['5', 'Events'],
  ['6', 'Charts'],
  ['1', 'Crew'],
] as const;
const HOSTILE = '\x1b[31mred\x1b]0;owned\x07\x1b[2J{bold}x{/bold}\u202eevil';

const test = base.extend<{ terminal: Terminal }>({
  terminal: async ({ project }, use) => {
    const terminal = new Terminal(project);
    await use(terminal);
    terminal.close();
  },
});

/** kaede looks like Claude Code and asks when told to; sakura answers each message; momiji shows what it is typed. */
async function crew(project: Project): Promise<void> {
  await project.up({
    // kaede's screen needs some room to be read.
    layout: 'focus',
    agents: {
      kaede: { type: 'claude', display: 'カエデ', command: [process.execPath, TUI, join(project.folder, 'told')] },
      momiji: { command: ['cat', '-v'] },
      sakura: { type: 'worker', display: 'サクラ' },
    },
  });
  await project.untilAgent('kaede', 'idle', ({ activity }) => activity === 'idle');
}

const told = (project: Project): Record<string, unknown>[] => {
  const log = join(project.folder, 'told');
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n') : [];
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
};

/** Each line is as wide as the terminal and begins where it should: nothing was pushed aside. */
function expectWhole(screen: string, title: string): void {
  const lines = screen.split('\n');
  expect(lines[0]).toMatch(/^ orchestra /);
  expect(lines[0]).toContain(title);
}

describe('the dashboard in a real session', () => {
  test('does what its keys say, seen in the system', async ({ project, terminal }) => {
    await crew(project);
    terminal.open(project.folder, 120, 30, 'dashboard');
    await terminal.shows(/kaede +カエデ/);

    // r restarts the chosen agent, asking first.
    const before = await project.pidOf('kaede');
    terminal.press('r');
    await terminal.shows('restart kaede?');
    terminal.press('n');
    await terminal.hides('restart kaede?');
    expect(await project.pidOf('kaede')).toBe(before);
    terminal.press('r');
    await terminal.shows('restart kaede?');
    terminal.press('y');
    await project.untilReplaced('kaede', before);

    // s stops and starts; u takes the stop back.
    terminal.press('Down');
    terminal.press('s');
    await terminal.shows('stop momiji?');
    terminal.press('Enter');
    await project.untilAgent('momiji', 'stopped', ({ state }) => state === 'stopped');
    await terminal.shows('stopped momiji');
    terminal.press('u');
    await project.untilAgent('momiji', 'running again', ({ state }) => state === 'running');
    const asked = (await project.events()).filter(({ type, agent }) => type === 'agent.asked' && agent === 'momiji');
    expect(asked.map(({ data }) => data)).toEqual([
      { verb: 'stop', by: 'dashboard' },
      { verb: 'start', by: 'dashboard' },
    ]);

    // p holds mail back and lets it go.
    terminal.press('p');
    await project.untilAgent('momiji', 'paused', ({ paused }) => paused);
    await terminal.shows('‖');
    terminal.press('p');
    await project.untilAgent('momiji', 'not paused', ({ paused }) => !paused);

    // m writes a message, which is delivered and answered.
    terminal.press('Down');
    terminal.press('m');
    terminal.type('こんにちは sakura');
    await terminal.shows('こんにちは sakura');
    terminal.press('Enter');
    await until(
      'an answer',
      () => project.events(),
      (events) => events.some(({ type, agent }) => type === 'message.answered' && agent === 'sakura'),
    );
    const written = await project.rpc((client) => client.mail({ agent: 'sakura' }));
    expect(written.map(({ message }) => message.payload)).toEqual([{ text: 'こんにちは sakura' }]);

    // q leaves; everything goes on, and the terminal is as it was.
    terminal.press('q');
    await terminal.shows('ended 0');
    expect(terminal.tmux('display-message', '-p', '#{alternate_on} #{cursor_flag} #{mouse_any_flag}').trim()).toBe(
      '0 1 0',
    );
    expect((await project.status()).agents.every(({ state }) => state === 'running')).toBe(true);
  });

  test('shows what an agent asks before it answers, and rings once', async ({ project, terminal }) => {
    await crew(project);
    terminal.open(project.folder, 120, 30, 'dashboard');
    await terminal.shows(/kaede +カエデ/);
    const rung = join(project.base, 'rung');
    writeFileSync(rung, '');
    terminal.tmux('set-option', '-g', 'monitor-bell', 'on');
    terminal.tmux('set-hook', '-g', 'alert-bell', `run-shell "echo rang >> ${rung}"`);
    kill(await project.pidOf('kaede'), 'SIGUSR1');
    await terminal.shows(/approval/);
    await until(
      'the bell',
      () => readFileSync(rung, 'utf8'),
      (text) => text === 'rang\n',
    );

    terminal.press('a');
    expect(await terminal.shows('kaede asks')).toContain('touch file-1');
    expect(told(project)).toEqual([]);
    terminal.press('Enter');
    await until(
      'the answer',
      () => told(project),
      (lines) => lines.length > 0,
    );
    expect(told(project)).toEqual([{ answered: true, asked: 1 }]);
    await project.untilAgent('kaede', 'asks no more', ({ activity }) => activity !== 'approval');

    kill(await project.pidOf('kaede'), 'SIGUSR1');
    await project.untilAgent('kaede', 'asks again', ({ activity }) => activity === 'approval');
    terminal.press('d');
    expect(await terminal.shows('kaede asks')).toContain('touch file-2');
    terminal.press('Enter');
    await until(
      'the denial',
      () => told(project),
      (lines) => lines.length > 1,
    );
    expect(told(project).at(-1)).toEqual({ denied: true, asked: 2 });
    await until(
      'the second bell',
      () => readFileSync(rung, 'utf8'),
      (text) => text === 'rang\nrang\n',
    );
  });

  test('types through to an agent, all keys but the one that ends it', async ({ project, terminal }) => {
    await crew(project);
    terminal.open(project.folder, 120, 30, 'dashboard');
    await terminal.shows('momiji');
    terminal.press('Down', 't');
    await terminal.shows('keys go to the agent');
    terminal.type('q カエデ');
    terminal.press('Up', 'Tab', 'Enter');
    // `cat -v` says what it got: the q did not leave the dashboard, and Up came as the sequence it is.
    await until(
      'the keys',
      () => project.log('momiji'),
      (log) => log.includes('q カエデ') || log.includes('q M-cM'),
    );
    await until(
      'Up',
      () => project.log('momiji'),
      (log) => /\^\[(\[|O)A/.test(log),
    );
    terminal.press('C-]');
    await terminal.hides('keys go to the agent');
    terminal.press('q');
    await terminal.shows('ended 0');
  });

  test('says so when its controller is killed, and comes back', async ({ project, terminal }) => {
    await crew(project);
    terminal.open(project.folder, 120, 30, 'dashboard');
    await terminal.shows(/kaede +カエデ/);
    const { pid } = (await project.status()).controller;
    // The keeper starts another one within a second: held still, so that what is shown meanwhile can be seen.
    const keepers = project.keepers();
    for (const keeper of keepers) kill(keeper.pid, 'SIGSTOP');
    kill(pid, 'SIGKILL');
    const lost = await terminal.shows('no controller for');
    expect(lost).toContain('kaede');
    terminal.press('r');
    terminal.press('y');
    await terminal.shows('no controller: nothing was done');
    for (const keeper of keepers) kill(keeper.pid, 'SIGCONT');
    // The first line alone: what the last one says of the key stays for eight seconds, whoever is there by then.
    await terminal.hides('no controller for');
    const again = await project.until('another controller', ({ controller }) => controller.pid !== pid, 20_000);
    expect(again.agents.every(({ state }) => state === 'running')).toBe(true);
    terminal.press('5');
    await terminal.shows(/controller \d+ started/);
  });
});

describe('the dashboard with much, or with evil', () => {
  test('shows 300 agents, and every size it is given while it paints', async ({ project, terminal }) => {
    project.writeText(CONFIGURATION);
    const agents = Array.from({ length: 300 }, (_, index) =>
      anAgent(`agent-${String(index + 1).padStart(3, '0')}`, { display: index % 3 === 0 ? 'カエデ 🎼' : '' }),
    );
    const session = await fakeSession(project.folder, agents);
    terminal.open(project.folder, 160, 45, 'dashboard');
    await terminal.shows('agent-001');
    let seq = 10;
    const busy = setInterval(() => {
      const at = agents[seq++ % 300]?.name ?? '';
      const time = new Date().toISOString();
      session.publish({ kind: 'event', event: { seq, time, type: 'agent.removed', agent: at, data: {} } });
    }, 10);
    try {
      const sizes: [number, number][] = [
        [60, 10],
        [240, 70],
        [20, 4],
        [80, 24],
        [1, 1],
        [120, 30],
        [160, 45],
      ];
      for (const [width, height] of sizes) {
        terminal.resize(width, height);
        if (width < 60) continue;
        const screen = await until(
          `a whole screen of ${width}x${height}`,
          () => terminal.tmux('capture-pane', '-p').split('\n').slice(0, height),
          (lines) =>
            (lines[0] ?? '').startsWith(' orchestra') &&
            lines.length === height &&
            /filter|choose/.test(lines.at(-1) ?? ''),
        );
        expect(screen.join('\n')).toContain('agent-0');
      }
      terminal.press('End');
      await terminal.shows('agent-300');
      for (const [key, title] of SCREENS) {
        terminal.press(key);
        await until(
          'the screen',
          () => terminal.screen(),
          (screen) => (screen.split('\n')[0] ?? '').includes(title),
        );
      }
    } finally {
      clearInterval(busy);
      terminal.press('q');
      await terminal.shows('ended 0');
      await session.close();
    }
  });

  test('lets nothing through from a name, an event, a message or a screen', async ({ project, terminal }) => {
    await project.up({
      agents: {
        evil: {
          display: 'x',
          command: [
            'sh',
            '-c',
            `while :; do printf '%s' ${JSON.stringify(HOSTILE)}; printf '\\033]0;title\\007\\033[5;5Hhere'; sleep 0.2; done`,
          ],
        },
        sakura: { type: 'worker', display: 'サクラ' },
      },
    });
    await project.ok('send', 'sakura', HOSTILE);
    terminal.open(project.folder, 100, 24, 'dashboard');
    await terminal.shows('evil');
    const title = terminal.tmux('display-message', '-p', '#{pane_title}');
    for (const [key, name] of SCREENS) {
      terminal.press(key);
      const screen = await until(
        'the screen',
        () => terminal.screen(),
        (one) => (one.split('\n')[0] ?? '').includes(name),
      );
      expectWhole(screen, name);
      expect(screen).not.toContain('\u202e');
      expect(terminal.tmux('display-message', '-p', '#{pane_title}')).toBe(title);
    }
    terminal.press('q');
    await terminal.shows('ended 0');
  });
});
