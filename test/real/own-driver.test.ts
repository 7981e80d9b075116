import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { kill } from '../support/processes.ts';
import type { Project } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

// Agents that nobody has written a driver for, in a real session: one that the configuration describes, and plain commands.

const BOT = fileURLToPath(new URL('../support/bot.mjs', import.meta.url));

/** One agent of a type the configuration describes. @param wait between text and keys */
function bot(project: Project, indent = 0, wait = '300ms'): Promise<unknown> {
  project.writeText(
    JSON.stringify({
      version: 1,
      session: project.session,
      layout: 'grid',
      defaults: {
        restart: { policy: 'always', healthy_after: '0s', backoff: 'off', breaker: 'off' },
        stop: { keys: [], timeout: '900ms' },
      },
      messages: { backoff: { initial: '100ms', max: '200ms' } },
      agent_types: {
        mybot: {
          command: [process.execPath, BOT, join(project.folder, 'told'), String(indent)],
          screen: { busy: ['esc to interrupt\\)$'], approval: ['^Allow this\\?'] },
          composer: '^> $',
          submit: { keys: ['Enter'], wait },
        },
      },
      agents: { kaede: { type: 'mybot' } },
    }),
  );
  return project.up();
}

const told = (project: Project): { submitted?: string; chose?: string }[] => {
  const log = join(project.folder, 'told');
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => JSON.parse(line) as { submitted?: string });
};
const bodies = (project: Project): (string | undefined)[] =>
  told(project).flatMap(({ submitted }) => (submitted === undefined ? [] : /external: (.*)/.exec(submitted)?.[1]));
const states = async (project: Project): Promise<string[]> =>
  (await project.rpc((client) => client.mail({ agent: 'kaede' }))).map(({ state }) => state);
const idle = (project: Project) => project.untilAgent('kaede', 'idle', ({ activity }) => activity === 'idle');
const screen = async (project: Project): Promise<string> =>
  (await project.rpc((client) => client.peek('kaede'))).lines.join('\n');

describe('an agent that ends between the text and the keys', () => {
  test.for(['killed', 'restarted'])('%s: the message is said when it is back, once', async (how, { project }) => {
    await bot(project, 2, '1500ms');
    await idle(project);
    const pid = await project.pidOf('kaede');
    await project.ok('send', 'kaede', 'hello K1');
    await until(
      'the text on the screen',
      () => screen(project),
      (seen) => seen.includes('hello K1'),
    );
    if (how === 'killed') kill(pid);
    else await project.ok('restart', 'kaede');
    expect(told(project)).toEqual([]);
    await until(
      'what it was told',
      () => bodies(project),
      (said) => said.length > 0,
      20_000,
    );
    await until(
      'the end of its turn',
      () => states(project),
      ([state]) => state === 'started' || state === 'submitted',
    );
    expect(bodies(project)).toEqual(['hello K1']);
    const events = await project.events();
    const back = events.findLastIndex(({ type }) => type === 'agent.started');
    const early = events.slice(0, back);
    expect(early.filter(({ type }) => type === 'message.submitted')).toEqual([]);
    expect(early.filter(({ type, data }) => type === 'agent.activity' && 'to' in data && data.to === 'busy')).toEqual(
      [],
    );
  });
});

describe('an agent that the configuration describes', () => {
  test.for([0, 2, 4])('gets messages of several rows that begin at column %i', async (indent, { project }) => {
    await bot(project, indent);
    await idle(project);
    const texts = ['one line that is longer than its pane is wide '.repeat(4).trim(), 'two'];
    for (const text of texts) await project.ok('send', 'kaede', text, '--wait=submitted', '--timeout', '15s');
    expect(bodies(project)).toEqual(texts);
  });

  test('whose dialog was answered gets its mail: the line it leaves in the transcript asks nothing', async ({
    project,
  }) => {
    await bot(project);
    await idle(project);
    await project.ok('send', 'kaede', 'ask me');
    await project.untilAgent('kaede', 'its question', ({ activity }) => activity === 'approval');
    await project.ok('send', 'kaede', 'wait for it');
    expect(told(project)).toEqual([{ submitted: expect.stringContaining('ask me') as string }]);
    await project.tmux('send-keys', '-t', (await project.agent('kaede')).pane ?? '', 'y');
    await until(
      'the next message',
      () => bodies(project),
      (said) => said.length === 2,
      20_000,
    );
    expect(told(project).map(({ chose }) => chose)).toEqual([undefined, 'y', undefined]);
    await project.untilAgent('kaede', 'nothing in flight', ({ mail }) => mail.inFlight === 0);
    const dead = (await project.events()).filter(({ type }) => type === 'message.dead' || type === 'message.retried');
    expect(dead).toEqual([]);
  });
});

describe('a plain command, of which nobody can tell when a turn is over', () => {
  test('has its messages for good once they were submitted: no restart types them again', async ({ project }) => {
    const crew = (depth: number) =>
      JSON.stringify({
        version: 1,
        session: project.session,
        layout: 'grid',
        defaults: {
          restart: { policy: 'always', healthy_after: '0s', backoff: 'off', breaker: 'off' },
          stop: { keys: [], timeout: '900ms' },
        },
        messages: { depth },
        agents: { kaede: { command: ['cat'] } },
      });
    project.writeText(crew(2));
    await project.up();
    const texts = ['M1', 'M2', 'M3', 'M4'];
    for (const text of texts) {
      await project.ok('send', 'kaede', text, '--wait=submitted', '--ttl', '1h');
      await project.untilAgent('kaede', 'nothing in flight', ({ mail }) => mail.inFlight === 0);
    }
    expect((await project.agent('kaede')).activity).toBe('unknown');
    const echoed = () => [...project.log('kaede').matchAll(/external: (M\d)/g)].map(([, text]) => text);
    await until('the echo', echoed, (seen) => seen.length >= 8);
    const pid = await project.pidOf('kaede');
    await project.ok('restart', 'kaede');
    await project.untilReplaced('kaede', pid);
    await project.down();
    await project.up();
    await project.ok('send', 'kaede', 'M5', '--wait=submitted');
    const events = await project.events();
    expect(events.filter(({ type }) => ['message.retried', 'message.dead'].includes(type))).toEqual([]);
    expect(events.filter(({ type }) => type === 'message.submitted')).toHaveLength(5);
  });
});
