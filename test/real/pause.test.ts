import { describe, expect } from 'vitest';
import { kill } from '../support/processes.ts';
import type { Project } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

const CREW = { agents: { kaede: { type: 'worker' }, sakura: { command: ['cat'] } } };

const states = async (project: Project, agent: string): Promise<string[]> =>
  (await project.rpc((client) => client.mail({ agent }))).map(({ state }) => state);

describe('a paused agent', () => {
  test('gets no mail, also after the controller was killed, until it goes on', async ({ project }) => {
    await project.up(CREW);
    await project.ok('pause');
    await project.ok('send', 'kaede', 'fetched by itself');
    await project.ok('send', 'sakura', 'typed into it');
    const before = await project.status();
    expect(before.agents.map(({ paused }) => paused)).toEqual([true, true]);
    kill(before.controller.pid);
    const after = await project.until('a new controller', (now) => now.controller.pid !== before.controller.pid);
    expect(after.agents.map(({ paused, mail }) => [paused, mail.queued])).toEqual([
      [true, 1],
      [true, 1],
    ]);
    expect(await project.rpc((client) => client.take('kaede', 1_500))).toBeNull();
    expect([...(await states(project, 'kaede')), ...(await states(project, 'sakura'))]).toEqual(['queued', 'queued']);

    // Whoever waits for its mail gets it at once, not with the end of its wait.
    await project.ok('resume', 'kaede');
    await until(
      'its mail',
      () => states(project, 'kaede'),
      ([state]) => state !== 'queued',
    );
    expect(await states(project, 'sakura')).toEqual(['queued']);
    await project.ok('resume');
    await until(
      'its mail',
      () => project.log('sakura'),
      (log) => log.includes('typed into it'),
    );
    const told = (await project.events()).filter(({ type }) => /^agent\.(un)?paused$/.test(type));
    expect(told.map(({ type, agent, data }) => [type, agent, data])).toEqual([
      ['agent.paused', 'kaede', { by: 'cli' }],
      ['agent.paused', 'sakura', { by: 'cli' }],
      ['agent.unpaused', 'kaede', { by: 'cli' }],
      ['agent.unpaused', 'sakura', { by: 'cli' }],
    ]);
  });

  test('is paused no longer after down, nor is another of its name', async ({ project }) => {
    await project.up(CREW);
    await project.ok('pause', 'kaede', 'sakura');
    await project.up({ agents: { kaede: CREW.agents.kaede } });
    const back = await project.up(CREW);
    expect(back.agents.map(({ paused }) => paused)).toEqual([true, false]);
    await project.down();
    const again = await project.up(CREW);
    expect(again.agents.map(({ paused }) => paused)).toEqual([false, false]);
  });
});
