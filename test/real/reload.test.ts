import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test } from '../support/test.ts';
import type { Project } from '../support/project.ts';
import { until } from '../support/until.ts';

// Real sessions whose configuration changes while they run.

const sleeper = (seconds: number): object => ({ command: `exec sleep ${seconds}` });
const yaml = (agents: Readonly<Record<string, object>>) => ({ agents });

/** Command lines of what runs of an agent, without its shim. */
const running = (project: Project, name: string): readonly string[] =>
  project.treeOf(name).flatMap(({ args }) => (args.startsWith('sleep ') ? [args] : []));

const file = (project: Project): string => join(project.folder, 'orchestra.yaml');

describe('orchestra reload', () => {
  test('without a session says so and starts nothing', async ({ project }) => {
    project.write(yaml({ a: sleeper(1000) }));
    const { code, stderr } = await project.cli(['reload']);
    expect([code, stderr]).toEqual([4, expect.stringContaining('orchestra up')]);
    expect(project.processes()).toEqual([]);
  });

  test('applies the difference, and tells what became of each agent', async ({ project }) => {
    await project.up(yaml({ a: sleeper(1001), b: sleeper(1002), c: sleeper(1003) }));
    const [a, b] = [await project.pidOf('a'), await project.pidOf('b')];
    project.write(yaml({ a: sleeper(1001), b: sleeper(2002), d: sleeper(1004) }));
    const dry = await project.ok('reload', '--dry-run');
    expect(dry).toContain('~ b  will be interrupted and start again  (command)');
    expect(await project.pidOf('b')).toBe(b);
    const told = await project.ok('reload');
    expect(told).toContain('~ b  was interrupted and started again  (command)');
    expect(told).toContain('+ d  was added');
    expect(told).toContain('- c  was stopped and removed');
    expect(told).toContain('1 agent not touched');
    expect([await project.pidOf('a'), running(project, 'b'), running(project, 'c')]).toEqual([a, ['sleep 2002'], []]);
    expect(JSON.parse(await project.ok('reload', '--json'))).toMatchObject({ plan: { session: 'same' }, late: [] });
  });

  test('a bad file changes nothing', async ({ project }) => {
    await project.up(yaml({ a: sleeper(1001) }));
    const pid = await project.pidOf('a');
    for (const text of [
      '{{{',
      'version: 1\nsession: garden\nagents: { a: { command: x, nope: 1 } }\n',
      'version: 1\nsession: other\nagents: { a: { command: x } }\n',
    ]) {
      project.writeText(text);
      const { code, stderr } = await project.cli(['reload']);
      expect([3, 8]).toContain(code);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
    expect(await project.pidOf('a')).toBe(pid);
    expect(await project.rpc((client) => client.applied())).toHaveLength(1);
  });

  test('keeps the profile that is applied', async ({ project }) => {
    const text = (n: number) =>
      `version: 1\nsession: garden\nlayout: grid\nagents: { a: { command: exec sleep ${n} } }\nprofiles: { p: { agents: { a: { env: { A: '1' } } } } }\n`;
    project.writeText(text(1001));
    await project.ok('up', '--no-attach', '--profile', 'p');
    project.writeText(text(1002));
    await project.ok('reload');
    expect((await project.status()).profile).toBe('p');
    expect(running(project, 'a')).toEqual(['sleep 1002']);
  });

  test('in the middle of a restart: what runs in the end is what the file says, once', { timeout: 120_000 }, async ({
    project,
  }) => {
    // It takes its time to end, so that the reload falls into the stop.
    const slow = (seconds: number): object => ({
      command: `trap 'sleep 0.4; exit 0' TERM INT; sleep ${seconds} & while :; do wait; done`,
      stop: { keys: [], timeout: '3s' },
    });
    await project.up(yaml({ a: slow(1001), b: sleeper(1002) }));
    for (const seconds of [2001, 2002, 2003]) {
      const restart = project.cli(['restart', 'a']);
      await project.untilAgent('a', 'its stop', ({ state }) => state === 'stopping');
      project.write(yaml({ a: slow(seconds), b: sleeper(1002) }));
      const [reloaded, restarted] = await Promise.all([project.cli(['reload']), restart]);
      expect([reloaded.code, reloaded.stderr, restarted.code]).toEqual([0, '', 0]);
      await project.untilAgent('a', 'to run', ({ state }) => state === 'running');
      await until(
        'one process of the new command',
        () => running(project, 'a'),
        (all) => all.length === 1 && all[0] === `sleep ${seconds}`,
        10_000,
      );
    }
    expect(running(project, 'b')).toEqual(['sleep 1002']);
  });

  test('two at once are done one after the other', async ({ project }) => {
    await project.up(yaml({ a: sleeper(1001) }));
    project.write(yaml({ a: sleeper(2001), b: sleeper(2002) }));
    const both = await Promise.all([project.cli(['reload']), project.cli(['reload'])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect([running(project, 'a'), running(project, 'b')]).toEqual([['sleep 2001'], ['sleep 2002']]);
  });
});

describe('the history of configurations', () => {
  const SECRET = { a: { command: 'exec sleep 1001', env: { KEY: 'hunter2', OPEN: '${HOME}' } } };

  test('keeps what was applied, also when the session is over; secrets are not shown', async ({ project }) => {
    expect(await project.ok('config', 'history')).toContain('no configuration was applied yet');
    await project.up(yaml(SECRET));
    await project.ok('up', '--no-attach'); // nothing new
    project.write(yaml({ ...SECRET, b: sleeper(1002) }));
    expect(await project.ok('config', 'diff')).toContain('+ b');
    await project.ok('reload');
    const diff = await project.ok('config', 'diff', '1', '2');
    expect(diff).toContain('+      "command": "exec sleep 1002"');
    expect(diff).toContain('"KEY": ***');
    expect(diff).toContain('"OPEN": "${HOME}"');
    expect(diff).toContain('+ b  will start');
    expect(diff).not.toContain('hunter2');
    await project.down();
    const all = JSON.parse(await project.ok('config', 'history', '--json')) as object[];
    expect(all).toMatchObject([
      { n: 1, agents: 1, by: 'cli' },
      { n: 2, agents: 2 },
    ]);
    expect(await project.ok('config', 'diff', '1')).toBe(diff);
    const json = await project.ok('config', 'diff', '1', '--json');
    expect(json).not.toContain('hunter2');
  });

  test('is bounded', { timeout: 120_000 }, async ({ project }) => {
    await project.up(yaml({ a: sleeper(1001) }));
    await project.rpc(async (client) => {
      const { spec } = await client.appliedConfig(1);
      for (let n = 0; n < 120; n++) await client.apply(spec, 'test', `text ${n}\n`);
      const all = await client.applied();
      expect([all.length, all.at(0)?.n, all.at(-1)?.n]).toEqual([100, 22, 121]);
      await expect(client.appliedConfig(21)).rejects.toMatchObject({ code: 'usage' });
    });
  });

  test('rollback applies an earlier one, and leaves the file alone', async ({ project }) => {
    await project.up(yaml({ a: sleeper(1001) }));
    const first = readFileSync(file(project), 'utf8');
    project.write(yaml({ a: sleeper(1001), b: sleeper(1002) }));
    const second = readFileSync(file(project), 'utf8');
    await project.ok('reload');
    const pid = await project.pidOf('a');
    const asked = await project.cli(['config', 'rollback']);
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('add --yes')]);
    const told = await project.ok('config', 'rollback', '--yes');
    expect(told).toContain('- b  was stopped and removed');
    expect(told).toContain('was not changed');
    expect([
      (await project.status()).agents.length,
      await project.pidOf('a'),
      readFileSync(file(project), 'utf8'),
    ]).toEqual([1, pid, second]);
    await project.ok('config', 'rollback', '2', '--yes');
    expect(running(project, 'b')).toEqual(['sleep 1002']);
    expect(await project.ok('config', 'rollback', '1', '--yes', '--write')).toContain('is what it was then');
    expect(readFileSync(file(project), 'utf8')).toBe(first);
    expect(await project.ok('config', 'history')).toContain('rollback to 1, applied last');
  });

  test.for([
    [['config', 'rollback', '9', '--yes'], 'no configuration 9 is kept'],
    [['config', 'rollback', 'x', '--yes'], '"x" is no number of a configuration'],
    [['config', 'rollback', '--yes'], 'there is no earlier configuration'],
    [['config', 'diff', '1', '9'], 'no configuration 9 is kept'],
  ] as const)('%j', async ([args, message], { project }) => {
    await project.up(yaml({ a: sleeper(1001) }));
    const { code, stderr } = await project.cli([...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test('rollback without a session says so', async ({ project }) => {
    expect((await project.cli(['config', 'rollback', '--yes'])).code).toBe(4);
  });
});

describe('orchestra config sync', () => {
  const TEXT = `version: 1
session: garden
agents:
  a: { command: x }
  w: { command: x, replicas: 2 }
profiles:
  staging: { agents: { a: { env: { A: hunter2 } }, w: { restart: never } } } # wanted
  production: { agents: { a: { command: y } }, defaults: { stop: { timeout: 5s } } } # other
`;

  test('shows what differs, and writes it when it is told to', async ({ project }) => {
    project.writeText(TEXT);
    const shown = await project.ok('config', 'sync', 'staging', 'production');
    expect(shown).toContain('a: command, env, stop');
    expect(shown).toContain('w-2: restart.policy, stop');
    expect(shown).not.toContain('hunter2');
    expect(readFileSync(file(project), 'utf8')).toBe(TEXT);
    const one = await project.ok('config', 'sync', 'staging', 'production', 'a', '--write');
    expect(one).toContain('still differs');
    expect(readFileSync(file(project), 'utf8')).toBe(
      TEXT.replace('a: { command: y } }, defaults', 'a: { env: { A: hunter2 } } }, defaults'),
    );
    await project.ok('config', 'sync', 'staging', 'production', '--write');
    expect(await project.ok('config', 'sync', 'staging', 'production')).toContain('come to the same');
    expect(readFileSync(file(project), 'utf8')).toContain('# wanted');
    expect(JSON.parse(await project.ok('config', 'sync', 'none', 'production', '--json'))).toMatchObject({
      written: false,
      agents: [{ agent: 'a', fields: ['env'] }, { agent: 'w-1' }, { agent: 'w-2' }],
    });
  });

  test('what would be no configuration is not written', async ({ project }) => {
    const text = TEXT.replace('a: { env', 'n: { command: z }, a: { depends_on: [n], env');
    writeFileSync(file(project), text);
    const { code, stderr } = await project.cli(['config', 'sync', 'staging', 'production', 'a', '--write']);
    expect([code, stderr]).toEqual([3, expect.stringContaining('nothing was changed')]);
    expect(readFileSync(file(project), 'utf8')).toBe(text);
  });

  test.for([
    [['staging', 'staging'], 2, 'the same profile'],
    [['staging', 'none'], 2, 'name the profile'],
    [['nope', 'staging'], 3, 'there is no profile `nope`'],
    [['staging', 'production', 'nobody'], 5, 'there is no agent nobody'],
  ] as const)('%j', async ([args, status, message], { project }) => {
    project.writeText(TEXT);
    const { code, stderr } = await project.cli(['config', 'sync', ...args]);
    expect([code, stderr]).toEqual([status, expect.stringContaining(message)]);
  });
});
