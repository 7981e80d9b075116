import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test as plain } from 'vitest';
import { assertConsistent } from '../support/consistent.ts';
import { isUp, kill } from '../support/processes.ts';
import { Project } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

const STACK = /^\s+at .*:\d+:\d+/m;

describe('names', () => {
  test.for([
    'a;b',
    'a;touch pwned',
    '$(touch pwned)',
    '`touch pwned`',
    'a\nb',
    '\u001b[31mred',
    'A',
    '-x',
    '../x',
    'a'.repeat(40),
    'dashboard',
    '',
    'カエデ',
  ])('%j is refused, and nothing is started', async (name, { project }) => {
    project.write({ agents: { [name]: { command: ['true'] } } });
    const ran = await project.cli(['up', '--no-attach']);
    expect(ran.code).toBe(3);
    expect(ran.stderr).not.toMatch(STACK);
    expect(ran.stderr).not.toContain('\u001b[31mred');
    expect(project.processes()).toEqual([]);
  });

  test('on the command line reach no shell', async ({ project }) => {
    await project.up({ agents: { a: { command: ['sleep', '1000'] } } });
    for (const name of ['a;touch pwned', '$(touch pwned)', 'a\nb', '\u001b[31m'])
      for (const verb of ['stop', 'restart', 'start']) expect((await project.cli([verb, name])).code, verb).toBe(5);
    const ran = await project.cli(['run', 'x;y', '--', 'true']);
    expect([2, 3]).toContain(ran.code);
    expect(ran.stderr).not.toMatch(STACK);
  });

  test('for people may hold anything, and do no harm', async ({ project }) => {
    await project.up({
      agents: { a: { command: ['sleep', '1000'], display: '#(touch pwned) #{pid} $(x) %H カエデ' } },
    });
    const [label = ''] = await project.tmux('list-panes', '-a', '-F', '#{@label}');
    expect(label).toContain('カエデ');
    await assertConsistent(project);
  });
});

describe('places', () => {
  const places = [
    ['spaces and Japanese', 'my プロジェクト #{pid} %H $(x) \'q"'],
    ['a path longer than a socket allows', `${'long-'.repeat(20)}/${'deeper-'.repeat(20)}`],
    ['folders called like ours', 'start/exit/launch'],
  ] as const;

  plain.for(places)('%s', async ([, inside]) => {
    const project = new Project(inside);
    try {
      mkdirSync(join(project.folder, 'work'), { recursive: true });
      await project.up({
        layout: 'nine',
        agents: {
          a: { command: 'pwd; exec sleep 1000', cwd: 'work' },
          b: { command: '(setsid sleep 1000 &); exec sleep 1001' },
        },
      });
      await until(
        'its folder',
        () => project.log('a').replace(/[\r\n]/g, ''),
        (log) => log.includes('/work'),
      );
      const tree = await until(
        'the daemon',
        () => project.treeOf('b').map(({ pid }) => pid),
        (pids) => pids.length >= 2,
      );
      const pid = await project.pidOf('b');
      kill(pid);
      await project.untilReplaced('b', pid);
      await until(
        'the end of the old tree',
        () => tree.filter(isUp),
        (left) => left.length === 0,
      );
      await project.tmux('kill-pane', '-t', (await project.agent('a')).pane as string);
      await until(
        'both to run',
        () => assertConsistent(project, 1_000),
        () => true,
      );
      const { controller, agents } = await project.status();
      kill(controller.pid);
      const after = await project.until('a new controller', (now) => now.controller.pid !== controller.pid);
      expect(after.agents.map((agent) => agent.pid)).toEqual(agents.map((agent) => agent.pid));
    } finally {
      await project.close();
    }
  });
});
