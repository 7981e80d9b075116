import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { spawn } from 'node-pty';
import { describe, expect } from 'vitest';
import { assertConsistent } from '../support/consistent.ts';
import { isUp, kill } from '../support/processes.ts';
import { ORCHESTRA } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

const SLEEP = ['sleep', '1000'];

describe('up, said again', () => {
  test('joins the session and changes nothing', async ({ project }) => {
    const before = await project.up({ agents: { a: { command: SLEEP }, b: { command: SLEEP } } });
    const after = await project.up();
    expect(after.agents.map(({ pid }) => pid)).toEqual(before.agents.map(({ pid }) => pid));
    expect(after.controller.pid).toBe(before.controller.pid);
  });

  test('with a changed file interrupts only what runs something else', async ({ project }) => {
    const before = await project.up({
      agents: {
        same: { command: SLEEP },
        policy: { command: SLEEP },
        command: { command: SLEEP },
        gone: { command: SLEEP },
      },
    });
    const after = await project.up({
      agents: {
        same: { command: SLEEP },
        policy: { command: SLEEP, restart: 'on-failure' },
        command: { command: ['sleep', '2000'] },
        fresh: { command: SLEEP },
      },
    });
    const pid = (snapshot: typeof before, name: string): number | null | undefined =>
      snapshot.agents.find((agent) => agent.name === name)?.pid;
    expect(after.agents.map(({ name, state }) => [name, state])).toEqual(
      ['same', 'policy', 'command', 'fresh'].map((name) => [name, 'running']),
    );
    for (const name of ['same', 'policy']) expect(pid(after, name), name).toBe(pid(before, name));
    expect(pid(after, 'command')).not.toBe(pid(before, 'command'));
    expect(isUp(pid(before, 'gone') as number)).toBe(false);
    expect(after.agents.map(({ restarts }) => restarts)).toEqual([0, 0, 0, 0]);
    await assertConsistent(project);
  });

  test('of another session name is refused and touches nothing', async ({ project }) => {
    const before = await project.up({ agents: { a: { command: SLEEP } } });
    project.writeText(readFileSync(`${project.folder}/orchestra.yaml`, 'utf8').replace('"garden"', '"other"'));
    const ran = await project.cli(['up', '--no-attach']);
    expect(ran.code, ran.stderr).toBe(8);
    expect(ran.stderr).toContain('garden');
    expect((await project.status()).agents[0]?.pid).toBe(before.agents[0]?.pid);
  });
});

test('run adds an agent, which the next up leaves alone and a killed controller takes up again', async ({
  project,
}) => {
  await project.up({ agents: { a: { command: SLEEP } } });
  await project.ok('run', 'guest', '--', 'sh', '-c', 'echo "$1"; exec sleep 1000', 'sh', 'it is; $(here)');
  const { pid } = await project.untilAgent('guest', 'running', ({ state }) => state === 'running');
  await until(
    'its output',
    () => project.log('guest'),
    (log) => log.includes('it is; $(here)'),
  );
  await project.up();
  const old = await project.status();
  kill(old.controller.pid);
  const again = await project.until(
    'a new controller',
    ({ controller, agents }) => controller.pid !== old.controller.pid && agents.length === 2,
  );
  // The session is as old as it was; its controller is not.
  expect(again.uptime).toBeGreaterThan(old.uptime);
  expect(again.controller.uptime).toBeLessThan(again.uptime);
  expect(await project.pidOf('guest')).toBe(pid);
  expect((await project.cli(['run', 'guest', '--', 'true'])).code).toBe(8);
  await assertConsistent(project);
});

describe('a person', () => {
  test('attaches on a real terminal, sees the agents, and leaves them running', async ({ project }) => {
    await project.up({
      layout: 'nine',
      agents: {
        kaede: { command: 'echo hello from kaede; exec sleep 1000', display: 'カエデ' },
        b: { command: SLEEP },
      },
    });
    const before = await project.status();
    const terminal = spawn(process.execPath, [ORCHESTRA, 'attach'], {
      cols: 100,
      rows: 30,
      cwd: project.folder,
      env: project.env,
    });
    let shown = '';
    terminal.onData((text) => (shown += text));
    const exited = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    await until(
      'the session on the screen',
      () => shown,
      (text) => text.includes('hello from kaede') && text.includes('カエデ'),
    );
    terminal.resize(20, 5);
    terminal.resize(100, 30);
    terminal.write('\x02d');
    expect(await exited).toBe(0);
    expect((await project.status()).agents.map(({ pid }) => pid)).toEqual(before.agents.map(({ pid }) => pid));
    await assertConsistent(project);
  });

  test('raises the session in a terminal of 20x5', async ({ project }) => {
    project.write({ layout: 'nine', agents: { workers: { type: 'worker', replicas: 9 } } });
    const terminal = spawn(process.execPath, [ORCHESTRA, 'up'], {
      cols: 20,
      rows: 5,
      cwd: project.folder,
      env: project.env,
    });
    let shown = '';
    terminal.onData((text) => (shown += text));
    const exited = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    await project.until(
      'nine workers',
      ({ agents }) => agents.filter(({ state }) => state === 'running').length === 9,
      20_000,
    );
    await until(
      'somebody attached',
      () => project.tmux('list-clients', '-F', '#{client_tty}'),
      (clients) => clients.some((tty) => tty.startsWith('/dev/')),
    );
    await assertConsistent(project);
    terminal.write('\x02d');
    expect(await exited, shown).toBe(0);
    expect(shown).not.toMatch(/^\s+at .*:\d+:\d+/m);
  });
});

test('logs are bounded and rotated also while no controller is there', async ({ project }) => {
  await project.up({
    agents: {
      loud: {
        command: 'read go; head -c 36000000 /dev/zero | tr "\\0" x | fold -w 200; echo "the end"; exec sleep 1000',
      },
    },
  });
  const { pane } = await project.agent('loud');
  const { controller } = await project.status();
  for (const { pid } of project.keepers()) kill(pid);
  kill(controller.pid);
  await project.tmux('send-keys', '-t', pane as string, 'Enter');
  const log = project.paths.agentLog('loud');
  const size = (path: string): number => (existsSync(path) ? statSync(path).size : 0);
  await until(
    'the end of the output',
    () => readFileSync(log, 'latin1').slice(-200),
    (tail) => tail.includes('the end'),
    40_000,
    100,
  );
  expect(size(`${log}.1`)).toBe(16 * 1024 * 1024);
  expect(size(log)).toBeLessThan(16 * 1024 * 1024);
  expect(statSync(log).mode & 0o777).toBe(0o600);
  await project.up();
  await assertConsistent(project);
});

test('a log whose writer died is taken up again', async ({ project }) => {
  await project.up({ agents: { a: { command: 'while :; do echo tick $((n = n + 1)); sleep 0.2; done' } } });
  const writer = project
    .processes()
    .find((each) => /^sh .*pane-log\.sh /.test(each.args) && each.args.includes('/a.log'));
  for (const each of project.processes()) if (each.pid === writer?.pid || each.ppid === writer?.pid) kill(each.pid);
  appendFileSync(project.paths.agentLog('a'), 'MARK\n');
  await until(
    'output after the mark',
    () => project.log('a').split('MARK\n')[1] ?? '',
    (text) => text.includes('tick'),
    20_000,
  );
});

test('two projects with the same session name do not meet', async ({ project }) => {
  const { Project } = await import('../support/project.ts');
  const other = new Project();
  try {
    await project.up({ agents: { a: { command: SLEEP } } });
    await other.up({ agents: { a: { command: SLEEP } } });
    const pid = await other.pidOf('a');
    await project.down();
    expect(isUp(pid)).toBe(true);
    await assertConsistent(other);
  } finally {
    await other.close();
  }
});
