import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect } from 'vitest';
import { OrchestraError, type OrchestraService } from '../../src/protocol/index.ts';
import { aCrew, anAgent, CONFIGURATION, type FakeSession, fakeSession } from '../support/fake-session.ts';
import { ORCHESTRA, type Project } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

// The built program against a controller that is a fake behind a real socket: what a person and a script see.

let session: FakeSession | null = null;
afterEach(async () => {
  await session?.close();
  session = null;
});

async function fake(project: Project, agents = aCrew(), change: Partial<OrchestraService> = {}): Promise<FakeSession> {
  project.writeText(CONFIGURATION);
  session = await fakeSession(project.folder, agents, change);
  return session;
}

const COMMANDS = [
  [], ['up'], ['attach'], ['status'], ['down'], ['start'], ['stop'], ['restart'], ['run'], ['pause'], ['resume'], ['approve'], ['deny'], ['logs'], ['events'], ['init'], ['import'], ['config'],
  ['config', 'check'], ['config', 'show'], ['config', 'plan'], ['config', 'history'], ['config', 'diff'], ['config', 'rollback'], ['config', 'sync'], ['config', 'schema'], ['reload'], ['layout'], ['layout', 'list'],
  ['layout', 'preview'], ['doctor'], ['completion'], ['version'],
]; // biome-ignore format: a list of words

describe('help', () => {
  test('every command has some, with examples', async ({ project }) => {
    for (const command of COMMANDS) {
      const { code, stdout, stderr } = await project.cli([...command, '--help']);
      expect([command, code, stderr]).toEqual([command, 0, '']);
      expect(stdout).toContain(`Usage: orchestra ${command.join(' ')}`.trim());
      expect(stdout, `orchestra ${command.join(' ')} has no examples`).toContain('Examples:');
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    }
  });

  test('is what one gets without a command', async ({ project }) => {
    const { code, stdout } = await project.cli([]);
    expect([code, stdout.includes('Exit status:')]).toEqual([0, true]);
  });
});

describe('a command that is wrong', () => {
  test.for<[string[], string, string]>([
    [['statsu'], "unknown command 'statsu'", 'did you mean status?'],
    [['up', '--profil', 'x'], "unknown option '--profil'", 'did you mean --profile?'],
    [['status', '--jsno'], "unknown option '--jsno'", 'did you mean --json?'],
    [['stop'], "missing required argument 'AGENT'", ''],
    [['logs', '-n', 'many'], '-n takes a whole number, not "many"', ''],
    [['events', '--type', 'agent.exitd'], 'there is no event type "agent.exitd"', 'did you mean agent.exited?'],
    [['events', '--since', 'yesterday'], '--since takes an age such as 10m', ''],
    [['layout', 'preview', 'nine', '--size', 'big'], '--size takes COLUMNSxROWS', ''],
    [['completion', 'bahs'], 'there is no completion for "bahs"', 'did you mean bash?'],
    [['status', '--watch'], '--watch needs a terminal', ''],
  ])('%j', async ([args, message, hint], { project }) => {
    const { code, stdout, stderr } = await project.cli(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`orchestra: ${message}`);
    expect(stderr).toContain(hint);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('is told as JSON to a program', async ({ project }) => {
    const { code, stdout, stderr } = await project.cli(['status', '--jsn', '--json']);
    expect([code, stderr]).toEqual([2, '']);
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'usage', message: "unknown option '--jsn'", hint: 'did you mean --json?', data: {} },
    });
  });
});

describe('without a session', () => {
  test.for(['status', 'down', 'attach', 'stop all', 'events', 'logs', 'run x -- true'])(
    '%s ends with 4',
    async (line, { project }) => {
      const { code, stdout, stderr } = await project.cli(line.split(' '));
      expect([code, stdout]).toEqual([4, '']);
      expect(stderr).toContain('orchestra up');
    },
  );

  test('status says so in JSON', async ({ project }) => {
    const { code, stdout } = await project.cli(['status', '--json']);
    expect([code, (JSON.parse(stdout) as { error: { code: string } }).error.code]).toEqual([4, 'not-running']);
  });
});

describe('with a session', () => {
  test('status is a table, and the snapshot in JSON, from any folder below', async ({ project }) => {
    const { snapshot } = await fake(project);
    const cwd = join(project.folder, 'deep/below');
    mkdirSync(cwd, { recursive: true });
    const table = await project.cli(['status'], { cwd });
    expect([table.code, table.stderr]).toEqual([0, '']);
    expect(table.stdout).toMatch(/^● {2}kaede {6}カエデ {5}running {16}12m 05s/m);
    expect(table.stdout).not.toContain('\x1b');
    const { stdout } = await project.cli(['status', '--json', '-f', 'orchestra.yaml']);
    expect(JSON.parse(stdout)).toEqual(snapshot);
  });

  test('colours follow NO_COLOR and FORCE_COLOR', async ({ project }) => {
    await fake(project);
    const env = { ...project.env, FORCE_COLOR: '1' };
    expect((await project.cli(['status'], { env })).stdout).toContain('\x1b[32m●');
    expect((await project.cli(['status'], { env: { ...project.env, NO_COLOR: '1' } })).stdout).not.toContain('\x1b');
  });

  test('stop, start and restart tell each outcome and end with 9 when one failed', async ({ project }) => {
    const { calls } = await fake(project);
    const fine = await project.cli(['restart', 'kaede', 'sakura', 'kaede']);
    expect([fine.code, fine.stdout]).toEqual([0, '✔ kaede   running\n✔ sakura  running\n']);
    expect(calls).toContainEqual(['command', 'restart', ['kaede', 'sakura'], 'cli']);
    const bad = await project.cli(['start', 'botan', '--json']);
    expect([bad.code, JSON.parse(bad.stdout)]).toMatchObject([
      9,
      {
        verb: 'start',
        outcomes: [{ agent: 'botan', ok: false, message: 'broken: exit 1' }],
        failed: [{ agent: 'botan', state: 'broken', output: [] }],
      },
    ]);
    await project.cli(['stop', 'all']);
    expect(calls).toContainEqual(['command', 'stop', [], 'cli']);
  });

  test('an unknown agent is refused before anything is done', async ({ project }) => {
    const { calls } = await fake(project);
    const { code, stderr } = await project.cli(['stop', 'kaede', 'saukra']);
    expect([code, stderr]).toEqual([5, 'orchestra: there is no agent saukra\n  did you mean sakura?\n']);
    expect(calls.some(([method]) => method === 'command')).toBe(false);
  });

  test('an error of the controller is a sentence with its own exit status', async ({ project }) => {
    const full = new OrchestraError('storage', 'the disk is full', 'df -h .');
    await fake(project, aCrew(), {
      command: () => Promise.reject(full),
      snapshot: () => Promise.reject(new Error('odd')),
    });
    const { code, stderr } = await project.cli(['stop', 'all']);
    expect([code, stderr]).toEqual([10, 'orchestra: the disk is full\n  df -h .\n']);
    expect((await project.cli(['status'])).code).toBe(1);
  });

  test('down asks, waits and tells', async ({ project }) => {
    let ended: Promise<void> | undefined;
    const { calls } = await fake(project, aCrew(), {
      // The answer goes out before the end, as the controller does it.
      down: async () => {
        setTimeout(() => {
          ended = session?.close();
        }, 20);
      },
    });
    const { code, stdout } = await project.cli(['down', '--json']);
    await until('the session ends', () => ended !== undefined, Boolean);
    await ended;
    expect([code, JSON.parse(stdout)]).toEqual([0, { session: 'garden', project: project.folder, stopped: 5 }]);
    expect(calls.map(([method]) => method)).toEqual(['snapshot']);
  });

  test('run hands over an agent with the defaults of the file', async ({ project }) => {
    const { calls } = await fake(project, [anAgent('kaede')]);
    const { code } = await project.cli(['run', 'extra', '--display', 'エキストラ', '--', 'tail', '-f', '--json']);
    expect(code).toBe(0);
    const [, agent] = calls.find(([method]) => method === 'add') ?? [];
    expect(agent).toMatchObject({
      name: 'extra',
      display: 'エキストラ',
      command: { kind: 'argv', argv: ['tail', '-f', '--json'] },
      cwd: project.folder,
      adHoc: true,
    });
    expect((await project.cli(['run', 'Bad;Name', '--', 'true'])).code).toBe(2);
    expect((await project.cli(['run', 'kaede', '--', 'true'])).code).toBe(8);
  });

  test('config plan names whom it interrupts', async ({ project }) => {
    await fake(project);
    const { code, stdout } = await project.cli(['config', 'plan']);
    expect([code, stdout.split('\n')]).toEqual([
      0,
      ['~ kaede  will be interrupted and start again  (command)', '1 agent not touched', 'interrupts kaede', ''],
    ]);
    const json = await project.cli(['config', 'plan', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ running: true, interrupted: ['kaede'] });
  });

  test('events come as lines, and as JSON', async ({ project }) => {
    const fakes = await fake(project);
    fakes.history = [
      {
        seq: 3,
        time: '2026-01-31T12:00:00.000Z',
        type: 'agent.ready',
        agent: 'kaede',
        data: { incarnation: 1, after: 20 },
      },
    ];
    expect((await project.cli(['events', '--agent', 'kaede', '-n', '7', '--type', 'agent.'])).stdout).toMatch(
      /kaede {2}ready after 20ms\n$/,
    );
    expect(fakes.calls).toContainEqual(['events', { agent: 'kaede', types: ['agent.'], last: 7 }]);
    expect(JSON.parse((await project.cli(['events', '--json'])).stdout)).toEqual(fakes.history[0]);
  });
});

describe('a reader that goes away', () => {
  test('ends it without a word', async ({ project }) => {
    await fake(
      project,
      Array.from({ length: 2_000 }, (_, at) => anAgent(`agent-${at}`)),
    );
    const child = spawn(process.execPath, [ORCHESTRA, 'status', '--json'], {
      cwd: project.folder,
      env: project.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('configuration', () => {
  const BAD = 'version: 1\nsession: garden\nagents:\n  kaede: { comand: [x] }\n';

  test('a problem is shown at its place and nothing is started', async ({ project }) => {
    project.writeText(BAD);
    const { code, stdout, stderr } = await project.cli(['up', '--no-attach']);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`${project.folder}/orchestra.yaml:4:12: unknown key`);
    expect(stderr).toContain('4 |   kaede: { comand: [x] }\n    |            ^\n');
    expect(stderr).toContain('did you mean');
    expect(existsSync(project.paths.root)).toBe(false);
    const json = await project.cli(['config', 'check', '--json']);
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([
      3,
      { error: { code: 'config', data: { problems: [{ line: 4, column: 12 }] } } },
    ]);
  });

  test('no file says how to get one', async ({ project }) => {
    const { code, stderr } = await project.cli(['up']);
    expect([code, stderr]).toEqual([3, expect.stringContaining('orchestra init')]);
    expect((await project.cli(['up', '-f', project.folder])).stderr).toContain('is a folder');
  });

  test('show, and a dry run, hide what is in an environment', async ({ project }) => {
    project.writeText(CONFIGURATION);
    for (const args of [
      ['config', 'show'],
      ['config', 'show', '--json'],
      ['up', '--dry-run'],
      ['up', '--dry-run', '--json'],
    ]) {
      const { code, stdout } = await project.cli(args);
      expect([args, code]).toEqual([args, 0]);
      expect(stdout).toContain('API_KEY');
      expect(stdout).not.toContain('sesame');
    }
    expect(existsSync(project.paths.root)).toBe(false);
  });

  test('the schema is one', async ({ project }) => {
    expect(JSON.parse(await project.ok('config', 'schema'))).toHaveProperty('$schema');
  });

  test('init writes a file that passes, and never over another', async ({ project }) => {
    const { code, stdout } = await project.cli(['init', '--json']);
    const { file } = JSON.parse(stdout) as { file: string };
    expect([code, file]).toEqual([0, join(project.folder, 'orchestra.yaml')]);
    await project.ok('config', 'check');
    writeFileSync(file, 'mine');
    expect((await project.cli(['init'])).code).toBe(8);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    await project.ok('init', '--force');
    expect(readFileSync(`${file}.bak`, 'utf8')).toBe('mine');
  });

  test('layouts are listed and drawn', async ({ project }) => {
    const { layouts } = JSON.parse(await project.ok('layout', 'list', '--json')) as { layouts: { name: string }[] };
    expect(layouts.map(({ name }) => name).sort()).toEqual(['five', 'focus', 'grid', 'nine']);
    expect(await project.ok('layout', 'preview', 'grid', '--agents', '4', '--size', '120x40')).toContain('agent-4');
    expect((await project.cli(['layout', 'preview', 'gird'])).code).toBe(3);
  });
});

describe('doctor', () => {
  test('is content with this machine', async ({ project }) => {
    project.writeText(CONFIGURATION);
    const { code, stdout } = await project.cli(['doctor', '--json']);
    const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: { name: string; level: string }[] };
    expect([code, ok, checks.filter(({ level }) => level === 'problem')]).toEqual([0, true, []]);
  });

  test('says what is missing and the command that mends it', async ({ project }) => {
    project.writeText('version: 1\nsession: garden\nagents:\n  kaede: { command: [nosuchprogram] }\n');
    mkdirSync(join(project.folder, 'bin'));
    symlinkSync(process.execPath, join(project.folder, 'bin/node'));
    const { code, stdout } = await project.cli(['doctor'], {
      env: { ...project.env, PATH: join(project.folder, 'bin'), LANG: 'C' },
    });
    expect(code).toBe(7);
    for (const line of ['tmux', 'flock', 'setpriv', 'mkfifo', 'stdbuf'])
      expect(stdout).toMatch(new RegExp(`✖ ${line} +is not installed`));
    expect(stdout).toContain('apt-get install -y tmux');
    expect(stdout).toContain('apt-get install -y util-linux');
    expect(stdout).toMatch(/! locale/);
    expect(stdout).toMatch(/nosuchprogram +is not on PATH; kaede cannot start/);
  });
});

test('version', async ({ project }) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await project.ok('version')).toBe(`orchestra ${version}\n`);
  expect(await project.ok('--version')).toBe(`orchestra ${version}\n`);
  expect(JSON.parse(await project.ok('version', '--json'))).toMatchObject({ version, node: process.versions.node });
});
