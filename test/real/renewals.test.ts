import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { OrchestraEvent, StartReason } from '../../src/protocol/index.ts';
import type { Project } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

const SLEEP = 'exec sleep 1000';

const reasons = (events: readonly OrchestraEvent[], agent: string): StartReason[] =>
  events.flatMap((event) => (event.type === 'agent.started' && event.agent === agent ? [event.data.reason] : []));

const startedFor = (project: Project, agent: string, wanted: readonly StartReason[]): Promise<unknown> =>
  until(
    `${agent} started for ${wanted.join(', ')}`,
    async () => reasons(await project.events(), agent),
    (all) => all.join(' ').startsWith(wanted.join(' ')),
  );

describe('a new start for another reason than a death', () => {
  test('the time, its age, and an exit status that ends it', async ({ project }) => {
    project.write({
      agents: {
        cron: { command: SLEEP, restart: { cron: '* * * * * *', zone: 'Asia/Tokyo' } },
        old: { command: SLEEP, restart: { max_age: '700ms' } },
        done: { command: 'exit 78', restart: { stop_codes: [78] } },
      },
    });
    await project.cli(['up', '--no-attach']);
    await startedFor(project, 'cron', ['up', 'schedule', 'schedule']);
    await startedFor(project, 'old', ['up', 'max-age', 'max-age']);
    await project.untilAgent('done', 'stopped', ({ state }) => state === 'stopped');
    const { agents } = await project.status();
    expect(agents.map(({ restarts }) => restarts)).toEqual([0, 0, 0]);
    expect(agents[2]).toMatchObject({ incarnation: 1, last_exit: { code: 78 } });
  });

  test('its files, but for those that are ignored', async ({ project }) => {
    const source = join(project.folder, 'src');
    mkdirSync(join(source, 'node_modules', 'x'), { recursive: true });
    mkdirSync(join(source, 'out'));
    writeFileSync(join(source, 'main.js'), '1');
    const watch = { ignore: ['*.log', 'out/'], delay: '100ms' };
    await project.up({ agents: { web: { command: `cat main.js; ${SLEEP}`, cwd: 'src', restart: { watch } } } });
    // Changed until it is seen: when the watch is set up is not told.
    let written = 1;
    await until(
      'a start by a change',
      async () => {
        writeFileSync(join(source, 'main.js'), String(++written));
        return reasons(await project.events(), 'web');
      },
      (all) => all.includes('files'),
      10_000,
      500,
    );
    await project.untilAgent('web', 'running', ({ state }) => state === 'running');
    await until(
      'rest after the last change',
      async () => reasons(await project.events(), 'web').length,
      settles(),
      10_000,
      500,
    );
    const before = reasons(await project.events(), 'web').length;
    for (const path of ['a.log', 'out/x', 'node_modules/x/y']) writeFileSync(join(source, path), 'x');
    writeFileSync(join(source, 'new.js'), 'x');
    await until(
      'one more start',
      async () => reasons(await project.events(), 'web').length,
      (n) => n > before,
    );
    const details = (await project.events()).flatMap((event) =>
      event.type === 'agent.state' && event.data.to === 'stopping' ? [event.data.detail] : [],
    );
    expect(details[0]).toBe('main.js changed');
    expect(details.at(-1)).toBe('new.js changed');
  });

  test('not for ever when it changes them itself, which is said with what to ignore', async ({ project }) => {
    const watch = { delay: '20ms', flaps: { starts: 3, within: '1m' } };
    const command = `sleep 0.2; while sleep 0.1; do echo x >> build.out; done`;
    await project.up({ agents: { web: { command, restart: { watch } } } });
    const { controller } = await project.until('the guard', (now) =>
      now.controller.degraded.some((each) => each.startsWith('file changes of web: ')),
    );
    expect(controller.degraded.join()).toContain('add to restart.watch.ignore: build.out');
    expect(reasons(await project.events(), 'web')).toEqual(['up', 'files', 'files', 'files']);
    await project.ok('restart', 'web');
    await project.until('the guard to be lifted', (now) => now.controller.degraded.length === 0);
  });
});

/** A value that was the same at two looks in a row. */
function settles(): (seen: number) => boolean {
  let last = -1;
  return (seen) => {
    const same = seen === last;
    last = seen;
    return same;
  };
}

describe('a breaker', () => {
  const restart = {
    policy: 'always',
    healthy_after: '0s',
    backoff: 'off',
    breaker: { exits: 2, within: '4s', retry: { after: '3s', factor: 1.5, max: '10s' } },
  };

  test('tries once after a while, also after its controller was killed, and closes when that one lives', async ({
    project,
  }) => {
    const { folder } = project;
    const well = join(folder, 'well');
    writeFileSync(well, '');
    await project.up({ agents: { web: { command: `echo run >> runs; test -e well || exit 1; ${SLEEP}`, restart } } });
    rmSync(well);
    process.kill(await project.pidOf('web'), 'SIGKILL');
    const runs = (): number => readFileSync(join(folder, 'runs'), 'utf8').split('\n').length - 1;
    const first = await project.untilAgent('web', 'broken', ({ state }) => state === 'broken');
    expect(first.detail).toMatch(/^died 2 times within 4 s, last: exit 1; one more try in 3s$/);
    expect(first.next_start).toBeGreaterThan(0);
    const { controller } = await project.status();
    process.kill(controller.pid, 'SIGKILL');
    await until('the trial', runs, (n) => n === 3);
    const second = await project.untilAgent('web', 'broken again', ({ state }) => state === 'broken');
    expect(second.next_start).toBeGreaterThan(3_000);
    writeFileSync(well, '');
    await project.untilAgent('web', 'running', ({ state }) => state === 'running');
    const events = await until(
      'the breaker to close',
      async () => (await project.events()).filter((event) => event.type === 'agent.breaker').map(({ data }) => data),
      (all) => all.some((data) => 'is' in data && data.is === 'closed'),
    );
    expect(events.map((data) => ('trips' in data ? `${data.is} ${data.trips}` : ''))).toEqual([
      'open 1',
      'trial 1',
      'open 2',
      'trial 2',
      'closed 2',
    ]);
  });
});

describe('what others wait for', () => {
  test('an end for good, a success, health; those that depend on one that dies are started anew', async ({
    project,
  }) => {
    project.write({
      agents: {
        migrate: { command: 'sleep 0.2; exit 0', restart: 'on-failure' },
        fails: { command: 'exit 3', restart: 'never' },
        base: {
          command: `sleep 0.3; touch alive; ${SLEEP}`,
          liveness: { exec: 'test -e alive', interval: '100ms', failures: 1000 },
          restart: { strategy: 'rest_for_one' },
        },
        after: {
          command: SLEEP,
          depends_on: { migrate: 'completed_successfully', base: 'healthy', fails: 'completed' },
        },
        never: { command: SLEEP, depends_on: { fails: 'completed_successfully' } },
      },
    });
    // One of them waits for ever: that is told, and no failure of the others.
    await project.cli(['up', '--no-attach']);
    await project.untilAgent('after', 'running', ({ state }) => state === 'running');
    const { agents } = await project.status();
    expect(agents.find(({ name }) => name === 'never')).toMatchObject({
      state: 'starting',
      detail: 'waits for fails (completed successfully)',
    });
    const pid = await project.pidOf('after');
    process.kill(await project.pidOf('base'), 'SIGKILL');
    await project.untilReplaced('after', pid);
    expect(reasons(await project.events(), 'after')).toEqual(['up', 'dependency']);
    expect(reasons(await project.events(), 'base')).toEqual(['up', 'exited']);
  });
});
