import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Message } from '../../src/protocol/index.ts';
import { anAgent, type FakeSession, fakeSession } from '../support/fake-session.ts';
import { FakeMail } from '../support/fake-mail.ts';
import { isUp } from '../support/processes.ts';
import { ORCHESTRA, type Project } from '../support/project.ts';
import { test as base } from '../support/test.ts';
import { until } from '../support/until.ts';

/** The built worker, and a fake controller behind a real socket. */
class Crew {
  readonly mail = new FakeMail('sakura', 'kaede');
  readonly project: Project;
  session: FakeSession | null = null;
  said = '';
  worker: ChildProcess | null = null;

  constructor(project: Project) {
    this.project = project;
  }

  async open(): Promise<void> {
    this.session = await fakeSession(this.project.folder, [anAgent('kaede')], {}, this.mail);
  }

  /** A worker that is ready. */
  async hire(env: Record<string, string> = {}): Promise<ChildProcess> {
    this.said = '';
    const worker = spawn(process.execPath, [ORCHESTRA, 'worker'], {
      cwd: this.project.folder,
      env: { ...this.project.env, ORCHESTRA_AGENT: 'kaede', ORCHESTRA_PROJECT: this.project.folder, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.worker = worker;
    worker.stdout.setEncoding('utf8').on('data', (text) => (this.said += text));
    await until(
      'a worker',
      () => this.said,
      (text) => text.includes('is ready'),
    );
    return worker;
  }

  assign(payload: Record<string, unknown>): Message {
    return this.mail.put('kaede', { from: 'sakura', type: 'task_assign', payload }).message;
  }

  answer(to: Message): Promise<Message> {
    return until(
      'an answer',
      () => this.mail.to('sakura').find(({ message }) => message.replyTo === to.id)?.message ?? null,
      (found) => found !== null,
    ) as Promise<Message>;
  }

  async close(): Promise<void> {
    const { worker } = this;
    if (worker !== null && worker.exitCode === null && worker.signalCode === null) {
      const gone = new Promise((resolve) => worker.once('close', resolve));
      worker.kill('SIGTERM');
      await gone;
    }
    await this.session?.close();
  }
}

const test = base.extend<{ crew: Crew }>({
  crew: async ({ project }, use) => {
    const crew = new Crew(project);
    await crew.open();
    await use(crew);
    await crew.close();
  },
});

const pidIn = (file: string): Promise<number> =>
  until(
    `a pid in ${file}`,
    () => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0),
    (pid) => pid > 0,
  );

const ended = (pid: number): Promise<boolean> =>
  until(
    `the end of ${pid}`,
    () => isUp(pid),
    (up) => !up,
  );

describe('a task', () => {
  test('is run where it says, and what it printed comes back', async ({ crew }) => {
    await crew.hire({ DEPLOY_TOKEN: 'hunter2-and-more' });
    const fine = await crew.answer(crew.assign({ command: 'pwd; echo $0 "$DEPLOY_TOKEN" >&2', cwd: '/usr' }));
    expect(fine).toMatchObject({ type: 'task_complete', payload: { exit_code: 0, output: '/usr\nsh ***' } });
    const words = await crew.answer(crew.assign({ command: ['printf', '%s|', 'a b', '$HOME', ';'] }));
    expect(words.payload).toMatchObject({ exit_code: 0, output: 'a b|$HOME|;|' });
    const failed = await crew.answer(crew.assign({ command: 'exit 42' }));
    expect(failed).toMatchObject({ type: 'task_failed', payload: { exit_code: 42, output: '' } });
    const killed = await crew.answer(crew.assign({ command: 'kill -9 $$' }));
    expect(killed).toMatchObject({ type: 'task_failed', payload: { exit_code: null, signal: 'SIGKILL' } });
  });

  test.for<[string, Record<string, unknown>, string]>([
    ['program', { command: ['no-such-program'] }, 'no-such-program cannot be started (ENOENT)'],
    ['folder', { command: 'true', cwd: '/no/such/folder' }, 'there is no folder /no/such/folder'],
    ['permission', { command: ['/etc/passwd'] }, '/etc/passwd cannot be started (EACCES)'],
    ['room', { command: ['x'.repeat(200_000)] }, 'cannot be started (ENAMETOOLONG)'],
  ])('that cannot be started for lack of a %s is a failed one', async ([_, payload, why], { crew }) => {
    await crew.hire();
    const { type, payload: told } = await crew.answer(crew.assign(payload));
    expect([type, told.text]).toEqual(['task_failed', expect.stringContaining(why)]);
  });

  test('comes to an end though it leaves something in the background that holds its output', async ({ crew }) => {
    await crew.hire();
    const file = join(crew.project.folder, 'pid');
    const done = await crew.answer(crew.assign({ command: `sleep 1000 & echo $! > ${file}; echo started` }));
    expect(done.payload).toMatchObject({ exit_code: 0, output: 'started' });
    await ended(await pidIn(file));
  });

  test('ends at its timeout with everything it started', async ({ crew }) => {
    await crew.hire();
    const file = join(crew.project.folder, 'pid');
    const task = crew.assign({ command: `sh -c 'sleep 1000 & echo $! > ${file}; wait'; :`, timeout: 300 });
    const pid = await pidIn(file);
    expect((await crew.answer(task)).payload).toMatchObject({ timed_out: true });
    await ended(pid);
  });

  test('prints without end, and the worker neither grows nor goes deaf', async ({ crew }) => {
    const worker = await crew.hire();
    const task = crew.assign({ command: 'yes 0123456789012345678901234567890123456789', timeout: '2s' });
    await until(
      'a task',
      () => crew.mail.reports.at(-1) ?? '',
      (report) => report.includes('busy'),
    );
    const asked = crew.mail.put('kaede', { from: 'sakura', type: 'status_request', priority: 'urgent' }).message;
    expect((await crew.answer(asked)).payload).toMatchObject({ state: 'busy' });
    const { payload } = await crew.answer(task);
    expect((payload.output as string).length).toBeLessThanOrEqual(4096);
    const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${worker.pid}/status`, 'utf8'))?.[1]);
    expect(resident).toBeLessThan(160 * 1024);
  });

  test('is ended with the worker, and run again by the next one', async ({ crew }) => {
    const worker = await crew.hire();
    const file = join(crew.project.folder, 'pid');
    const again = join(crew.project.folder, 'again');
    const task = crew.assign({ command: `echo $$ > ${file}; test -e ${again} || sleep 1000` });
    const pid = await pidIn(file);
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    worker.kill('SIGTERM');
    expect(await gone).toBe(0);
    expect(isUp(pid)).toBe(false);
    expect(crew.said).toContain('asked to stop, good-bye');
    writeFileSync(again, '');
    await crew.hire();
    expect(await crew.answer(task)).toMatchObject({ type: 'task_complete' });
  });
});

describe('a worker', () => {
  test('goes on with the next controller, and answers once', async ({ crew }) => {
    await crew.hire();
    const file = join(crew.project.folder, 'go');
    const task = crew.assign({ command: `until test -e ${file}; do sleep 0.02; done` });
    await until(
      'a task',
      () => crew.mail.reports.at(-1) ?? '',
      (report) => report.startsWith('kaede busy'),
    );
    await crew.session?.close();
    writeFileSync(file, '');
    await until(
      'the end of it',
      () => crew.said,
      (said) => said.includes('exit 0'),
    );
    await crew.open();
    expect(await crew.answer(task)).toMatchObject({ type: 'task_complete' });
    const note = crew.mail.put('kaede', { from: 'sakura', payload: { text: 'hello' } }).message;
    expect((await crew.answer(note)).payload).toEqual({ text: 'echo: hello' });
    expect(crew.mail.to('sakura')).toHaveLength(2);
  });

  test('takes typed lines as before, with a controller and without', async ({ crew }) => {
    await crew.session?.close();
    const worker = await crew.hire();
    worker.stdin?.write('water the roses\n');
    await until(
      'the note',
      () => crew.said,
      (said) => said.includes('note 1: water the roses'),
    );
    await crew.open();
    crew.mail.put('kaede', { from: 'sakura', payload: { text: 'and the lilies' } });
    await until(
      'the next one',
      () => crew.said,
      (said) => said.includes('note 2 from sakura: and the lilies'),
    );
    expect(crew.said).toContain('note 2');
  });
});
