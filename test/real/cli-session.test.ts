import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { ORCHESTRA, type Project } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

/** A command that stays, with what it printed so far. It is gone when the test ends. */
function staying(project: Project, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [ORCHESTRA, ...args], {
    cwd: project.folder,
    env: { ...project.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const seen = { text: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (seen.text += text));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    child,
    prints: (text: string) =>
      until(
        `${text} to be printed`,
        () => seen.text,
        (all) => all.includes(text),
      ),
    text: () => seen.text,
    end: (signal: NodeJS.Signals = 'SIGINT') => {
      child.kill(signal);
      return ended;
    },
    ended,
  };
}

describe('up', () => {
  test('names the agent that failed, with what it printed, and ends with 9', async ({ project }) => {
    project.write({
      defaults: { restart: 'always' },
      agents: { kaede: { type: 'worker' }, botan: { command: ['nosuchprogram', '--fast'] } },
    });
    const { code, stdout, stderr } = await project.cli(['up', '--no-attach']);
    expect([code, stdout]).toEqual([9, '']);
    expect(stderr).toMatch(/^botan backoff: exit 127/m);
    expect(stderr).toMatch(/^ {2}\| .*nosuchprogram/m);
    expect(stderr).toContain('orchestra: botan did not start');
    expect(stderr).not.toContain('kaede backoff');
    const json = await project.cli(['up', '--json']);
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([
      9,
      { error: { code: 'failed', data: { failed: [{ agent: 'botan' }] } } },
    ]);
  });

  test('an agent that ends badly and is not to come back has failed too', async ({ project }) => {
    project.write({
      agents: {
        botan: { command: 'echo no licence; exit 3', restart: 'never' },
        kaede: { command: 'true', restart: 'never' },
      },
    });
    const { code, stderr } = await project.cli(['up', '--no-attach']);
    expect(code).toBe(9);
    expect(stderr).toContain('no licence');
    expect(stderr).not.toContain('kaede stopped: exit 0\n  |');
  });

  test('a second one changes nothing and leaves alone what a person stopped', async ({ project }) => {
    await project.up({ agents: { kaede: { type: 'worker' }, sakura: { type: 'worker' } } });
    await project.ok('stop', 'kaede');
    const again = await project.ok('up', '--no-attach');
    expect(again).toContain('garden runs already; nothing had to change');
    expect(again).toContain('stays stopped: kaede');
    project.write({
      agents: { kaede: { type: 'worker' }, sakura: { type: 'worker', env: { A: 'b' } }, momiji: { type: 'worker' } },
    });
    expect(await project.ok('config', 'plan')).toContain('interrupts sakura');
    const changed = await project.ok('up', '--no-attach');
    expect(changed).toContain('~ sakura  was interrupted and started again  (env)');
    expect(changed).toContain('+ momiji  was added');
    expect((await project.agent('kaede')).state).toBe('stopped');
    const json = JSON.parse(await project.ok('up', '--json')) as {
      plan: { agents: { action: string }[] };
      late: string[];
    };
    expect([json.late, json.plan.agents.map(({ action }) => action)]).toEqual([[], ['keep', 'keep', 'keep']]);
  });

  test('attach inside the session itself stays where it is', async ({ project }) => {
    const { tmux } = await project.up({ agents: { kaede: { type: 'worker' } } });
    const inside = await project.cli(['attach'], { env: { ...project.env, TMUX: `${tmux.socket},1,0` } });
    expect([inside.code, inside.stdout]).toEqual([0, 'you are in this session already\n']);
    // In an agent's pane there is no TMUX.
    for (const mark of [{ ORCHESTRA_PROJECT: project.folder }, { ORCHESTRA_TREE: `${project.folder}#kaede` }]) {
      const ran = await project.cli(['attach'], { env: { ...project.env, ...mark } });
      expect([ran.code, ran.stdout]).toEqual([0, 'you are in this session already\n']);
    }
    const elsewhere = { ...project.env, ORCHESTRA_PROJECT: `${project.folder}2` };
    expect((await project.cli(['attach'], { env: elsewhere })).code).toBe(2);
    expect((await project.cli(['attach'])).code).toBe(2);
  });

  test('doctor and complete see the running session; the journal outlives it', async ({ project }) => {
    await project.up({ agents: { kaede: { type: 'worker' } } });
    expect(await project.ok('doctor')).toMatch(/✔ controller +process \d+ runs garden/);
    expect(await project.ok('complete', 'agents')).toBe('kaede\n');
    await project.down();
    expect(await project.ok('events', '--type', 'session.')).toContain('session garden taken down');
    expect(await project.ok('complete', 'agents')).toBe('');
  });
});

describe('logs', () => {
  const place = (project: Project): string => {
    project.writeText('version: 1\nsession: garden\nagents: {}\n');
    mkdirSync(`${project.paths.logs}/agents`, { recursive: true });
    return project.paths.agentLog('kaede');
  };

  test('are text: no escape sequence gets to the terminal, unless asked for', async ({ project }) => {
    writeFileSync(place(project), '\x1b]0;owned\x07\x1b[31mred\x1b[0m\r\n10%\r20%\r\n\x1bP1q~\x1b\\\x9b2Jend\n');
    expect(await project.ok('logs', 'kaede')).toBe('red\n20%\nend\n');
    expect(await project.ok('logs', 'kaede', '-n', '1')).toBe('end\n');
    expect(await project.ok('logs', 'kaede', '-n', '0')).toBe('');
    expect(await project.ok('logs', 'kaede', '--raw')).toContain('\x1b[31mred');
    expect(JSON.parse(await project.ok('logs', 'kaede', '-n', '1', '--json'))).toEqual({ agent: 'kaede', line: 'end' });
    expect((await project.cli(['logs', 'keade'])).stderr).toContain('did you mean kaede?');
  });

  test('are followed over a rotation, with nothing missed', async ({ project }) => {
    const log = place(project);
    writeFileSync(log, 'one\n');
    const following = staying(project, ['logs', 'kaede', '-f']);
    await following.prints('one\n');
    appendFileSync(log, 'two\n');
    renameSync(log, `${log}.1`);
    writeFileSync(log, 'three\n');
    await following.prints('three\n');
    expect(following.text()).toBe('one\ntwo\nthree\n');
    expect(await following.end()).toBe(0);
  });
});

test('events are followed over a crash of the controller', async ({ project }) => {
  const { controller } = await project.up({ agents: { kaede: { type: 'worker' } } });
  const following = staying(project, ['events', '-f', '--json', '-n', '1000']);
  await following.prints('"session.up"');
  process.kill(controller.pid, 'SIGKILL');
  await project.until('another controller', (snapshot) => snapshot.controller.pid !== controller.pid);
  await project.ok('restart', 'kaede');
  await following.prints('"restart"');
  await until(
    'the restart',
    () => following.text(),
    (text) => text.split('"agent.ready"').length >= 3,
  );
  expect(await following.end('SIGTERM')).toBe(0);
  const seqs = following
    .text()
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { seq: number }).seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, at) => (seqs[0] ?? 0) + at));
});

describe('the worker', () => {
  const start = (project: Project) => staying(project, ['worker'], { ORCHESTRA_AGENT: 'workers-1' });

  test('notes what it reads and ends with its input', async ({ project }) => {
    const worker = start(project);
    await worker.prints('workers-1 is ready');
    worker.child.stdin.write('water the roses\n');
    await worker.prints('note 1: water the roses');
    worker.child.stdin.end();
    expect(await worker.ended).toBe(0);
  });

  test.for(['SIGTERM', 'SIGINT'] as const)('ends well on %s', async (signal, { project }) => {
    const worker = start(project);
    await worker.prints('workers-1 is ready');
    expect(await worker.end(signal)).toBe(0);
    expect(worker.text()).toContain('good-bye');
  });
});
