import { describe, expect } from 'vitest';
import { test } from '../support/test.ts';

const WORKER = { type: 'worker' };

describe('an agent that does not stay is not told to run', () => {
  test('by run', async ({ project }) => {
    await project.up({ defaults: { restart: 'always' }, agents: { kaede: WORKER } });
    const { code, stdout, stderr } = await project.cli(['run', 'zz', '--', 'nosuchprogram', '--fast']);
    expect([code, stdout]).toEqual([9, '']);
    expect(stderr).toMatch(/^zz backoff: exit 127/m);
    expect(stderr).toMatch(/^ {2}\| .*nosuchprogram/m);
    expect(stderr).toContain('orchestra: zz did not start\n  mend it, then: orchestra restart zz ');
    const nowhere = await project.cli(['run', 'zy', '--cwd', '/nope', '--', 'true']);
    expect([nowhere.code, nowhere.stderr]).toEqual([
      2,
      'orchestra: there is no folder /nope\n  name another with --cwd\n',
    ]);
    expect((await project.cli(['run', 'zx', '--', 'cat'])).code).toBe(0);
  });

  test('by restart and start, which quote it without the keys it was stopped with', async ({ project }) => {
    const script = { command: 'test -e mended || exec nosuchprogram; exec cat', stop: { keys: ['C-c'] } };
    await project
      .up({ defaults: { restart: 'always' }, agents: { kaede: WORKER, botan: { ...script, restart: 'never' } } })
      .catch(() => {});
    for (const verb of ['start', 'restart']) {
      const { code, stdout, stderr } = await project.cli([verb, 'kaede', 'botan']);
      expect([verb, code]).toEqual([verb, 9]);
      expect(stdout).toContain('✔ kaede  running\n✖ botan  stopped: exit 127');
      expect(stderr).toMatch(/^ {2}\| [^^]*nosuchprogram/m);
      expect(stderr).toContain('orchestra restart botan');
    }
    // Runs that follow each other within a quarter of a second have no line between them: what is quoted may be of several.
    const json = await project.cli(['restart', 'botan', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      verb: 'restart',
      outcomes: [{ agent: 'botan', ok: false }],
      failed: [{ agent: 'botan', output: expect.arrayContaining([expect.stringContaining('nosuchprogram')]) }],
    });
  });

  test('by up, which names what helps', async ({ project }) => {
    project.write({ agents: { botan: { command: 'exec nosuchprogram', restart: 'never' } } });
    const { code, stderr } = await project.cli(['up', '--no-attach']);
    expect(code).toBe(9);
    expect(stderr).toContain('orchestra: botan did not start (1 agent stopped)\n');
    expect(stderr).toContain('orchestra restart botan');
  });
});

describe('an agent that depends on one that is down', () => {
  test('does not start, unless that is started with it', async ({ project }) => {
    await project.up({
      agents: { a: WORKER, b: { ...WORKER, depends_on: ['a'] }, c: { ...WORKER, depends_on: ['b'] } },
    });
    await project.ok('stop', 'all');
    const alone = await project.cli(['start', 'c', 'b']);
    expect([alone.code, alone.stdout]).toEqual([
      9,
      '✖ c  waits for a, which is stopped; start that first: orchestra start a\n✖ b  waits for a, which is stopped; start that first: orchestra start a\n',
    ]);
    await project.ok('stop', 'all');
    expect(await project.ok('start', 'c', 'b', 'a')).toBe('✔ c  running\n✔ b  running\n✔ a  running\n');
    expect(await project.ok('restart', 'all')).toBe('✔ a  running\n✔ b  running\n✔ c  running\n');
  });
});

test('names beside `all` are looked at', async ({ project }) => {
  await project.up({ agents: { kaede: WORKER } });
  for (const verb of ['stop', 'start', 'restart', 'pause', 'resume']) {
    const { code, stderr } = await project.cli([verb, 'all', 'nosuch']);
    expect([verb, code]).toEqual([verb, 5]);
    expect(stderr).toContain('there is no agent nosuch');
  }
  expect((await project.agent('kaede')).state).toBe('running');
});

test('the name of replicas stands for all of them', async ({ project }) => {
  await project.up({ agents: { p: { ...WORKER, replicas: 2 }, 'p-x': WORKER } });
  expect(await project.ok('stop', 'p')).toMatch(/^✔ p-1 +stopped.*\n✔ p-2 +stopped.*\n$/);
  expect((await project.agent('p-x')).state).toBe('running');
  expect((await project.cli(['stop', 'q'])).code).toBe(5);
  for (const words of [
    ['logs', '-f', 'orchestra.yaml'],
    ['events', '-f', 'orchestra.yaml'],
  ]) {
    const { code, stderr } = await project.cli(words);
    expect([code, stderr]).toEqual([2, expect.stringContaining('here -f follows; a file is named with: --file FILE')]);
  }
});
