import { describe, expect } from 'vitest';
import type { Snapshot } from '../../src/protocol/index.ts';
import { assertConsistent } from '../support/consistent.ts';
import { isUp, kill } from '../support/processes.ts';
import type { Project } from '../support/project.ts';
import { Dice, times } from '../support/random.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

/** Six agents: with children, with a daemon of their own session, deaf to polite signals, built in. */
const CREW = {
  plain: { command: ['sleep', '100000'] },
  shell: { command: 'sleep 100001 & wait' },
  family: { command: 'while :; do sleep 100002 & sleep 100003; done' },
  daemon: { command: 'setsid sh -c "sleep 100004; true" & exec sleep 100005' },
  deaf: { command: 'trap "" HUP INT TERM; while :; do sleep 0.5; done' },
  worker: { type: 'worker' },
};
const NAMES = Object.keys(CREW);

type Way = 'TERM' | 'KILL' | 'HUP' | 'pane' | 'exit' | 'shim' | 'grandchild' | 'window' | 'session';
const WAYS: readonly Way[] = ['TERM', 'KILL', 'HUP', 'pane', 'exit', 'shim', 'grandchild', 'window', 'session'];

/** Does it to one agent; true when the agent must come back as another process. */
async function strike(project: Project, name: string, way: Way): Promise<boolean> {
  const agent = await project.agent(name);
  const pid = agent.pid as number;
  switch (way) {
    case 'TERM':
    case 'HUP':
      kill(pid, `SIG${way}`);
      return name !== 'deaf';
    case 'KILL':
      return kill(pid);
    case 'pane':
      await project.tmux('kill-pane', '-t', agent.pane as string);
      return true;
    case 'exit':
      if (name !== 'worker') return kill(pid);
      // Its end of input is its end.
      await project.tmux('send-keys', '-t', agent.pane as string, 'C-d');
      return true;
    case 'shim':
      return kill(agent.pane_pid as number);
    case 'grandchild': {
      const child = project.treeOf(name).find((each) => each.pid !== pid);
      if (child !== undefined) kill(child.pid);
      return false;
    }
    case 'window':
    case 'session': {
      // The crew has one window: its end is the session's, and that of everybody in it.
      const { agents } = await project.status();
      await project.tmux(`kill-${way}`, '-t', way === 'window' ? (agent.pane as string) : `=${project.session}`);
      for (const each of agents) await project.untilReplaced(each.name, each.pid as number, 20_000);
      return true;
    }
  }
}

const pidsOf = (snapshot: Snapshot): string => snapshot.agents.map(({ name, pid }) => `${name}=${pid}`).join(' ');

describe('agents that are killed', () => {
  test('are back each time, one tree each', async ({ project }) => {
    const dice = new Dice();
    await project.up({ agents: CREW });
    const rounds = times(1000, 60);
    for (let round = 0; round < rounds; round++) {
      const name = dice.of(NAMES);
      const way = dice.of(WAYS);
      const pid = await project.pidOf(name);
      if (await strike(project, name, way)) await project.untilReplaced(name, pid, 15_000);
      else await project.untilAgent(name, `running after ${way}`, ({ state }) => state === 'running');
      if (round % 50 === 49) await assertConsistent(project);
    }
    await assertConsistent(project);
  });

  test('are back when all die at once', async ({ project }) => {
    await project.up({ agents: CREW });
    for (let round = 0; round < times(20, 4); round++) {
      const before = await project.status();
      for (const { pid } of before.agents) kill(pid as number);
      for (const { name, pid } of before.agents) await project.untilReplaced(name, pid as number);
    }
    const snapshot = await assertConsistent(project);
    expect(snapshot.agents.map(({ restarts }) => restarts)).toEqual(NAMES.map(() => times(20, 4)));
  });
});

describe('a controller that is killed while agents die', () => {
  test('comes back each time, and so do they', async ({ project }) => {
    const dice = new Dice();
    await project.up({ agents: CREW });
    for (let round = 0; round < times(100, 8); round++) {
      // One that dies young is left alone by its keeper for a while.
      const before = await project.until('a settled controller', ({ controller }) => controller.uptime > 2_000);
      const victims = NAMES.filter(() => dice.next() < 0.5);
      const late = dice.next() < 0.5;
      if (late) kill(before.controller.pid);
      for (const name of victims) kill(before.agents.find((agent) => agent.name === name)?.pid as number);
      // Some have been seen to die, some not, some are half way up.
      for (let wait = dice.below(40); wait > 0 && !late; wait--) await new Promise((resolve) => setImmediate(resolve));
      if (!late) kill(before.controller.pid);
      await project.until('a new controller', ({ controller }) => controller.pid !== before.controller.pid, 20_000);
      for (const name of victims)
        await project.untilReplaced(name, before.agents.find((agent) => agent.name === name)?.pid as number);
      const after = await assertConsistent(project);
      const untouched = (snapshot: Snapshot): string[] =>
        pidsOf(snapshot)
          .split(' ')
          .filter((pair) => !victims.includes(pair.split('=')[0] as string));
      expect(untouched(after)).toEqual(untouched(before));
    }
  });
});

describe('a tmux server that is killed', () => {
  test('is replaced with everything in it', async ({ project }) => {
    await project.up({ agents: CREW });
    for (let round = 0; round < times(20, 3); round++) {
      const before = await project.status();
      const old = project.processes().filter((each) => each.env.get('ORCHESTRA_TREE') !== undefined);
      kill(before.tmux.pid as number);
      for (const { name, pid } of before.agents) await project.untilReplaced(name, pid as number, 20_000);
      await until(
        'the end of what lived in the old server',
        () => old.filter(({ pid }) => isUp(pid)).map(({ args }) => args),
        (left) => left.length === 0,
      );
      await assertConsistent(project);
    }
  });
});
