import { expect, it } from 'vitest';
import { scopeOptions, Scopes } from './scopes.ts';

const ran = (code: number) => ({ code, signal: null, stdout: '', stderr: '', timedOut: false, error: null });
const wanted = new Map([['memory', 2e9] as const, ['cpu', 0.5] as const, ['pids', 9] as const]);

it('asks for each limit in the words of systemd', () => {
  expect(scopeOptions(wanted)).toEqual([
    '--scope',
    '--quiet',
    '--collect',
    '-p',
    'MemoryMax=2000000000',
    '-p',
    'CPUQuota=50%',
    '-p',
    'TasksMax=9',
    '--',
  ]);
});

it('is used only once it was tried, and only where it works', async () => {
  for (const code of [0, 1]) {
    const argvs: (readonly string[])[] = [];
    const scopes = new Scopes({
      systemd: () => ['systemd-run', '--user'],
      run: async (argv) => {
        argvs.push(argv);
        return ran(code);
      },
    });
    expect([scopes.known, scopes.words(wanted)]).toEqual([false, null]);
    await scopes.try();
    await scopes.try();
    expect(argvs).toHaveLength(1);
    expect(scopes.known).toBe(true);
    expect(scopes.words(wanted)?.slice(0, 3) ?? null).toEqual(code === 0 ? ['systemd-run', '--user', '--scope'] : null);
  }
});

it('without systemd nothing is tried', async () => {
  const scopes = new Scopes({ systemd: () => null, run: () => Promise.reject(new Error('never')) });
  await scopes.try();
  expect([scopes.known, scopes.words(wanted)]).toEqual([true, null]);
});
