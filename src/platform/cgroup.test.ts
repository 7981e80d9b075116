import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cgroups, cgroupSettings, type Hierarchy, hierarchiesOf, isInGroups } from './cgroup.ts';

describe('where groups may be made', () => {
  it('version 2 alone, as most machines have it', () => {
    const mounts = '35 25 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n';
    expect(hierarchiesOf(mounts, '0::/user.slice/user-1000.slice/session-2.scope\n')).toEqual([
      {
        version: 2,
        controllers: [],
        parents: ['/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope', '/sys/fs/cgroup'],
      },
    ]);
  });

  it('version 1, and what of it holds nothing we limit is left out', () => {
    const mounts = [
      '1 0 0:1 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct',
      '2 0 0:2 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
      '3 0 0:3 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio',
      '4 0 0:4 / /proc rw - proc proc rw',
    ].join('\n');
    const found = hierarchiesOf(mounts, '4:cpu,cpuacct:/\n3:memory:/docker/abc/mine\n0::/\n');
    expect(found).toEqual([
      { version: 1, controllers: ['cpu'], parents: ['/sys/fs/cgroup/cpu,cpuacct'] },
      { version: 1, controllers: ['memory'], parents: ['/sys/fs/cgroup/memory/mine', '/sys/fs/cgroup/memory'] },
    ]);
  });

  it('nothing for nothing', () => expect(hierarchiesOf('', '')).toEqual([]));
});

it('writes each limit as each version of the kernel wants it', () => {
  expect(cgroupSettings(2, 'memory', 1024)).toEqual({ 'memory.max': '1024' });
  expect(cgroupSettings(2, 'cpu', 1.5)).toEqual({ 'cpu.max': '150000 100000' });
  expect(cgroupSettings(2, 'pids', 9)).toEqual({ 'pids.max': '9' });
  expect(cgroupSettings(1, 'memory', 1024)).toEqual({ 'memory.limit_in_bytes': '1024' });
  expect(cgroupSettings(1, 'cpu', 0.01)).toEqual({ 'cpu.cfs_period_us': '100000', 'cpu.cfs_quota_us': '1000' });
  expect(cgroupSettings(1, 'pids', 9)).toEqual({ 'pids.max': '9' });
});

describe('a tree of version 2', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cgroup-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const tree = (controllers: string): Hierarchy => {
    writeFileSync(join(folder, 'cgroup.controllers'), controllers);
    writeFileSync(join(folder, 'cgroup.subtree_control'), '');
    // The kernel makes these with each folder.
    mkdirSync(join(folder, 'orchestra-x/kaede'), { recursive: true });
    writeFileSync(join(folder, 'orchestra-x/cgroup.controllers'), controllers);
    writeFileSync(join(folder, 'orchestra-x/cgroup.subtree_control'), '');
    writeFileSync(join(folder, 'orchestra-x/kaede/memory.events'), 'oom_kill 0\n');
    writeFileSync(join(folder, 'orchestra-x/kaede/cgroup.procs'), '12\n');
    return { version: 2, controllers: [], parents: [folder] };
  };

  it('hands the controllers on, sets the limits, and ends the whole agent for memory', () => {
    const groups = new Cgroups('orchestra-x', [tree('cpu memory pids')]);
    const made = groups.make('kaede', new Map([['memory', 5] as const, ['cpu', 2] as const]));
    const mine = join(folder, 'orchestra-x/kaede');
    expect(made).toEqual({
      enter: [`${mine}/cgroup.procs`],
      folders: [mine],
      held: ['memory', 'cpu'],
      memoryEvents: `${mine}/memory.events`,
      refused: [],
    });
    expect(readFileSync(`${mine}/memory.max`, 'utf8')).toBe('5');
    expect(readFileSync(`${mine}/memory.oom.group`, 'utf8')).toBe('1');
    expect(readFileSync(`${mine}/cpu.max`, 'utf8')).toBe('200000 100000');
    expect(readFileSync(join(folder, 'cgroup.subtree_control'), 'utf8')).toBe('+cpu');
    expect(isInGroups(12, made.folders)).toBe(true);
    expect(isInGroups(1, made.folders)).toBe(false);
    expect(isInGroups(12, [`${mine}/gone`])).toBe(false);
  });

  it('says what it lacks, and holds the rest', () => {
    const groups = new Cgroups('orchestra-x', [tree('pids')]);
    const made = groups.make('kaede', new Map([['memory', 5] as const, ['pids', 9] as const]));
    expect(made.held).toEqual(['pids']);
    expect(made.refused).toEqual([
      { controller: 'memory', why: `no control group could be made: no controller memory in ${folder}` },
    ]);
    expect(made.memoryEvents).toBeNull();
  });

  it('is taken away when nobody is left in it', () => {
    const groups = new Cgroups('orchestra-y', [{ version: 1, controllers: ['pids'], parents: [folder] }]);
    groups.make('kaede', new Map([['pids', 9] as const]));
    groups.remove('kaede'); // a folder that holds something stays, as one of the kernel's does while processes are in it
    expect(existsSync(join(folder, 'orchestra-y/kaede'))).toBe(true);
    rmSync(join(folder, 'orchestra-y/kaede/pids.max'));
    groups.remove('kaede');
    expect(existsSync(join(folder, 'orchestra-y'))).toBe(false);
  });

  it('on a machine without any, says so', () =>
    expect(new Cgroups('x', []).make('kaede', new Map([['cpu', 1] as const])).refused).toEqual([
      { controller: 'cpu', why: 'this machine has no control groups for it' },
    ]));
});
