import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { describe, expect } from 'vitest';
import { run } from '../../src/platform/index.ts';
import { EXIT_STATUS } from '../../src/protocol/index.ts';
import { test } from '../support/test.ts';

const AGENTS = { agents: { a: { command: ['sleep', '1000'] } } };
const environ = (pid: number): string[] => readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');

describe('orchestra up', () => {
  test('has its keeper started by the launcher, by nobody else', async ({ project }) => {
    await project.up(AGENTS);
    expect(project.keepers().map(({ args }) => args)).toEqual([expect.stringMatching(/ ahead$/)]);
    expect(statSync(project.paths.root).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(project.paths.root, '.gitignore'), 'utf8')).toBe('*\n');
    // A session that runs is changed, not started.
    await project.up(AGENTS);
    expect(project.keepers()).toHaveLength(1);
  });

  test('with a file named is left to the command line', async ({ project }) => {
    project.write(AGENTS);
    const ran = await project.cli(['up', '--no-attach', '-f', 'orchestra.yaml']);
    expect(ran.code, ran.stderr).toBe(0);
    expect(project.keepers().map(({ args }) => args)).toEqual([expect.not.stringMatching(/ ahead$/)]);
  });

  test('inside an agent starts no keeper that goes by the cookie of it', async ({ project }) => {
    project.write(AGENTS);
    const ran = await project.cli(['up', '--no-attach'], { env: { ...project.env, ORCHESTRA_TREE: '/x#y' } });
    expect(ran.code, ran.stderr).toBe(0);
    const { controller } = await project.status();
    for (const pid of [controller.pid, ...project.keepers().map((keeper) => keeper.pid)])
      expect(environ(pid)).not.toContain('ORCHESTRA_TREE=/x#y');
  });

  test('with a Node that can run nothing leaves nothing running', async ({ project }) => {
    const bin = join(project.base, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'node'), '#!/bin/sh\nexit 9\n', { mode: 0o755 });
    project.write(AGENTS);
    const path = `${bin}${delimiter}${project.env.PATH}`;
    expect((await project.cli(['up'], { env: { ...project.env, PATH: path } })).code).toBe(9);
    await project.assertNothingLeft();
  });

  test('reads no certificates, and its agents can', async ({ project }) => {
    project.write(AGENTS);
    const file = join(project.base, 'ca.pem');
    const ran = await project.cli(['up', '--no-attach'], { env: { ...project.env, NODE_EXTRA_CA_CERTS: file } });
    // Node warns of a file it can't read, at its start.
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(project.paths.keeperLog, 'utf8')).toBe('');
    const { controller } = await project.status();
    const agent = environ(await project.pidOf('a'));
    expect(agent).toContain(`NODE_EXTRA_CA_CERTS=${file}`);
    expect(agent.filter((each) => /^ORCHESTRA_(CA_CERTS|AHEAD)=/.test(each))).toEqual([]);
    process.kill(controller.pid, 'SIGKILL');
    const next = await project.until('another controller', (now) => now.controller.pid !== controller.pid);
    expect(environ(next.controller.pid).some((each) => each.startsWith('NODE_EXTRA_CA_CERTS='))).toBe(false);
  });
});

const bin = fileURLToPath(new URL('../../dist/bin', import.meta.url));
const built = (extension: string): string[] => readdirSync(bin).filter((file) => file.endsWith(extension));

test('all programs are taken as they were compiled', () => {
  const compiled = built('.v8');
  // And nothing lies there uncompiled but the starter.
  expect(compiled.map((file) => basename(file, '.v8'))).toEqual(
    built('.js')
      .filter((file) => file !== 'orchestra.js')
      .map((file) => basename(file, '.js')),
  );
  expect(compiled.length).toBeGreaterThan(1);
  for (const file of compiled) {
    const name = `${basename(file, '.v8')}.js`;
    const options = { filename: name, cachedData: readFileSync(join(bin, file)) };
    expect(new Script(readFileSync(join(bin, name), 'latin1'), options).cachedDataRejected).toBe(false);
  }
});

const oftenRun = (): string => basename(built('.js').find((file) => file.startsWith('orchestra-often-')) ?? '', '.js');

test('what is run often holds no configuration, no dashboard and no tools', () => {
  // A fifth of the program with a configuration in it: what grows here is read at every status and every send.
  expect(statSync(join(bin, `${oftenRun()}.js`)).size).toBeLessThan(330_000);
  expect(statSync(join(bin, `${oftenRun()}.v8`)).size).toBeLessThan(230_000);
});

test('a program that is asked for what it does not have says so', async ({ project }) => {
  const text = readFileSync(join(bin, 'orchestra.js'), 'utf8');
  const wrong = join(project.base, 'wrong.cjs');
  writeFileSync(
    wrong,
    text.replace(/const program = .*/, `const program = '${oftenRun()}';`).replaceAll('${__dirname}', bin),
  );
  const ran = await run([process.execPath, wrong, 'config', 'check'], { timeout: 20_000 });
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('config.ts is not in this program') });
});

test('what nobody was there to catch is told in a sentence', async ({ project }) => {
  const trap = join(project.folder, 'trap.cjs');
  const fail = "process.nextTick(() => { throw new Error('a listener failed'); })";
  writeFileSync(trap, `process.on('newListener', (name) => { if (name === 'uncaughtException') ${fail}; });`);
  const { code, stderr } = await project.cli(['status'], {
    env: { ...project.env, NODE_OPTIONS: `--require ${trap}` },
  });
  expect([code, stderr]).toEqual([
    EXIT_STATUS.internal,
    'orchestra: this should not have happened: a listener failed\n  ORCHESTRA_DEBUG=1 shows where it happened\n',
  ]);
});
