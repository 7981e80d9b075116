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

describe('a window of several that a person closes', () => {
  test('comes back as a window, and the other keeps its panes', async ({ project }) => {
    const names = Array.from({ length: 26 }, (_, index) => `a${index + 1}`);
    await project.up({ agents: Object.fromEntries(names.map((name) => [name, { command: ['sleep', '1000'] }])) });
    const windows = async (): Promise<string[]> => {
      const lines = await project.tmux('list-panes', '-a', '-F', '#{window_id} #{@agent}');
      const agents = new Map<string, string[]>();
      for (const [window = '', agent = ''] of lines.map((line) => line.split(' ')))
        agents.set(window, [...(agents.get(window) ?? []), agent]);
      return [...agents.values()].map((each) => each.filter((name) => name !== 'dashboard').join(' ')).toSorted();
    };
    const before = await windows();
    expect(before.length).toBeGreaterThan(1);
    const { agents } = await project.status();
    await project.tmux('kill-window', '-t', agents[0]?.pane as string);
    await project.untilReplaced('a1', agents[0]?.pid as number, 20_000);
    await project.until('all', (now) => now.agents.every(({ state }) => state === 'running'), 20_000);
    await assertConsistent(project);
    expect(await windows()).toEqual(before);
  });
});
