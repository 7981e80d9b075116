import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect } from 'vitest';
import { assertConsistent } from '../support/consistent.ts';
import { isUp, kill } from '../support/processes.ts';
import type { Project } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

const CREW = { a: { command: ['sleep', '1000'] }, b: { command: 'sleep 1000 & wait' } };

const controlClient = (project: Project) => project.processes().find((each) => each.args.startsWith('tmux -u -C '));

describe('the way to tmux', () => {
  test('is taken up again when the server has hung for a while, and no agent is touched', async ({ project }) => {
    await project.up({ agents: CREW });
    const before = await project.status();
    const [a, b] = before.agents;
    const client = controlClient(project);
    kill(before.tmux.pid as number, 'SIGSTOP');
    // An agent comes back without tmux; a pane does not.
    kill(b?.pid as number);
    const back = await project.untilReplaced('b', b?.pid as number);
    kill(back.pane_pid as number);
    await until(
      'the trouble to be told',
      async () => (await project.events()).map(({ type }) => type),
      (types) => types.includes('tmux.wedged'),
      25_000,
    );
    kill(before.tmux.pid as number, 'SIGCONT');
    await project.untilReplaced('b', back.pid as number, 25_000);
    await until(
      'a new control client, and the end of the old one',
      () => ({ old: isUp(client?.pid as number), now: controlClient(project)?.pid }),
      ({ old, now }) => !old && now !== undefined && now !== client?.pid,
    );
    const after = await assertConsistent(project);
    expect(after.agents[0]?.pid).toBe(a?.pid);
    expect(after.tmux.pid).toBe(before.tmux.pid);
  });

  test('is another one when the control client is killed', async ({ project }) => {
    await project.up({ agents: CREW });
    const before = await project.status();
    const client = controlClient(project);
    kill(client?.pid as number);
    await until(
      'a new control client',
      () => controlClient(project)?.pid,
      (pid) => pid !== undefined && pid !== client?.pid,
    );
    expect((await assertConsistent(project)).agents.map(({ pid }) => pid)).toEqual(before.agents.map(({ pid }) => pid));
  });
});

describe('a tmux that cannot be used', () => {
  /** Everything on PATH but tmux; with a program of that name in its place, when one is given. */
  function pathWithout(project: Project, script?: string): string {
    const bin = join(project.base, 'bin');
    mkdirSync(bin);
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      let names: string[] = [];
      try {
        names = readdirSync(folder);
      } catch {}
      for (const name of names) {
        try {
          if (name !== 'tmux') symlinkSync(join(folder, name), join(bin, name));
        } catch {} // the first of a name wins
      }
    }
    if (script !== undefined) {
      writeFileSync(join(bin, 'tmux'), script);
      chmodSync(join(bin, 'tmux'), 0o755);
    }
    return bin;
  }

  test.for([
    ['missing', undefined, /tmux is not (installed|there)|no tmux/i],
    ['too old', '#!/bin/sh\necho tmux 2.9\n', /2\.9.*too old|too old.*2\.9/i],
  ] as const)('%s is refused, and nothing is left', async ([, script, said], { project }) => {
    project.write({ agents: CREW });
    const ran = await project.cli(['up', '--no-attach'], {
      env: { ...project.env, PATH: pathWithout(project, script) },
    });
    expect(ran.stderr).toMatch(said);
    expect(ran.code).toBe(7);
    await project.assertNothingLeft();
  });
});
