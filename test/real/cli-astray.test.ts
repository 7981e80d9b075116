import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { run } from '../../src/platform/index.ts';
import type { Project } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

// What a person meets who is in the wrong folder, or whose session or machine lacks something.

const WORKER = { type: 'worker' };
const AGENTS = { agents: { kaede: WORKER } };

describe('a session of a file of another name', () => {
  const NINE = 'version: 1\nsession: garden\nlayout: grid\nagents: { kaede: { type: worker } }\n';

  test('is found from the folder above, and its file by the commands that need one', async ({ project }) => {
    const inside = { cwd: join(project.folder, 'examples') };
    mkdirSync(inside.cwd);
    writeFileSync(join(inside.cwd, 'nine.yaml'), NINE);
    await project.ok('up', '--no-attach', '-f', 'examples/nine.yaml');
    const astray = await project.cli(['status']);
    expect([astray.code, astray.stderr]).toEqual([
      4,
      'orchestra: no session is running here, but garden runs in examples\n  cd examples, or add: -f examples/nine.yaml\n',
    ]);
    const says = async (...words: string[]): Promise<string> => {
      const { code, stdout, stderr } = await project.cli(words, inside);
      expect([words, code, stderr]).toEqual([words, 0, '']);
      return stdout;
    };
    expect(await says('config', 'check')).toContain('nine.yaml: session garden');
    expect(await says('config', 'plan')).toContain('nothing has to change');
    expect(await says('config', 'show')).toContain('session: garden');
    expect(await says('layout', 'preview')).toContain('kaede');
    expect(await says('up', '--no-attach')).toContain('nothing had to change');
    expect(await says('down')).toBe('garden is down\n');
    expect((await project.cli(['config', 'check'], inside)).code).toBe(3);
  });
});

test('plan and dry run refuse what up would refuse', async ({ project }) => {
  await project.up(AGENTS);
  writeFileSync(join(project.folder, 'other.yaml'), 'version: 1\nsession: pond\nagents: { kaede: { type: worker } }\n');
  for (const words of [
    ['config', 'plan'],
    ['up', '--dry-run'],
    ['up', '--no-attach'],
  ]) {
    const { code, stderr } = await project.cli([...words, '-f', 'other.yaml']);
    expect([words, code]).toEqual([words, 8]);
    expect(stderr).toContain('the running session is called garden, the file says pond');
  }
});

test('a profile that is dropped is told, before and after', async ({ project }) => {
  project.writeText(
    'version: 1\nsession: garden\nagents: { kaede: { type: worker } }\nprofiles: { production: { agents: { kaede: { role: lead } } } }\n',
  );
  await project.ok('up', '--no-attach', '--profile', 'production');
  expect(await project.ok('config', 'plan', '--profile', 'production')).toContain('nothing has to change');
  const told = 'profile production -> none (keep it with: --profile production)';
  expect(await project.ok('config', 'plan')).toContain(told);
  expect(await project.ok('up', '--no-attach')).toContain(told);
  expect(await project.ok('up', '--no-attach', '--profile', 'production')).toContain('profile none -> production\n');
});

describe('a controller that cannot be reached', () => {
  test('is waited for while its keeper brings it back', async ({ project }) => {
    const { controller } = await project.up(AGENTS);
    process.kill(controller.pid, 'SIGKILL');
    const { code, stderr, stdout } = await project.cli(['status']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('kaede');
  });

  test('is named by every command, with the line that helps', async ({ project }) => {
    const { controller } = await project.up(AGENTS);
    // Not before it counts as one that should answer.
    await until(
      'its age',
      () => process.hrtime()[0],
      () => ageOf(controller.pid) > 10,
      20_000,
      200,
    );
    rmSync(join(project.paths.run, 'controller.sock'));
    const line = `orchestra: the controller, process ${controller.pid}, runs and does not answer\n  kill -9 ${controller.pid}; orchestra up   # its agents run on\n`;
    for (const [words, status] of [
      [['status'], 4],
      [['down'], 6],
      [['up', '--no-attach', '-f', 'orchestra.yaml'], 6],
    ] as const) {
      const { code, stderr } = await project.cli(words);
      expect([words, code, stderr]).toEqual([words, status, line]);
    }

    process.kill(controller.pid, 'SIGKILL');
    await project.until('another controller', (now) => now.controller.pid !== controller.pid);
  }, 60_000);
});

const ageOf = (pid: number): number => {
  const read = (path: string): string => readFileSync(path, 'utf8');
  const stat = read(`/proc/${pid}/stat`);
  return Number.parseFloat(read('/proc/uptime')) - Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]) / 100;
};

/** The environment of a machine on which some programs are not there. */
function without(project: Project, ...programs: string[]): Record<string, string> {
  const bin = join(project.base, 'bin');
  mkdirSync(bin);
  for (const folder of (project.env.PATH ?? '').split(':').filter((each) => each.startsWith('/') && existsSync(each)))
    for (const program of readdirSync(folder).filter((each) => !programs.includes(each))) {
      try {
        symlinkSync(join(folder, program), join(bin, program));
      } catch {} // an earlier folder has it
    }
  return { ...project.env, PATH: bin };
}

describe('a machine that lacks a program', () => {
  test('is told at once when it is flock', async ({ project }) => {
    project.write(AGENTS);
    mkdirSync(project.paths.run, { recursive: true, mode: 0o700 });
    mkdirSync(project.paths.logs, { recursive: true });
    writeFileSync(project.paths.keeperLog, 'an old line\n');
    const began = performance.now();
    const { code, stderr } = await project.cli(['up', '--no-attach'], { env: without(project, 'flock') });
    expect([code, stderr]).toEqual([
      7,
      'orchestra: flock is not installed\n  install util-linux; orchestra doctor says how\n',
    ]);
    expect(performance.now() - began).toBeLessThan(8_000);
    await project.assertNothingLeft();
  });

  test('does without setsid, and doctor tells that it is not there', async ({ project }) => {
    project.write(AGENTS);
    const env = without(project, 'setsid');
    expect((await project.cli(['doctor'], { env })).stdout).toMatch(/setsid +is not installed/);
    expect((await project.cli(['up', '--no-attach'], { env })).code).toBe(0);
  });
});

test('doctor takes a file that is named and not there for a problem', async ({ project }) => {
  const { code, stdout } = await project.cli(['doctor', '-f', 'nope.yaml']);
  expect([code, stdout]).toEqual([7, expect.stringContaining('there is no nope.yaml')]);
});

test('a checkout that is not built says so, and starts nothing', async ({ project }) => {
  const scripts = join(project.base, 'copy/scripts');
  mkdirSync(scripts, { recursive: true });
  for (const name of ['orchestra.sh', 'keeper.sh'])
    copyFileSync(fileURLToPath(new URL(`../../scripts/${name}`, import.meta.url)), join(scripts, name));
  project.write(AGENTS);
  mkdirSync(project.paths.run, { recursive: true, mode: 0o700 });
  writeFileSync(project.paths.database, '');
  for (const words of [['version'], ['up', '--no-attach']]) {
    const ran = await run(
      ['sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', project.folder, join(scripts, 'orchestra.sh'), ...words],
      {
        timeout: 20_000,
      },
    );
    expect(ran).toMatchObject({ code: 7, stdout: '' });
    expect(ran.stderr).toMatch(/^orchestra: .*\/dist is not built; run .*\/scripts\/up, or npm run build in .*\n$/);
  }
  expect(project.keepers()).toEqual([]);
});
