import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { stripEscapes } from '../../src/base/index.ts';
import { isUp, kill } from '../support/processes.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

const orchestra = join(import.meta.dirname, '../../scripts/orchestra.sh');

test.skipIf(process.getuid?.() !== 0)('another user has its mail and nothing of the others', async ({ project }) => {
  chmodSync(project.base, 0o755);
  const work = join(project.folder, 'work');
  mkdirSync(work);
  chmodSync(work, 0o777);
  const speaks = `id -nu; cat ../.orchestra/run/launch/* ../.orchestra/run/secret && echo "reads all"; sh ${orchestra} stop other || echo "refused"
    while ! sh ${orchestra} inbox --take | grep 'a letter'; do sleep 0.2; done; sh ${orchestra} send other 'got it'; echo done; exec sleep 1000`;
  await project.up({
    defaults: { cwd: 'work', env: { PATH: process.env.PATH } },
    agents: {
      guest: { command: speaks, user: 'nobody', delivery: 'inbox' },
      caged: {
        command: 'id -nu; touch mine; echo done; exec sleep 1000',
        user: 'nobody',
        sandbox: 'project',
        limits: { nice: 2 },
      },
      grouped: { command: 'id -ng; echo done; exec sleep 1000', group: 'nogroup' },
      worker: { type: 'worker', user: 'nobody' },
      other: { command: ['sleep', '1000'] },
    },
  });
  await project.ok('send', 'guest', 'a letter');
  const shown = async (agent: string): Promise<string> =>
    stripEscapes(
      await until(
        `what ${agent} shows`,
        () => project.log(agent),
        (log) => log.includes('done'),
      ),
    );
  const guest = await shown('guest');
  expect(guest).toContain('nobody');
  expect(guest).not.toContain('reads all');
  expect(guest).toContain('refused');
  expect(await shown('caged')).toContain('nobody');
  expect(await shown('grouped')).toContain('nogroup');
  const task = ['--type', 'task_assign', '--payload', '{"command": "id -nu"}', '--wait=answered'];
  expect(await project.ok('send', 'worker', ...task)).toContain('output: nobody');
  const { pid, pane_pid } = await project.agent('guest');
  const door = /^ORCHESTRA_DOOR=(.*)$/m.exec(
    readFileSync(`/proc/${pid}/environ`, 'utf8').replaceAll('\0', '\n'),
  )?.[1] as string;
  expect(existsSync(join(door, 'controller.sock'))).toBe(true);
  // The wish to die with its shim is made after the change of user, which would take it away.
  kill(pane_pid as number);
  await until(
    'its end',
    () => isUp(pid as number),
    (up) => !up,
  );
  await project.down();
  expect(existsSync(door)).toBe(false);
});
