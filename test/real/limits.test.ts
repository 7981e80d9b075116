import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { hierarchiesOf, run } from '../../src/platform/index.ts';
import { isUp, kill, statOf } from '../support/processes.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

const read = (path: string): string => readFileSync(path, 'utf8');
const orchestra = join(import.meta.dirname, '../../scripts/orchestra.sh');
const SLEEP = ['sleep', '1000'];
const hierarchies = hierarchiesOf(read('/proc/self/mountinfo'), read('/proc/self/cgroup'));
const holds = (controller: string): boolean => hierarchies.some(({ controllers }) => controllers.includes(controller));
/** Root, where the kernel has its controllers in trees of their own: what these tests look into. Version 2 is tested on folders that look like it. */
const groups = process.getuid?.() === 0 && holds('memory') && holds('cpu') && holds('pids');

/** The folder of an agent's group. */
function groupOf(pid: number, controller: string): string {
  const line = read(`/proc/${pid}/cgroup`)
    .split('\n')
    .find((each) => each.split(':')[1]?.split(',').includes(controller));
  const parent = hierarchies.find(({ controllers }) => controllers.includes(controller))?.parents.at(-1);
  return `${parent}${line?.split(':')[2]}`;
}

describe('each limit is held', () => {
  test('files and nice, by the process itself', async ({ project }) => {
    await project.up({
      agents: {
        files: { command: SLEEP, limits: { open_files: 77 } },
        nice: { command: SLEEP, limits: { nice: 7 } },
        both: { command: SLEEP, limits: { open_files: 78, nice: 8 }, sandbox: 'none' },
        free: { command: SLEEP },
      },
    });
    const [files, nice, both, free] = (await project.status()).agents.map(({ pid }) => pid as number) as [
      number,
      number,
      number,
      number,
    ];
    const open = (pid: number): string =>
      /^Max open files\s+(\d+)\s+(\d+)/m
        .exec(read(`/proc/${pid}/limits`))
        ?.slice(1)
        .join() ?? '';
    const niceOf = (pid: number): number => Number(read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ')[16]);
    const own = niceOf(free);
    await until(
      'its own program',
      () => open(files),
      (now) => now === '77,77',
    );
    await until(
      'its niceness',
      () => niceOf(nice),
      (now) => now === own + 7 || now === 7,
    );
    await until(
      'both',
      () => `${open(both)} ${niceOf(both)}`,
      (now) => now === '78,78 8',
    );
    expect(open(free)).not.toContain('77');
    // Nothing of it stands in the launch file of an agent that asks for nothing.
    const launch = read(project.paths.agentLaunch('free'));
    expect(launch.split('\n').at(-2)).toMatch(/^exec '[^']*setpriv' --pdeathsig KILL -- 'sleep' '1000'$/);
  });

  test.skipIf(!groups)(
    'memory, processors and processes, by control groups that go with the agent',
    async ({ project }) => {
      project.write({
        agents: {
          held: { command: SLEEP, limits: { memory: '64MiB', cpu: '50%', processes: 9 } },
          fat: {
            command: 'x=$(head -c 90000000 /dev/zero | tr "\\0" x); sleep 1000; echo "$x"',
            limits: { memory: '40MB' },
          },
          forks: {
            command: 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1000 & done; wait',
            limits: { processes: 5 },
            restart: 'never',
          },
        },
      });
      await project.cli(['up', '--no-attach']);
      const { pid } = await project.agent('held');
      const folder = (controller: string): string => groupOf(pid as number, controller);
      expect(read(`${folder('memory')}/memory.limit_in_bytes`).trim()).toBe(String(64 * 1024 * 1024));
      expect(read(`${folder('cpu')}/cpu.cfs_quota_us`).trim()).toBe('50000');
      expect(read(`${folder('pids')}/pids.max`).trim()).toBe('9');
      const folders = ['memory', 'cpu', 'pids'].map(folder);
      await until(
        'the end of what is too fat',
        () => project.events(),
        (events) =>
          events.some(
            ({ type, agent, data }) =>
              type === 'agent.started' && agent === 'fat' && (data as { reason: string }).reason === 'memory',
          ),
      );
      // The fork after the last that is allowed fails.
      await until(
        'the end of what forks',
        () => project.agent('forks'),
        ({ last_exit }) => last_exit !== null && last_exit.code !== 0,
      );
      await project.down();
      for (const each of folders) expect(() => readdirSync(each), each).toThrow('ENOENT');
    },
  );
});

test.skipIf(!groups)('a group that vanishes while its agent runs is told of', async ({ project }) => {
  await project.up({ agents: { held: { command: SLEEP, limits: { cpu: 1 } } } });
  const { pid } = await project.agent('held');
  const folder = groupOf(pid as number, 'cpu');
  expect(folder).toContain('/orchestra-');
  writeFileSync(join(folder, '../../cgroup.procs'), String(pid));
  rmdirSync(folder);
  const after = await project.untilAgent('held', 'to be told', ({ unlimited }) => unlimited.length > 0);
  expect(after).toMatchObject({ state: 'running', pid, detail: expect.stringContaining('control group is gone') });
  expect((await project.events()).filter(({ type }) => type === 'agent.unlimited')).toHaveLength(1);
  // The next start makes it anew.
  await project.ok('restart', 'held');
  const again = await project.agent('held');
  expect(again.unlimited).toEqual([]);
  expect(groupOf(again.pid as number, 'cpu')).toBe(folder);
});

test.skipIf(process.getuid?.() !== 0)(
  'what cannot be held is said at each start, wherever one looks',
  async ({ project }) => {
    // A machine without control groups, made of this one: its own mounts, with those taken away.
    project.write({
      agents: { held: { command: SLEEP, limits: { cpu: 1, processes: 10, memory: '1GB', open_files: 1_000_000_000 } } },
    });
    const script = `umount -R /sys/fs/cgroup; exec sh ${orchestra} up --no-attach`;
    const bare = await run(['unshare', '-m', 'sh', '-c', script], {
      timeout: 30_000,
      cwd: project.folder,
      env: project.env,
    });
    expect(bare.code).toBe(0);
    const { pid, unlimited, detail } = await project.agent('held');
    expect(isUp(pid as number)).toBe(true);
    for (const limit of ['limits.cpu', 'limits.processes', 'limits.memory']) {
      expect(unlimited.join('\n')).toContain(limit);
      expect(detail).toContain(limit);
    }
    expect(statOf(pid as number)?.comm).toBe('sleep');
    const told = async (): Promise<number> =>
      (await project.events()).filter(({ type }) => type === 'agent.unlimited').length;
    const first = await told();
    expect(first).toBe(unlimited.length);
    await project.ok('restart', 'held');
    expect(await told()).toBe(2 * first);
    await until(
      'its pane',
      () => project.log('held'),
      (log) => log.includes('limits.cpu is not held'),
    );
    expect((await project.cli(['doctor'])).stdout).toContain('limits.cpu is not held');
  },
);

/** Does for a test what systemd-run(1) does: a scope with one of the limits that are asked for, and then the command, in the same process. */
const STAND_IN = `#!/bin/sh
echo "$*" >>"$0.log"
scope=/sys/fs/cgroup/pids/stand-in-$$.scope
mkdir $scope
while [ "$1" != -- ]; do
  case $1 in TasksMax=*) echo \${1#*=} >$scope/pids.max ;; esac
  shift
done
shift
echo $$ >$scope/cgroup.procs
exec "$@"
`;

test.skipIf(!groups)('where systemd runs it makes a scope; what that does not hold is said', async ({ project }) => {
  const bin = join(project.folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'systemd-run'), STAND_IN, { mode: 0o755 });
  project.env.PATH = `${bin}:${project.env.PATH}`;
  const limits = { processes: 40, cpu: 1.5, nice: 3, open_files: 90 };
  project.write({ agents: { held: { command: SLEEP, limits }, free: { command: SLEEP } } });
  const script = `mount -t tmpfs none /run; mkdir -p /run/systemd/system; exec sh ${orchestra} up --no-attach`;
  const made = await run(['unshare', '-m', 'sh', '-c', script], {
    timeout: 30_000,
    cwd: project.folder,
    env: project.env,
  });
  expect(made.code).toBe(0);
  const { pid, pane_pid } = await project.agent('held');
  await until(
    'its own program',
    () => statOf(pid as number)?.comm,
    (comm) => comm === 'sleep',
  );
  const folder = groupOf(pid as number, 'pids');
  expect(folder).toMatch(/stand-in-\d+\.scope$/);
  expect(read(`${folder}/pids.max`).trim()).toBe('40');
  const asked = read(join(bin, 'systemd-run.log'));
  expect(asked).toContain('--scope --quiet --collect -p CPUQuota=150% -p TasksMax=40 --');
  const after = await project.untilAgent('held', 'to be told', ({ unlimited }) => unlimited.length > 0);
  expect(after.unlimited).toEqual(['limits.cpu is not held (systemd has no such controller for this user)']);
  // Three programs are started on the way to it, and it still dies with its shim.
  kill(pane_pid as number);
  await until(
    'its end',
    () => isUp(pid as number),
    (up) => !up,
  );
  await project.down();
  for (const each of readdirSync('/sys/fs/cgroup/pids'))
    if (each.startsWith('stand-in-')) rmdirSync(`/sys/fs/cgroup/pids/${each}`);
});
