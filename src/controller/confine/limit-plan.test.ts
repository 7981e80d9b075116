import { describe, expect, it } from 'vitest';
import { NO_LIMITS } from '../../protocol/index.ts';
import { planOwnLimits, withoutGroup } from './limit-plan.ts';

const user = { mayPrefer: false, mostOpenFiles: 4096, nice: 0 };
const root = { mayPrefer: true, mostOpenFiles: 1_048_576, nice: 5 };

describe('limits that the process itself takes on', () => {
  it.each([
    ['none', {}, user, [], 0],
    ['files', { openFiles: 100 }, user, ['prlimit', '--nofile=100:100'], 0],
    ['more files than it may have', { openFiles: 9999 }, user, ['prlimit', '--nofile=4096:4096'], 1],
    ['more files, as root', { openFiles: 9999 }, root, ['prlimit', '--nofile=9999:9999'], 0],
    ['nice', { nice: 10 }, user, ['nice', '-n', '10'], 0],
    ['nice, counted from its own', { nice: 10 }, root, ['nice', '-n', '5'], 0],
    ['preferred', { nice: -5 }, user, [], 1],
    ['preferred, as root', { nice: -5 }, root, ['nice', '-n', '-10'], 0],
    ['both', { openFiles: 99, nice: 1 }, user, ['prlimit', '--nofile=99:99', 'nice', '-n', '1'], 0],
  ] as const)('%s', (_, limits, means, before, missing) => {
    const plan = planOwnLimits({ ...NO_LIMITS, ...limits }, means);
    expect(plan.before).toEqual(before);
    expect(plan.missing).toHaveLength(missing);
  });

  it('each sentence about a group names the limit and what stood in the way', () => {
    const limits = { ...NO_LIMITS, memory: 2e9 };
    for (const [controller, key] of [
      ['memory', 'limits.memory'],
      ['cpu', 'limits.cpu'],
      ['pids', 'limits.processes'],
    ] as const)
      expect(withoutGroup(controller, limits, 'EACCES')).toMatch(new RegExp(`^${key}.*EACCES`));
  });
});
