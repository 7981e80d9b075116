import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { MailEntry } from '../../src/protocol/index.ts';
import { ORCHESTRA, type Project } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

// Real sessions: controller, tmux, workers in their panes.

const CREW = { w1: { type: 'worker' }, w2: { type: 'worker' }, w3: { type: 'worker' } };

const listed = async (project: Project, ...args: string[]): Promise<readonly MailEntry[]> =>
  (JSON.parse(await project.ok('queue', 'ls', '--all', '--json', ...args)) as { entries: MailEntry[] }).entries;

/** Waits until the controller has an agent's question for mail. */
const waitsForMail = (project: Project, name: string): Promise<unknown> =>
  project.untilAgent(name, 'idle', ({ activity, state }) => state === 'running' && activity === 'idle');

test('a person gets an answer, a ring of workers passes a note round', async ({ project }) => {
  await project.up({ agents: CREW });
  const echo = await project.ok('send', 'w1', 'hello', '--wait', 'answered', '--timeout', '20s');
  expect(echo).toMatch(/^✔ w1 answered {2}\S+\n\nw1 \S+\n {2}echo: hello\n$/);
  expect(await project.ok('inbox')).toBe('no mail for external\n');

  const payload = JSON.stringify({ text: 'round', forward: ['w2', 'w3', 'w1'] });
  await project.ok('send', 'w1', '--payload', payload);
  const way = await until(
    'the note at its end',
    async () => (await listed(project)).filter(({ message }) => message.payload.text === 'round'),
    (all) => all.length === 4 && all.every(({ state }) => state === 'acked'),
  );
  expect(way.map(({ message: { from, to } }) => `${from} ${to}`)).toEqual(['external w1', 'w1 w2', 'w2 w3', 'w3 w1']);
});

test('a task outlives its controller, and its worker', async ({ project }) => {
  await project.up({ agents: CREW });
  const go = join(project.folder, 'go');
  const runs = join(project.folder, 'runs');
  const command = `echo run >> ${runs}; until test -e ${go}; do sleep 0.02; done; echo done`;
  const assign = (to: string): Promise<unknown> =>
    project.cli([
      'send',
      to,
      '--type',
      'task_assign',
      '--payload',
      JSON.stringify({ command }),
      '--wait',
      'answered',
      '--json',
    ]);
  const first = assign('w1');
  await project.untilAgent('w1', 'busy', ({ activity }) => activity === 'busy');
  const { controller } = await project.status();
  process.kill(controller.pid, 'SIGKILL');
  await project.until('another controller', (snapshot) => snapshot.controller.pid !== controller.pid);
  await project.untilAgent('w1', 'busy', ({ activity }) => activity === 'busy');
  const pid = await project.pidOf('w1');
  process.kill(pid, 'SIGKILL');
  await project.untilReplaced('w1', pid);
  await until(
    'the second run',
    () => (existsSync(runs) ? readFileSync(runs, 'utf8') : ''),
    (text) => text === 'run\nrun\n',
  );
  writeFileSync(go, '');
  const { code, stdout } = (await first) as { code: number; stdout: string };
  expect([code, JSON.parse(stdout)]).toMatchObject([
    0,
    { replies: [{ message: { type: 'task_complete', from: 'w1', payload: { exit_code: 0, output: 'done' } } }] },
  ]);
  expect((await listed(project)).filter(({ message }) => message.type === 'task_complete')).toHaveLength(1);
});

test('a task outlives a worker that dies together with its controller', async ({ project }) => {
  await project.up({ agents: CREW });
  const runs = join(project.folder, 'runs');
  const command = `echo run >> ${runs}; test $(wc -l < ${runs}) -gt 1 || sleep 60`;
  await project.ok('send', 'w1', '--type', 'task_assign', '--payload', JSON.stringify({ command }));
  await until('the first run', () => existsSync(runs), Boolean);
  const { controller } = await project.status();
  const pid = await project.pidOf('w1');
  process.kill(controller.pid, 'SIGKILL');
  process.kill(pid, 'SIGKILL');
  await until(
    'the second run',
    () => readFileSync(runs, 'utf8'),
    (text) => text === 'run\nrun\n',
  );
});

test('nothing is handed to a worker that died while it waited', async ({ project }) => {
  await project.up({ agents: { w1: CREW.w1 } });
  for (let n = 0; n < 3; n++) {
    await waitsForMail(project, 'w1');
    const pid = await project.pidOf('w1');
    process.kill(pid, 'SIGKILL');
    await project.untilReplaced('w1', pid);
    await waitsForMail(project, 'w1');
    expect(await project.ok('send', 'w1', `hello ${n}`, '--wait', 'answered', '--timeout', '10s')).toContain(
      `hello ${n}`,
    );
  }
});

test('nor to a command that was broken off', async ({ project }) => {
  await project.up({ agents: { w1: CREW.w1 } });
  const waiting = spawn(process.execPath, [ORCHESTRA, 'inbox', '--take', '--wait', '1m'], {
    cwd: project.folder,
    env: project.env,
    stdio: 'ignore',
  });
  const gone = once(waiting, 'exit');
  // It has asked once its connection is one of the controller's.
  await until(
    'the question',
    () => readFileSync(`/proc/${waiting.pid}/net/unix`, 'utf8'),
    (text) => text.includes('controller.sock'),
  );
  waiting.kill('SIGKILL');
  await gone;
  await project.ok('send', 'w1', 'hello', '--wait', 'answered', '--timeout', '10s');
  await project.ok('send', 'w1', 'again');
  const mail = await until(
    'both echoes',
    () => listed(project, 'external'),
    (all) => all.length === 2,
  );
  expect(mail.map(({ state }) => state)).toEqual(['acked', 'queued']);
});
