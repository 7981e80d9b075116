import { describe, expect } from 'vitest';
import { assertConsistent } from '../support/consistent.ts';
import { kill, statOf } from '../support/processes.ts';
import { test } from '../support/test.ts';

/** A breaker that opens at the second death: nobody may count the end of a session as one. */
const DEFAULTS = {
  restart: { policy: 'always', healthy_after: '0s', backoff: 'off', breaker: { exits: 2, within: '60s' } },
};
const CREW = { a: { command: ['sleep', '1000'] }, b: { command: 'trap "" HUP; sleep 1000 & wait' } };

describe('a session whose last window a person closes', () => {
  test.for([
    ['the window', ['kill-window', '-t', 'garden:']],
    ['the session', ['kill-session', '-t', '=garden']],
  ] as const)('is there again: %s', async ([, command], { project }) => {
    await project.up({ agents: CREW, defaults: DEFAULTS });
    for (let round = 0; round < 3; round++) {
      const before = await project.status();
      await project.tmux(...command);
      for (const { name, pid } of before.agents) await project.untilReplaced(name, pid as number, 15_000);
      await assertConsistent(project);
    }
    const ends = (await project.events()).flatMap((event) => (event.type === 'agent.exited' ? [event.data.class] : []));
    expect(ends).toEqual(Array.from({ length: 6 }, () => 'server-lost'));
  });

  test('is there again when no controller saw it', async ({ project }) => {
    await project.up({ agents: CREW, defaults: DEFAULTS });
    const before = await project.status();
    const keeper = statOf(before.controller.pid)?.ppid as number;
    kill(keeper, 'SIGSTOP');
    kill(before.controller.pid);
    await project.tmux('kill-session', '-t', '=garden');
    kill(keeper, 'SIGCONT');
    const after = await project.until(
      'both to be back',
      ({ controller, agents }) =>
        controller.pid !== before.controller.pid &&
        agents.every((agent, index) => agent.state === 'running' && agent.pid !== before.agents[index]?.pid),
      20_000,
    );
    expect(after.tmux.pid).not.toBe(before.tmux.pid);
    await assertConsistent(project);
  });

  test('is found under the name a person gave it, and nobody is touched', async ({ project }) => {
    await project.up({ agents: CREW });
    const before = await project.status();
    await project.tmux('rename-session', '-t', '=garden', 'field');
    kill(before.controller.pid);
    const after = await project.until(
      'another controller',
      ({ controller }) => controller.pid !== before.controller.pid,
      20_000,
    );
    await assertConsistent(project);
    expect(after.agents.map(({ pid }) => pid)).toEqual(before.agents.map(({ pid }) => pid));
    expect(await project.tmux('list-sessions', '-F', '#{session_name}')).toEqual(['garden']);
  });
});
