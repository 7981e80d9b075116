import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Rolled, SessionSpec } from '../../src/protocol/index.ts';
import type { Project } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

// Each listens where its number says, answers with its pid after a moment, and at SIGTERM finishes what it has begun.
const SERVER = `
const http = require('node:http'), fs = require('node:fs');
const socket = process.env.ORCHESTRA_AGENT + '.sock';
fs.rmSync(socket, { force: true });
const server = http.createServer((_, answer) => setTimeout(() => answer.end(String(process.pid)), 5));
server.listen(socket, () => console.log('listening'));
// Out of the way first: who has connected and was not accepted yet would be reset by a close at once.
process.on('SIGTERM', () => {
  fs.rmSync(socket, { force: true });
  setTimeout(() => server.close(() => process.exit(0)), 100);
});
`;

const replicas = (over: object = {}): object => ({
  command: ['node', '-e', SERVER],
  replicas: 5,
  ready: { log: '^listening' },
  stop: { keys: [], steps: { int: '0s' }, timeout: '5s' },
  ...over,
});

/** One request to whoever of them takes it, as a load balancer asks the next when one does not listen. @returns the pid that answered */
async function ask(project: Project, first: number): Promise<string> {
  for (let n = 0; n < 5; n++) {
    const socketPath = join(project.folder, `web-${((first + n) % 5) + 1}.sock`);
    const pid = await answerOf(socketPath);
    if (pid !== null) return pid;
  }
  throw new Error('nobody answered');
}

/** Null where nobody listens. Whatever else goes wrong is a request that failed. */
const answerOf = (socketPath: string): Promise<string | null> =>
  new Promise((resolve, reject) => {
    const asked = get({ socketPath, path: '/', agent: new Agent({ keepAlive: false }) }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (more: string) => (text += more));
      answer.on('end', () => resolve(text));
      answer.on('error', reject);
    });
    asked.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNREFUSED' || error.code === 'ENOENT' ? resolve(null) : reject(error),
    );
  });

const pids = async (project: Project): Promise<(number | null)[]> =>
  (await project.status()).agents.map(({ pid }) => pid);

describe('one after the other', () => {
  test('nobody who asks goes without an answer', async ({ project }) => {
    await project.up({ agents: { web: replicas() } });
    const before = await pids(project);
    let over = false;
    const answered: string[] = [];
    const asking = Array.from({ length: 4 }, async (_, worker) => {
      for (let n = worker; !over; n++) answered.push(await ask(project, n));
    });
    const told = await project.ok('restart', '--rolling', 'web');
    over = true;
    await Promise.all(asking);
    expect(told.trim().split('\n')).toEqual(Array.from({ length: 5 }, (_, n) => `✔ web-${n + 1}  running`));
    const after = await pids(project);
    expect(after.some((pid) => before.includes(pid))).toBe(false);
    expect(answered.length).toBeGreaterThan(100);
    const starts = (await project.events())
      .filter(({ type }) => type === 'agent.started' || type === 'agent.ready')
      .slice(10);
    expect(starts.map(({ agent, type }) => `${agent} ${type}`)).toEqual(
      Array.from({ length: 5 }, (_, n) => [`web-${n + 1} agent.started`, `web-${n + 1} agent.ready`]).flat(),
    );
  });

  test('the first that does not come up ends it, and the others run on', async ({ project }) => {
    const command = [
      'sh',
      '-c',
      'test "$ORCHESTRA_AGENT" = web-2 && test -e web-2.ran && exit 3; touch "$ORCHESTRA_AGENT.ran"; echo listening; exec sleep 1000',
    ];
    await project.up({
      agents: { web: replicas({ command, restart: { policy: 'always', backoff: { initial: '30s' } } }) },
    });
    const before = await pids(project);
    const ran = await project.cli(['restart', '--rolling', 'all', '--json']);
    expect(ran.code).toBe(9);
    const { outcomes } = JSON.parse(ran.stdout) as { outcomes: { agent: string; ok: boolean; message: string }[] };
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, false, false, false]);
    expect(outcomes[1]?.message).toContain('exit 3');
    expect(outcomes[4]?.message).toBe('left as it is: web-2 did not come up');
    expect((await pids(project)).slice(2)).toEqual(before.slice(2));
  });

  test('a configuration that does not work is taken back from all that have it', async ({ project }) => {
    const shell = (code: string): string[] => ['sh', '-c', `${code}; echo listening; exec sleep 1000`];
    const of = (command: string[]): object => ({
      web: replicas({ command, restart: 'never' }),
      other: { command: 'exec sleep 1000' },
    });
    await project.up({ agents: { ...of(shell('true')) } });
    const before = await pids(project);
    project.write({ agents: { ...of(shell('test "$ORCHESTRA_AGENT" = web-3 && exit 4')) } });
    const spec = JSON.parse(await project.ok('config', 'show', '--json')) as SessionSpec;
    const ran = await project.cli(['reload', '--rolling', '--json']);
    expect(ran.code).toBe(9);
    const rolled = JSON.parse(ran.stdout) as Rolled;
    expect(rolled.rolledBack).toEqual(['web-3', 'web-2', 'web-1']);
    expect(rolled.touched).toEqual(['web-1', 'web-2', 'web-3']);
    expect(rolled.outcomes.map(({ ok }) => ok)).toEqual([true, true, false, false, false]);
    const after = await until(
      'all of them',
      () => pids(project),
      (all) => all.every((pid) => pid !== null),
    );
    expect(after.slice(3)).toEqual(before.slice(3));
    expect(after.slice(0, 3).some((pid) => before.includes(pid))).toBe(false);
    const commands = after.slice(0, 5).map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    expect(new Set(commands).size).toBe(1);
    expect(
      (await project.rpc((client) => client.plan(spec))).agents.filter(({ action }) => action === 'restart'),
    ).toHaveLength(5);
    const kept = async (): Promise<number> =>
      (JSON.parse(await project.ok('config', 'history', '--json')) as unknown[]).length;
    expect(await kept()).toBe(1);
    project.write({ agents: { ...of(shell('echo better')) } });
    expect(await project.ok('reload', '--rolling')).toBe(
      Array.from({ length: 5 }, (_, n) => `✔ web-${n + 1}  running\n`).join(''),
    );
    expect(await kept()).toBe(2);
  });
});
