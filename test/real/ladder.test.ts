import { describe, expect } from 'vitest';
import { isUp, kill } from '../support/processes.ts';
import type { Project } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

const rungs = async (project: Project, name: string): Promise<string[]> =>
  (await project.events())
    .filter((event) => event.type === 'agent.signalled' && event.agent === name)
    .map((event) => (event.type === 'agent.signalled' ? event.data.rung : ''));

/** Waits for an agent's whole tree to be there, and gives its pids. */
const family = (project: Project, name: string, size: number): Promise<number[]> =>
  until(
    `${size} processes of ${name}`,
    () => project.treeOf(name).map(({ pid }) => pid),
    (pids) => pids.length >= size,
  );

describe('a stop', () => {
  test('goes down the ladder only as far as it must', async ({ project }) => {
    await project.up({
      defaults: { stop: { keys: ['C-c'], timeout: '900ms' } },
      agents: {
        polite: { command: ['sleep', '1000'] },
        stubborn: { command: 'trap "" INT; sleep 1000 & wait; sleep 1000 & wait' },
        deaf: { command: 'trap "" HUP INT TERM; while :; do sleep 0.1; done' },
      },
    });
    await project.ok('stop', 'all');
    expect(await rungs(project, 'polite')).toEqual(['keys C-c']);
    expect((await rungs(project, 'stubborn')).slice(0, 3)).toEqual(['keys C-c', 'SIGINT', 'SIGTERM']);
    expect((await rungs(project, 'deaf')).slice(0, 4)).toEqual(['keys C-c', 'SIGINT', 'SIGTERM', 'SIGKILL']);
    expect((await project.status()).agents.map(({ state, pid }) => [state, pid])).toEqual([
      ['stopped', null],
      ['stopped', null],
      ['stopped', null],
    ]);
  });

  test('ends the whole tree: own sessions, daemons, and who is born meanwhile', async ({ project }) => {
    await project.up({
      agents: {
        session: { command: 'setsid sleep 1000 & exec sleep 1001' },
        // Twice forked and the parent gone: only its cookie tells whose it is.
        daemon: { command: '(setsid sh -c "sleep 1000 & exit 0" &); exec sleep 1001' },
        breeder: { command: 'trap "" INT TERM; while :; do sleep 1000 & sleep 0.01; done' },
      },
    });
    const pids = [
      ...(await family(project, 'session', 2)),
      ...(await family(project, 'daemon', 2)),
      ...(await family(project, 'breeder', 5)),
    ];
    await project.ok('stop', 'all');
    expect(pids.filter(isUp)).toEqual([]);
    for (const name of ['session', 'daemon', 'breeder']) expect(project.treeOf(name)).toEqual([]);
  });

  test('what an agent leaves behind when it ends by itself is ended too', async ({ project }) => {
    const once = { restart: { policy: 'never' } };
    await project.up({
      agents: {
        done: { command: 'setsid sleep 1000 & sleep 0.3', ...once },
        slow: { command: 'setsid sleep 1000 & sleep 0.3; exit 3', restart: { backoff: { initial: '30s' } } },
      },
    });
    await project.untilAgent('done', 'stopped', ({ state }) => state === 'stopped');
    await project.untilAgent('slow', 'waiting', ({ state }) => state === 'backoff');
    await until(
      'nothing of them',
      () => [...project.treeOf('done'), ...project.treeOf('slow')].map(({ args }) => args),
      (left) => left.length === 0,
    );
  });

  test('by down returns when nothing is left', async ({ project }) => {
    await project.up({
      agents: {
        a: { command: '(setsid sh -c "trap \\"\\" HUP TERM; sleep 1000 & wait" &); exec sleep 1001' },
        b: { type: 'worker' },
      },
    });
    const pids = (await family(project, 'a', 3)).concat((await project.status()).controller.pid);
    await project.down();
    expect(pids.slice(0, -1).filter(isUp)).toEqual([]);
    await project.assertNothingLeft();
  });
});

describe('orders that meet', () => {
  const SLOW = { command: 'trap "" INT TERM; while :; do sleep 0.05; done' };

  test('a stop outranks a restart in flight', async ({ project }) => {
    await project.up({ agents: { a: SLOW } });
    const restart = project.cli(['restart', 'a']);
    await project.untilAgent('a', 'stopping', ({ state }) => state === 'stopping');
    await project.ok('stop', 'a');
    await restart;
    const after = await project.agent('a');
    expect(after).toMatchObject({ state: 'stopped', pid: null, incarnation: 1 });
  });

  test('restarts that come together are one', async ({ project }) => {
    await project.up({ agents: { a: SLOW } });
    const codes = await Promise.all([1, 2, 3, 4].map(() => project.cli(['restart', 'a'])));
    expect(codes.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const after = await project.agent('a');
    expect(after.state).toBe('running');
    expect(after.incarnation).toBeLessThanOrEqual(4);
    expect(after.restarts).toBe(0);
  });

  test('a stop that a start follows is answered too', async ({ project }) => {
    await project.up({ agents: { a: SLOW } });
    const stop = project.cli(['stop', 'a']);
    await project.untilAgent('a', 'stopping', ({ state }) => state === 'stopping');
    await project.ok('start', 'a');
    expect((await stop).code).toBe(9);
    expect(await project.agent('a')).toMatchObject({ state: 'running', incarnation: 2 });
  });

  test('a stop is kept over the death of the controller', async ({ project }) => {
    await project.up({ agents: { a: SLOW, b: { command: ['sleep', '1000'] } } });
    const stop = project.cli(['stop', 'a']);
    const { controller } = await project.until('stopping', ({ agents }) => agents[0]?.state === 'stopping');
    kill(controller.pid);
    await stop;
    await project.untilAgent('a', 'stopped', ({ state }) => state === 'stopped');
    await until(
      'the end of its tree',
      () => project.treeOf('a').length,
      (left) => left === 0,
    );
  });

  test('a down is finished by the next controller', async ({ project }) => {
    await project.up({ agents: { a: SLOW, b: { command: ['sleep', '1000'] } } });
    const down = project.cli(['down']);
    const { controller } = await project.until('stopping', ({ agents }) => agents[0]?.state === 'stopping');
    kill(controller.pid);
    await down;
    await project.assertNothingLeft();
  });
});
