import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { assertConsistent } from '../support/consistent.ts';
import { isUp, kill, statOf } from '../support/processes.ts';
import type { Project } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

const SLEEPERS = { a: { command: 'sleep 1000; true' }, b: { command: ['sleep', '1000'] }, c: { type: 'worker' } };

/** The first agent ends while no controller is there to see it. @returns its pid */
async function killUnseen(project: Project): Promise<number> {
  const { controller, agents } = await project.status();
  const keeper = statOf(controller.pid)?.ppid as number;
  const victim = agents[0]?.pid as number;
  kill(keeper, 'SIGSTOP');
  kill(controller.pid);
  kill(victim);
  await until(
    'its end',
    () => isUp(victim),
    (up) => !up,
  );
  kill(keeper, 'SIGCONT');
  return victim;
}

describe('a controller that is killed', () => {
  test('touches no agent, and the next one takes them up as they are', async ({ project }) => {
    await project.up({ agents: SLEEPERS });
    const victim = await project.pidOf('b');
    kill(victim);
    await project.untilReplaced('b', victim);
    const c = await project.untilAgent('c', 'idle', ({ activity }) => activity === 'idle');
    await project.events(); // what was told is on the disk
    const before = await project.status();
    kill(before.controller.pid);
    const after = await project.until('a new controller', (now) => now.controller.pid !== before.controller.pid);
    const kept = ({ agents }: typeof before) =>
      agents.map(({ name, pid, restarts, state }) => ({ name, pid, restarts, state }));
    expect(kept(after)).toEqual(kept(before));
    // The event is written down a moment after the step.
    const since = ({ agents }: typeof before) => agents.map(({ state_since }) => Date.parse(state_since));
    for (const [index, at] of since(before).entries()) expect((since(after)[index] ?? 0) - at).toBeLessThan(100);
    // It has been idle all along, whoever looked.
    const again = await project.untilAgent('c', 'idle again', ({ activity }) => activity === 'idle');
    expect(Math.abs(Date.parse(again.activity_since) - Date.parse(c.activity_since))).toBeLessThan(100);
    await assertConsistent(project);
  });

  test('finds an agent that died meanwhile, and starts it once', async ({ project }) => {
    await project.up({ agents: SLEEPERS });
    const victim = await killUnseen(project);
    const after = await project.untilReplaced('a', victim);
    expect(after.restarts).toBe(1);
    await assertConsistent(project);
  });

  test('knows how long an agent ran that died meanwhile', async ({ project }) => {
    // The first death of a run that was healthy is no reason to wait.
    const restart = { healthy_after: '500ms', backoff: { initial: '20s', max: '30s' }, breaker: 'off' };
    await project.up({
      defaults: { restart },
      agents: { well: { command: ['sleep', '1000'] } },
    });
    await project.untilAgent('well', 'healthy', ({ uptime }) => uptime > 1_000);
    await project.events();
    const victim = await killUnseen(project);
    const after = await project.untilReplaced('well', victim);
    expect(after.restarts).toBe(1);
    const ended = (await project.events()).findLast((event) => event.agent === 'well' && event.type === 'agent.exited');
    expect(ended?.data).toMatchObject({ class: 'signal', healthy: true });
    const uptime = ended?.type === 'agent.exited' ? ended.data.uptime : 0;
    expect(uptime).toBeGreaterThan(900);
    expect(uptime).toBeLessThan(60_000);
  });

  test('shows as many restarts as the one before', async ({ project }) => {
    const restart = {
      policy: 'always',
      healthy_after: '1h',
      backoff: { initial: '100ms', factor: 1, max: '100ms' },
      breaker: 'off',
    };
    const file = join(project.folder, 'agent.env');
    writeFileSync(file, 'COLOUR=red\n');
    await project.up({ agents: { a: { command: ['sleep', '1000'], env_file: 'agent.env', restart } } });
    const first = await project.pidOf('a');
    kill(first);
    const second = (await project.untilReplaced('a', first)).pid as number;
    // What can't be started is no restart, however often it is tried.
    rmSync(file);
    kill(second);
    await until(
      'three tries',
      async () =>
        (await project.events()).filter(({ type, data }) => type === 'agent.state' && data.to === 'backoff').length,
      (tries) => tries >= 3,
    );
    const before = await project.status();
    expect(before.agents[0]?.restarts).toBe(1);
    kill(before.controller.pid);
    const after = await project.until('a new controller', (now) => now.controller.pid !== before.controller.pid);
    expect(after.agents[0]?.restarts).toBe(1);
    writeFileSync(file, 'COLOUR=red\n');
    const back = await project.untilReplaced('a', second, 20_000);
    expect(back.restarts).toBe(2);
  });

  test('is replaced also when its keeper is gone too, by the next up', async ({ project }) => {
    await project.up({ agents: SLEEPERS });
    const before = await project.status();
    for (const { pid } of project.keepers()) kill(pid);
    kill(before.controller.pid);
    const after = await project.up();
    expect(after.agents.map(({ pid }) => pid)).toEqual(before.agents.map(({ pid }) => pid));
    await assertConsistent(project);
  });

  test('and its keeper: status says that the agents are there, down ends them', async ({ project }) => {
    await project.up({ agents: SLEEPERS });
    const before = await project.status();
    for (const { pid } of project.keepers()) kill(pid);
    kill(before.controller.pid);
    const told = await project.cli(['status']);
    expect([told.code, told.stderr]).toEqual([
      4,
      'orchestra: the controller is not there, but its agents are\n  take them up again with: orchestra up\n',
    ]);
    expect((await project.cli(['down'])).code).toBe(0);
    await project.assertNothingLeft();
  });

  test('while the tmux server hangs: all are back under another server, nothing of the old one is left', async ({
    project,
  }) => {
    await project.up({ agents: SLEEPERS });
    const before = await project.status();
    const server = before.tmux.pid as number;
    kill(server, 'SIGSTOP');
    kill(before.controller.pid);
    await project.until(
      'every agent under another server',
      (now) => now.tmux.pid !== server && now.agents.every(({ state }) => state === 'running'),
      40_000,
    );
    expect(isUp(server)).toBe(false);
    await assertConsistent(project);
  });

  test('leaves nobody without a keeper when only that one is killed', async ({ project }) => {
    await project.up({ agents: SLEEPERS });
    const [keeper] = project.keepers();
    kill(keeper?.pid as number);
    await until(
      'another keeper',
      () => project.keepers().map(({ pid }) => pid),
      (pids) => pids.length === 1 && pids[0] !== keeper?.pid,
    );
    await assertConsistent(project);
  });
});
