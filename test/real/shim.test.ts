import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { assertConsistent } from '../support/consistent.ts';
import { isUp, kill, statOf } from '../support/processes.ts';
import type { Project } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

const lastExit = async (project: Project, name: string) => (await project.agent(name)).last_exit;

describe('an end is reported, whatever ended it', () => {
  test('keys, signals and statuses', async ({ project }) => {
    await project.up({
      agents: {
        interrupted: { command: ['sleep', '1000'] },
        quit: { command: ['sleep', '1000'] },
        suspended: { command: 'echo up; read line; echo "got $line"; exec sleep 1000' },
        stopped: { command: ['sleep', '1000'] },
        killed: { command: ['sleep', '1000'] },
        strange: { command: 'read line; exit 148' },
      },
    });
    const before = await project.status();
    const of = (name: string) => before.agents.find((agent) => agent.name === name);
    const keys = (name: string, ...words: string[]): Promise<string[]> =>
      project.tmux('send-keys', '-t', of(name)?.pane as string, ...words);
    await keys('interrupted', 'C-c');
    await keys('quit', 'C-\\');
    await keys('strange', 'Enter');
    kill(of('killed')?.pid as number);
    // Nobody can answer a Ctrl-Z: the agent goes on at once, in the foreground.
    await keys('suspended', 'C-z');
    await keys('suspended', 'hello', 'Enter');
    await until(
      'the suspended agent to go on',
      () => project.log('suspended'),
      (log) => log.includes('got hello'),
    );
    kill(of('stopped')?.pid as number, 'SIGSTOP');
    for (const name of ['interrupted', 'quit', 'strange', 'killed'])
      await project.untilReplaced(name, of(name)?.pid as number);
    expect(await lastExit(project, 'interrupted')).toMatchObject({ code: 130, class: 'signal' });
    expect(await lastExit(project, 'quit')).toMatchObject({ code: 131, class: 'signal' });
    expect(await lastExit(project, 'killed')).toMatchObject({ code: 137, class: 'signal' });
    expect(await lastExit(project, 'strange')).toMatchObject({ code: 148, class: 'signal' });
    await until(
      'the stopped agent to run again',
      () => statOf(of('stopped')?.pid as number)?.state,
      (state) => state === 'S',
    );
    expect((await project.agent('suspended')).restarts).toBe(0);
    await assertConsistent(project);
  });

  test('a program that is not there says so in its pane', async ({ project }) => {
    project.write({
      agents: {
        lost: { command: ['no-such-program'], restart: 'never' },
        gone: { command: 'no-such-command', restart: 'never' },
      },
    });
    const ran = await project.cli(['up', '--no-attach']);
    const { agents } = await project.status();
    expect(agents.map(({ state, last_exit }) => [state, last_exit?.code])).toEqual([
      ['stopped', 127],
      ['stopped', 127],
    ]);
    expect(agents[0]?.detail).toContain('command not found');
    // The logs of a crew are opened when its agents run or have ended.
    for (const [name, program] of [
      ['lost', 'no-such-program'],
      ['gone', 'no-such-command'],
    ] as const)
      await until(
        `the log of ${name}`,
        () => project.log(name),
        (log) => log.includes(program),
      );
    expect(ran.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
  });
});

test('a program that was killed leaves no raw terminal to the next one', async ({ project }) => {
  const modes = (incarnation: number): string => {
    const file = `${project.folder}/modes.${incarnation}`;
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  await project.up({
    agents: {
      raw: {
        command: 'stty -a >modes.tmp; mv modes.tmp modes.$ORCHESTRA_INCARNATION; stty raw -echo; exec sleep 1000',
      },
    },
  });
  const { pid } = await project.agent('raw');
  await until(
    'a raw terminal',
    () => readFileSync(`/proc/${pid}/comm`, 'utf8'),
    (comm) => comm === 'sleep\n',
  );
  kill(pid as number);
  const [, after] = await until(
    'the modes of the next one',
    () => [modes(1), modes(2)],
    ([, second]) => second !== '',
  );
  for (const mode of ['icanon', 'echo', 'icrnl', 'opost', 'isig']) expect(after.split(/[\s;]+/), mode).toContain(mode);
});

describe('a shim that is killed', () => {
  test('takes an agent with it that ignores the hang-up', async ({ project }) => {
    await project.up({ agents: { deaf: { command: 'trap "" HUP TERM INT; while :; do sleep 0.2; done' } } });
    const { pid, pane_pid } = await project.agent('deaf');
    kill(pane_pid as number);
    await until(
      'the end of the agent',
      () => isUp(pid as number),
      (up) => !up,
    );
    const after = await project.untilReplaced('deaf', pid as number);
    expect(after.last_exit).toMatchObject({ class: 'shim-lost' });
    expect((await project.events()).filter(({ type }) => type === 'agent.started').at(-1)?.data).toMatchObject({
      reason: 'pane-lost',
    });
    await assertConsistent(project);
  });

  test('and a pane that a person closes are made again in their place', async ({ project }) => {
    await project.up({
      layout: 'nine',
      agents: {
        a: { command: ['sleep', '1000'] },
        b: { command: ['sleep', '1000'] },
        c: { command: ['sleep', '1000'] },
      },
    });
    const order = async (): Promise<string[]> =>
      project.tmux('list-panes', '-a', '-F', '#{@agent} #{pane_width}x#{pane_height}');
    const before = await order();
    const { pid, pane } = await project.agent('b');
    await project.tmux('kill-pane', '-t', pane as string);
    await project.untilReplaced('b', pid as number);
    await until('the same picture', order, (now) => now.join() === before.join());
    await assertConsistent(project);
  });
});

test('records that cannot be written do not end a shim', async ({ project }) => {
  await project.up({ agents: { a: { command: ['sleep', '1000'] } } });
  const { pid, pane_pid } = await project.agent('a');
  // Root may write anywhere: take the folders away.
  for (const dir of [project.paths.exit, project.paths.start]) rmSync(dir, { recursive: true });
  kill(pid as number);
  const second = await project.untilReplaced('a', pid as number);
  expect(second.pane_pid).toBe(pane_pid);
  expect(second.last_exit).toMatchObject({ code: 137 });
  chmodSync(project.paths.run, 0o700);
});
