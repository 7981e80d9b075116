import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import type { Project } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/process-manager/', import.meta.url));

/** An example as it is, in a folder of the test's own. */
async function raise(project: Project, name: string): Promise<void> {
  cpSync(EXAMPLES, project.folder, { recursive: true });
  cpSync(join(EXAMPLES, `${name}.yaml`), join(project.folder, 'orchestra.yaml'));
  await project.ok('up', '--no-attach');
}

const starts = async (project: Project, agent: string): Promise<string[]> =>
  (await project.events()).flatMap((event) =>
    event.type === 'agent.started' && event.agent === agent ? [event.data.reason] : [],
  );

describe('what a process manager is asked for', () => {
  test('a file watcher is kept alive', async ({ project }) => {
    await raise(project, 'watcher');
    const said = (): string => readFileSync(project.paths.agentLog('watcher'), 'utf8');
    const pid = await project.pidOf('watcher');
    process.kill(pid, 'SIGKILL');
    await project.untilReplaced('watcher', pid);
    let written = 0;
    await until(
      'a file to be seen',
      () => {
        mkdirSync(join(project.folder, 'inbox'), { recursive: true });
        writeFileSync(join(project.folder, 'inbox', `letter-${++written}`), '');
        return said();
      },
      (text) => /(change|rename) letter-/.test(text),
      20_000,
      200,
    );
    expect(await starts(project, 'watcher')).toEqual(['up', 'exited']);
  });

  test('eight busy replicas share the processors', async ({ project }) => {
    await raise(project, 'busy');
    const { agents } = await project.until(
      'all to be busy',
      (now) => now.agents.length === 8 && now.agents.every(({ state, cpu }) => state === 'running' && (cpu ?? 0) > 0),
      30_000,
    );
    const nice = agents.map(({ pid }) =>
      Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[16]),
    );
    expect(nice).toEqual(Array(8).fill(10));
    expect(new Set(agents.map(({ pid }) => pid)).size).toBe(8);
  });

  test('a leaking program is restarted by its limit, or by the clock before', async ({ project }) => {
    await raise(project, 'leak');
    await until(
      'both to have come back',
      async () => [...(await starts(project, 'by-limit')), ...(await starts(project, 'by-clock'))],
      (reasons) => reasons.includes('memory') && reasons.includes('schedule'),
      30_000,
    );
    expect(await starts(project, 'by-limit')).not.toContain('schedule');
    expect(await starts(project, 'by-clock')).not.toContain('memory');
  });
});
