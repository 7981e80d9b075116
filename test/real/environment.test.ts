import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

const INHERITED = {
  TMUX: '/tmp/tmux-0/default,1,0',
  TMUX_PANE: '%3',
  CLAUDECODE: '1',
  CLAUDE_CODE_ENTRYPOINT: 'cli',
  CODEX_SANDBOX: 'seatbelt',
  GEMINI_CLI: '1',
  NODE_OPTIONS: '--no-warnings',
  npm_lifecycle_event: 'start',
  ORCHESTRA_AGENT: 'somebody',
  STY: 'x',
};

function environ(pid: number): Record<string, string> {
  const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

describe('the environment of an agent', () => {
  test('has nothing of the session it was raised from, and its own names', async ({ project }) => {
    project.write({ agents: { a: { command: ['sleep', '1000'], env: { GREETING: "it's $(date) `x` ${HOME}" } } } });
    const ran = await project.cli(['up', '--no-attach'], { env: { ...project.env, ...INHERITED } });
    expect(ran.code, ran.stderr).toBe(0);
    const env = environ(await project.pidOf('a'));
    for (const name of Object.keys(INHERITED).filter((name) => name !== 'ORCHESTRA_AGENT'))
      expect(env).not.toHaveProperty(name);
    expect(env).toMatchObject({
      ORCHESTRA_AGENT: 'a',
      ORCHESTRA_SESSION: 'garden',
      ORCHESTRA_PROJECT: project.folder,
      ORCHESTRA_INCARNATION: '1',
      GREETING: `it's $(date) \`x\` ${project.base}`,
      PATH: process.env.PATH,
    });
    // For programs it starts without its environment, whatever its type.
    expect(readFileSync(project.paths.agentToken('a'), 'utf8')).toBe(env.ORCHESTRA_TOKEN);
    // None of our locks and fifos came with it.
    expect(readdirSync(`/proc/${await project.pidOf('a')}/fd`)).toEqual(['0', '1', '2']);
  });

  test('secrets are in no log, no journal and no status', async ({ project }) => {
    const secret = 'sk-7Qv2xW9secret';
    writeFileSync(join(project.folder, '.env.codex'), `API_KEY=${secret}\n`, { mode: 0o600 });
    project.write({
      agents: { a: { command: ['sleep', '1000'], env_file: '.env.codex', env: { SECOND: '${FROM_OUTSIDE}' } } },
    });
    const outside = 'outside-5u3kf8';
    const ran = await project.cli(['up', '--no-attach'], { env: { ...project.env, FROM_OUTSIDE: outside } });
    expect(ran.code, ran.stderr).toBe(0);
    const pid = await project.pidOf('a');
    expect(environ(pid)).toMatchObject({ API_KEY: secret, SECOND: outside });
    process.kill(pid, 'SIGKILL');
    await project.untilReplaced('a', pid);
    await until('the log is open', () => existsSync(project.paths.controllerLog), Boolean);
    const told = [
      await project.ok('status', '--json'),
      await project.ok('events', '--json'),
      JSON.stringify(await project.status()),
      ...[project.paths.controllerLog, project.paths.keeperLog, project.paths.agentLog('a')].map((path) =>
        readFileSync(path, 'latin1'),
      ),
      readFileSync(project.paths.database, 'latin1'),
      readFileSync(`${project.paths.database}-wal`, 'latin1'),
      project
        .processes()
        .map(({ args }) => args)
        .join('\n'),
    ].join('\n');
    expect(told).not.toContain(secret);
    expect(told).not.toContain(outside);
    await project.down();
    expect(JSON.stringify(project.journal())).not.toContain(secret);
  });
});
