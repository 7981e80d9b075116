import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { stripEscapes } from '../../src/base/index.ts';
import { allProcesses, isUp, kill, processesOf } from '../support/processes.ts';
import type { Project, Yaml } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

/** Agents work in a folder of their own: the folder of the project is the home of these tests, and a sandbox around a home keeps nothing. */
async function up(project: Project, agents: Yaml['agents'], defaults: object = {}): Promise<void> {
  mkdirSync(join(project.folder, 'work'), { recursive: true });
  project.write({ agents, defaults: { cwd: 'work', ...defaults } });
  await project.cli(['up', '--no-attach']);
}

/** What an agent has shown, line by line, once `last` is among it. */
async function shown(project: Project, agent: string, last: string): Promise<string[]> {
  const log = await until(
    `${last} of ${agent}`,
    () => project.log(agent),
    (text) => text.includes(last),
  );
  return stripEscapes(log)
    .split(/[\r\n]+/)
    .map((line) => line.trim());
}

/** Tries to write, and says what came of it. */
const tries = (...paths: string[]): string =>
  paths
    .map((path) => `if touch ${path}/probe 2>/dev/null; then echo "writes ${path}"; else echo "refused ${path}"; fi`)
    .join('; ');

test('each level writes, sees and reaches no more than it says', async ({ project }) => {
  const probe = `${tries('.', '..', '/tmp', '/etc', '$HOME/.claude')}; touch ../orchestra.yaml && echo "writes the file"
    cat ../.orchestra/run/launch/* ../.orchestra/state.db >/dev/null 2>&1 && echo "writes and reads all"; echo "interfaces $(($(wc -l </proc/net/dev) - 2))"
    for each in /proc/[0-9]*; do echo "sees \${each#/proc/}"; done; grep CapEff /proc/self/status; echo done; exec sleep 1000`;
  mkdirSync(join(project.folder, '.claude'));
  const home = project.folder;
  const levels = ['none', 'project', 'offline', 'locked'];
  await up(
    project,
    Object.fromEntries(
      levels.map((sandbox) => [
        sandbox,
        // No more of these start at a time than there are processors.
        { type: sandbox === 'project' || sandbox === 'locked' ? 'claude' : 'command', sandbox, command: probe },
      ]),
    ),
  );
  const found = new Map<string, string[]>();
  for (const level of levels) found.set(level, await shown(project, level, 'done'));
  const of = (level: string, what: string): string[] =>
    (found.get(level) ?? []).filter((line) => line.startsWith(what)).map((line) => line.slice(what.length + 1));
  expect(of('none', 'refused')).toEqual([]);
  expect(of('none', 'writes')).toContain('and reads all');
  expect(of('project', 'writes')).toEqual(['.', '/tmp', `${home}/.claude`]);
  expect(of('project', 'refused')).toEqual(['..', '/etc']);
  // It is no agent that keeps anything there.
  expect(of('offline', 'refused')).toEqual(['..', '/etc', `${home}/.claude`]);
  expect(of('offline', 'writes')).toEqual(['.', '/tmp']);
  expect(of('locked', 'writes')).toEqual(['/tmp']);
  for (const level of ['offline', 'locked']) expect(of(level, 'interfaces'), level).toEqual(['1']);
  expect(Number(of('project', 'interfaces')[0])).toBe(Number(of('none', 'interfaces')[0]));
  for (const level of levels.slice(1)) {
    // bwrap's own first process, the shell, and what it starts.
    expect(of(level, 'sees').length, level).toBeLessThan(6);
    expect(of(level, 'CapEff:'), level).toEqual(['0000000000000000']);
  }
  rmSync('/tmp/probe'); // of `none`
});

describe('a program in a sandbox is one like any other', () => {
  test('its pid, its status, keys, size and the stop ladder', async ({ project }) => {
    const sandbox = 'project';
    await up(project, {
      plain: { command: ['sleep', '1000'], sandbox },
      seven: { command: 'exit 7', sandbox, restart: 'never' },
      // Once it is told of the stop it ends by itself; SIGKILL would leave no file.
      polite: {
        command: "trap 'touch ended; exit 0' TERM; while :; do sleep 0.1; done",
        sandbox,
        stop: { keys: [], steps: { int: '0s', term: '5s' }, timeout: '5s' },
      },
      keeps: { command: "trap 'echo interrupted' INT; trap 'stty size' WINCH; while :; do sleep 0.1; done", sandbox },
      suspended: { command: 'echo up; read line; echo "got $line"; exec sleep 1000', sandbox },
    });
    const plain = await project.untilAgent(
      'plain',
      'its program',
      ({ pid }) => pid !== null && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n',
    );
    expect(/^NSpid:\t\d+\t(\d+)$/m.exec(readFileSync(`/proc/${plain.pid}/status`, 'utf8'))?.[1]).toBe('2');
    expect((await project.agent('seven')).last_exit).toMatchObject({ code: 7, class: 'failure' });
    const keys = async (name: string, ...words: string[]): Promise<unknown> =>
      project.tmux('send-keys', '-t', (await project.agent(name)).pane as string, ...words);
    await keys('plain', 'C-c');
    const second = await project.untilReplaced('plain', plain.pid as number);
    expect(second.last_exit).toMatchObject({ code: 130, class: 'signal' });
    kill((await project.untilAgent('plain', 'its program', ({ pid }) => comm(pid) === 'sleep')).pid as number);
    expect((await project.untilAgent('plain', 'a third run', (now) => now.incarnation === 3)).last_exit).toMatchObject({
      code: 137,
    });
    const before = (await project.agent('keeps')).incarnation;
    await keys('keeps', 'C-c');
    await shown(project, 'keeps', 'interrupted');
    expect((await project.agent('keeps')).incarnation).toBe(before);
    await project.tmux('resize-window', '-t', 'garden', '-x', '151', '-y', '43');
    await until(
      'the new size',
      () => stripEscapes(project.log('keeps')),
      (log) => /^\d+ \d+$/m.test(log.replaceAll('\r', '')),
    );
    await shown(project, 'suspended', 'up');
    await keys('suspended', 'C-z');
    await keys('suspended', 'hello', 'Enter');
    await shown(project, 'suspended', 'got hello');
    await project.ok('stop', 'polite');
    expect(existsSync(join(project.folder, 'work', 'ended'))).toBe(true);
  });

  test('dies with its shim, whatever it started', async ({ project }) => {
    await up(project, {
      deaf: {
        command: 'trap "" HUP INT TERM; (env -i setsid sleep 4321 &); while :; do sleep 0.2; done',
        sandbox: 'project',
        restart: 'never',
      },
    });
    const hidden = (): number[] =>
      allProcesses()
        .filter(({ args }) => args === 'sleep 4321')
        .map(({ pid }) => pid);
    await until('what it started', hidden, (pids) => pids.length === 1);
    const [stray] = hidden();
    const { pid, pane_pid } = await project.agent('deaf');
    // By the kernel alone: the controller, which would look for what is left, is held meanwhile.
    const controller = (await project.status()).controller.pid;
    kill(controller, 'SIGSTOP');
    try {
      kill(pane_pid as number);
      await until(
        'the end of all',
        () => [isUp(pid as number), isUp(stray as number)],
        (each) => !each.includes(true),
      );
    } finally {
      kill(controller, 'SIGCONT');
    }
  });
});

const comm = (pid: number | null): string => (pid === null ? '' : readFileSync(`/proc/${pid}/comm`, 'utf8').trim());

describe('without a sandbox it does not start, and the others do', () => {
  const AGENTS = { caged: { command: ['sleep', '1000'], sandbox: 'project' }, free: { command: ['sleep', '1000'] } };

  test('no bwrap', async ({ project }) => {
    const bin = join(project.folder, 'bin');
    mkdirSync(bin);
    for (const name of new Set(
      (process.env.PATH ?? '')
        .split(':')
        .flatMap((each) => (existsSync(each) ? readdirSync(each).map((file) => join(each, file)) : [])),
    )) {
      const to = join(bin, name.split('/').at(-1) as string);
      if (!to.endsWith('/bwrap') && !existsSync(to)) symlinkSync(name, to);
    }
    project.env.PATH = bin;
    await up(project, AGENTS);
    const { agents } = await project.status();
    expect(agents.map(({ state }) => state)).toEqual(['broken', 'running']);
    expect(agents[0]?.detail).toContain('apt-get install -y bubblewrap');
    expect((await project.cli(['config', 'check'])).stderr).toContain('bwrap, which is not installed');
    const doctor = await project.cli(['doctor']);
    expect(doctor.code).toBe(7);
    expect(doctor.stdout).toContain('caged cannot start');
    expect(processesOf(project.folder).filter(({ args }) => args === 'sleep 1000')).toHaveLength(1);
  });

  test('refused by the kernel', async ({ project }) => {
    const bin = join(project.folder, 'bin');
    mkdirSync(bin);
    const none = 'echo 0 >/proc/sys/user/max_user_namespaces; exec /usr/bin/bwrap "$@"';
    writeFileSync(join(bin, 'bwrap'), `#!/bin/sh\nexec unshare -Ur sh -c '${none}' bwrap "$@"\n`, { mode: 0o755 });
    project.env.PATH = `${bin}:${project.env.PATH}`;
    await up(project, AGENTS);
    const { agents } = await project.status();
    expect(agents.map(({ state }) => state)).toEqual(['broken', 'running']);
    expect(agents[0]?.detail).toMatch(/its sandbox was refused \(bwrap: .*namespace.*\); allow user namespaces/);
    expect((await project.cli(['doctor'])).stdout).toMatch(/namespace.*caged cannot start/);
    // Mended, it starts when it is told to.
    writeFileSync(join(bin, 'bwrap'), '#!/bin/sh\nexec /usr/bin/bwrap "$@"\n');
    await project.ok('start', 'caged');
    expect((await project.agent('caged')).state).toBe('running');
  });
});

describe('its door', () => {
  test('takes its mail, over a new controller too, and no orders', async ({ project }) => {
    const orchestra = join(import.meta.dirname, '../../scripts/orchestra.sh');
    await up(project, {
      worker: { type: 'worker', sandbox: 'offline' },
      other: { command: ['sleep', '1000'] },
      rebel: {
        command: `for each in 'run evil -- touch /tmp/evil' 'stop other' 'down' 'type other hi' 'queue purge --all --yes'; do sh ${orchestra} $each; echo "status $?"; done; sh ${orchestra} status; sh ${orchestra} send other hello; echo done; exec sleep 1000`,
        sandbox: 'project',
      },
    });
    const task = ['send', 'worker', '--type', 'task_assign', '--payload', '{"command": "id -u"}', '--wait=answered'];
    expect(await project.ok(...task)).toContain('exit_code: 0');
    const said = await shown(project, 'rebel', 'done');
    expect(said.filter((line) => line.startsWith('status ')).every((line) => line !== 'status 0')).toBe(true);
    expect(said.join('\n')).toContain('queued for other');
    const { controller, agents } = await project.status();
    expect(agents.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
    kill(controller.pid);
    await project.until('another controller', (now) => now.controller.pid !== controller.pid);
    expect(await project.ok(...task)).toContain('exit_code: 0');
    expect((await project.agent('worker')).incarnation).toBe(1);
  });
});

test('what a level allows is explained, from the data it is made of', async ({ project }) => {
  mkdirSync(join(project.folder, 'work'));
  project.write({ agents: { kaede: { type: 'codex', sandbox: 'locked', cwd: 'work' }, free: { type: 'worker' } } });
  const all = await project.ok('explain', 'sandbox');
  for (const level of ['none', 'project', 'offline', 'locked']) expect(all).toMatch(new RegExp(`^${level}$`, 'm'));
  expect(await project.ok('explain', 'sandbox', 'offline')).toMatch(/network\s+loopback only/);
  const kaede = await project.ok('explain', 'sandbox', 'kaede');
  expect(kaede).toMatch(/^kaede: locked$/m);
  expect(kaede).toMatch(/agent files\s+read-only: ~\/\.codex$/m);
  expect(kaede).toContain(join(project.folder, 'work'));
  expect(await project.ok('explain', 'sandbox', 'free')).toContain('Nothing is kept from it');
  expect(JSON.parse(await project.ok('explain', 'sandbox', 'kaede', '--json'))).toMatchObject({
    level: 'locked',
    network: false,
  });
  const unknown = await project.cli(['explain', 'sandbox', 'kaed']);
  expect([unknown.code, unknown.stderr.includes('did you mean kaede?')]).toEqual([5, true]);
});
