import { describe, expect } from 'vitest';
import type { Project } from '../support/project.ts';
import { Terminal } from '../support/terminal.ts';
import { test as base } from '../support/test.ts';
import { until } from '../support/until.ts';

const test = base.extend<{ terminal: Terminal }>({
  terminal: async ({ project }, use) => {
    const terminal = new Terminal(project);
    await project.up({
      agents: {
        kaede: { type: 'worker', display: 'カエデ' },
        momiji: { command: 'echo leaves; exec cat' },
        sakura: { type: 'worker' },
      },
    });
    terminal.open(project.folder, 130, 24, 'dashboard');
    await terminal.shows(/sakura +idle/);
    await use(terminal);
    terminal.close();
  },
});

/** What tmux says of the session's own panes: `name active zoomed`. */
const panes = (project: Project): Promise<string[]> =>
  project.tmux('list-panes', '-a', '-F', '#{@agent} #{pane_active} #{window_zoomed_flag}');

const states = async (project: Project): Promise<string[]> => (await project.status()).agents.map(({ state }) => state);

/** Presses a button of the mouse at a cell, counted from 1, as a terminal reports it. */
const click = (terminal: Terminal, x: number, y: number): void => terminal.type(`\x1b[<0;${x};${y}M\x1b[<0;${x};${y}m`);

/** The agents a table shows, from its second line on. */
const listed = (screen: string): string[] =>
  screen
    .split('\n')
    .slice(2, 6)
    .flatMap((line) => /(kaede|momiji|sakura)/.exec(line)?.[1] ?? []);

describe('keys of the dashboard', () => {
  test('E stops everybody after a yes, u takes it back', async ({ project, terminal }) => {
    terminal.press('E');
    expect(await terminal.shows('stop all 3 agents at once?')).toContain('They stay stopped');
    terminal.press('Escape');
    await terminal.hides('stop all 3');
    expect(await states(project)).toEqual(['running', 'running', 'running']);
    terminal.press('E');
    await terminal.shows('stop all 3 agents at once?');
    terminal.press('y');
    const all = (wanted: string) => (seen: readonly string[]) => seen.every((state) => state === wanted);
    await until('all stopped', () => states(project), all('stopped'));
    await terminal.shows('stopped kaede');
    terminal.press('u');
    await until('all running', () => states(project), all('running'));
  });

  test('g and z go to the pane of the agent', async ({ project, terminal }) => {
    terminal.press('Down', 'g');
    const went = (wanted: string) => (seen: readonly string[]) => seen.includes(wanted);
    await until('its pane', () => panes(project), went('momiji 1 0'));
    terminal.press('Down', 'z');
    await until('its pane, zoomed', () => panes(project), went('sakura 1 1'));
    terminal.press('g');
    await until('its pane among the others', () => panes(project), went('sakura 1 0'));
  });

  test('/ narrows, v shows all side by side, a click chooses', async ({ project, terminal }) => {
    terminal.press('/');
    terminal.type('saku');
    await until(
      'one agent',
      () => listed(terminal.screen()),
      (names) => names.join() === 'sakura',
    );
    terminal.press('Enter');
    await terminal.shows('filter: saku');
    terminal.press('Escape');
    await until(
      'all of them',
      () => listed(terminal.screen()),
      (names) => names.length === 3,
    );
    terminal.press('v');
    await terminal.hides('ACTIVITY');
    terminal.press('v');
    await terminal.shows('ACTIVITY');
    // Line 3 of the screen is the first agent's, line 4 that of momiji.
    click(terminal, 6, 4);
    terminal.press('s');
    await terminal.shows('stop momiji?');
    terminal.press('Enter');
    await project.untilAgent('momiji', 'stopped', ({ state }) => state === 'stopped');
  });

  test('l and e show the log and the events of an agent, n the next one', async ({ terminal }) => {
    terminal.press('Down', 'l');
    await terminal.shows('leaves');
    terminal.press('e');
    await terminal.shows(/started as process \d+, run 1/);
    terminal.press('n');
    await until(
      'sakura',
      () => terminal.screen().split('\n')[1] ?? '',
      (line) => line.includes('sakura'),
    );
    terminal.press('Escape');
    await terminal.shows('ACTIVITY');
  });

  test(': does what was found by a few letters, ? tells every key, w another time', async ({ project, terminal }) => {
    const before = await project.pidOf('sakura');
    terminal.press(':');
    terminal.type('restart sak');
    await terminal.shows('restart sakura');
    terminal.press('Enter');
    await terminal.shows('restart sakura?');
    terminal.press('y');
    await project.untilReplaced('sakura', before);
    terminal.press('?');
    expect(await terminal.shows('keys of the screen Crew')).toContain('stop every agent at once');
    terminal.press('Escape');
    await terminal.hides('keys of the screen');
    terminal.press('6');
    await terminal.shows(/hour/i);
    terminal.press('w');
    await terminal.shows(/day/i);
  });

  test('x throws a waiting message away, u and R bring it back, and it arrives', async ({ project, terminal }) => {
    await project.ok('pause', 'sakura');
    await project.ok('send', 'sakura', 'a letter for later');
    const state = async () => (await project.rpc((client) => client.mail({ agent: 'sakura' }))).map((one) => one.state);
    terminal.press('3');
    await terminal.shows('a letter for later');
    terminal.press('Enter');
    await terminal.shows(/sent +\d{4}-/);
    terminal.press('Escape');
    await terminal.shows('TIME');
    terminal.press('x');
    expect(await terminal.shows('throw away this message to sakura?')).toContain('a letter for later');
    terminal.press('y');
    await until('given up', state, (seen) => seen.join() === 'dead');
    terminal.press('u');
    await until('queued', state, (seen) => seen.join() === 'queued');
    await terminal.shows(/○ .*sakura/);
    await project.ok('queue', 'purge', 'sakura');
    // Its own line: the sums beside it follow the events and are sooner than the list.
    await terminal.shows(/✖ +\d\d:\d\d:\d\d .*sakura/);
    terminal.press('R');
    await until('queued again', state, (seen) => seen.join() === 'queued');
    await project.ok('resume', 'sakura');
    await until('answered', state, (seen) => seen.join() === 'answered');
  });
});
