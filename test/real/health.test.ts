import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test } from '../support/test.ts';

const SLEEP = 'exec sleep 1000';
const NEVER = { restart: 'never' };

describe('readiness', () => {
  test('by log, file, exec and delay; a time-out is a failure', async ({ project }) => {
    project.write({
      agents: {
        log: {
          command: `sleep 0.3; printf "\\033[32mcomp"; sleep 0.1; printf "iled\\033[0m ok\\n"; ${SLEEP}`,
          ready: { log: 'compiled ok$' },
        },
        file: { command: `sleep 0.3; touch here; ${SLEEP}`, ready: { file: 'here' } },
        exec: { command: `sleep 0.3; touch there; ${SLEEP}`, ready: { exec: 'test -e there', interval: '50ms' } },
        delay: { command: SLEEP, ready: { delay: '300ms' } },
        late: { command: SLEEP, ready: { log: 'never', timeout: '500ms' }, ...NEVER },
      },
    });
    writeFileSync(join(project.folder, 'here'), ''); // older than the start: tells of an earlier one
    await new Promise((resolve) => setTimeout(resolve, 1_100)); // a file system may keep whole seconds
    const ran = await project.cli(['up', '--no-attach']);
    const { agents } = await project.status();
    expect(agents.map(({ name, state }) => [name, state])).toEqual([
      ['log', 'running'],
      ['file', 'running'],
      ['exec', 'running'],
      ['delay', 'running'],
      ['late', 'stopped'],
    ]);
    expect(agents[4]?.detail).toContain('not ready');
    expect(ran.code === 0 || ran.code === 9).toBe(true);
    for (const event of await project.events())
      if (event.type === 'agent.ready') expect(event.data.after, String(event.agent)).toBeGreaterThanOrEqual(290);
  });

  test('by a log pattern that takes for ever: the controller goes on, and says so', async ({ project }) => {
    // Nothing is nested in it, so the check lets it through.
    const log = `^a${'a*'.repeat(11)}$`;
    const command = `while :; do echo ${'a'.repeat(60)}!; sleep 0.1; done`;
    project.write({
      agents: { slow: { command, ready: { log, timeout: '5s' }, ...NEVER }, other: { command: SLEEP } },
    });
    await project.cli(['up', '--no-attach']);
    const { controller } = await project.until('the pattern to be given up', (now) =>
      now.controller.degraded.some((each) => each.startsWith('ready.log of slow: ')),
    );
    expect(controller.degraded.join()).toContain('takes too long to match');
    await project.untilAgent('slow', 'not ready', ({ state }) => state === 'stopped');
  });

  test('orders the start, and backwards the stop', async ({ project }) => {
    await project.up({
      agents: {
        third: { command: SLEEP, depends_on: { second: 'ready' } },
        first: { command: SLEEP, ready: { delay: '300ms' } },
        second: { command: SLEEP, depends_on: { first: 'ready' }, ready: { delay: '100ms' } },
        early: { command: SLEEP, depends_on: { first: 'started' } },
      },
    });
    await project.down();
    const events = project.journal();
    const at = (type: string, agent: string): number =>
      events.findIndex((event) => event.type === type && event.agent === agent);
    expect(at('agent.ready', 'first')).toBeLessThan(at('agent.started', 'second'));
    expect(at('agent.ready', 'second')).toBeLessThan(at('agent.started', 'third'));
    expect(at('agent.started', 'first')).toBeLessThan(at('agent.started', 'early'));
    expect(at('agent.started', 'early')).toBeLessThan(at('agent.ready', 'first'));
    expect(at('agent.exited', 'third')).toBeLessThan(at('agent.exited', 'second'));
    expect(at('agent.exited', 'second')).toBeLessThan(at('agent.exited', 'first'));
    expect(at('agent.exited', 'early')).toBeLessThan(at('agent.exited', 'first'));
  });
});

test('liveness and the memory limit restart what no longer is well', async ({ project }) => {
  await project.up({
    agents: {
      heart: {
        command: `while [ ! -e stop-heart ]; do touch beat; sleep 0.1; done; ${SLEEP}`,
        liveness: { heartbeat: { file: 'beat', max_age: '700ms' } },
      },
      exec: { command: SLEEP, liveness: { exec: 'test ! -e stop-exec', interval: '100ms', failures: 2 } },
      silent: {
        command: `while [ ! -e stop-noise ]; do echo .; sleep 0.1; done; ${SLEEP}`,
        liveness: { silence: '700ms' },
      },
      // The child holds the memory, not the agent itself.
      fat: {
        command: `sh -c 'while [ ! -e stop-fat ]; do sleep 0.1; done; rm stop-fat; x=$(head -c 40000000 /dev/zero | tr "\\\\0" x); sleep 1000; echo "$x"' & wait`,
        limits: { memory: '30MB' },
      },
    },
  });
  const before = await project.status();
  const pid = (name: string): number => before.agents.find((agent) => agent.name === name)?.pid as number;
  await project.until('a first sample', ({ agents }) => agents.every(({ memory }) => memory !== null), 8_000);
  for (const { name } of before.agents) expect(await project.pidOf(name), name).toBe(pid(name));
  for (const flag of ['stop-heart', 'stop-exec', 'stop-noise', 'stop-fat'])
    writeFileSync(join(project.folder, flag), '');
  for (const { name } of before.agents) await project.untilReplaced(name, pid(name), 15_000);
  const reasons = (await project.events()).flatMap((event) =>
    event.type === 'agent.started' && event.data.reason !== 'up' ? [[event.agent, event.data.reason]] : [],
  );
  for (const pair of [
    ['heart', 'not-live'],
    ['exec', 'not-live'],
    ['silent', 'not-live'],
    ['fat', 'memory'],
  ])
    expect(reasons).toContainEqual(pair);
});

describe('restart policies', () => {
  test('say when, the breaker says when no more', async ({ project }) => {
    const within = { breaker: { exits: 3, within: '1m' }, backoff: { initial: '50ms', max: '100ms' } };
    project.write({
      agents: {
        fine: { command: 'exit 0', restart: 'on-failure' },
        once: { command: 'exit 7', restart: 'never' },
        code: { command: 'exit 7', restart: { policy: 'on-failure', success_codes: [0, 7] } },
        loop: { command: 'exit 1', restart: within },
        slow: { command: 'sleep 0.3; exit 1', restart: within },
      },
    });
    await project.cli(['up', '--no-attach']);
    const done = await project.until(
      'an end of it',
      ({ agents }) => agents.every(({ state }) => state === 'stopped' || state === 'broken'),
      15_000,
    );
    expect(done.agents.map(({ state, incarnation }) => [state, incarnation])).toEqual([
      ['stopped', 1],
      ['stopped', 1],
      ['stopped', 1],
      ['broken', 3],
      ['broken', 3],
    ]);
    await project.cli(['restart', 'loop']);
    expect((await project.untilAgent('loop', 'broken again', ({ state }) => state === 'broken')).incarnation).toBe(6);
  });
});

test('the processor time of a whole tree is shown, and none of it before two samples', async ({ project }) => {
  const first = await project.up({
    agents: {
      still: { command: SLEEP, limits: { memory: '1GB' } },
      // It forks without end: nobody who uses the time lives for long.
      forks: { command: 'while :; do sh -c "i=0; while [ \\$i -lt 9999 ]; do i=\\$((i+1)); done"; done' },
    },
  });
  expect(first.agents.map(({ cpu }) => cpu)).toEqual([null, null]);
  const { agents } = await project.until('two samples', (now) => now.agents.every(({ cpu }) => cpu !== null), 15_000);
  const [still, forks] = agents.map(({ cpu }) => cpu as number);
  expect(still).toBeLessThan(5);
  // Another test may have the processors.
  expect(forks).toBeGreaterThan(10);
  expect(forks).toBeLessThan(250);
});
