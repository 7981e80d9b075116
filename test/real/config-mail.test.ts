import { describe, expect } from 'vitest';
import { EXIT_STATUS } from '../../src/protocol/index.ts';
import { kill } from '../support/processes.ts';
import { test } from '../support/test.ts';

// The built program on files that configure messages: what a person who writes one sees.

const CREW = `version: 1
session: garden
layout: grid
agents:
  kaede: { type: worker }
  sakura: { type: worker, delivery: inbox, account: team-key }
  workers: { type: worker, replicas: 2 }
`;
const RULES = `messages: { ttl: 1d, lease: 10m }
groups: { reviewers: [sakura, kaede], workers: [workers] }
policy:
  - deny: { from: ['@reviewers'], to: [kaede], types: [task_assign] }
agent_types:
  mybot: { extends: claude, command: [mybot], screen: { busy: ['^⠋'] } }
`;

describe('a file with rules for messages', () => {
  test('is valid, and shown with everything explicit', async ({ project }) => {
    project.writeText(CREW + RULES);
    await project.ok('config', 'check');
    const spec = JSON.parse(await project.ok('config', 'show', '--json'));
    expect(spec.messages).toEqual({
      depth: 1_000,
      ttl: 86_400_000,
      attempts: 5,
      backoff: { initial: 1_000, max: 60_000, factor: 2 },
      lease: 600_000,
      keep: 604_800_000,
      groups: { reviewers: ['sakura', 'kaede'], workers: ['workers-1', 'workers-2'] },
      policy: [{ allow: false, from: ['@reviewers'], to: ['kaede'], types: ['task_assign'] }],
    });
    expect(spec.agentTypes.mybot).toMatchObject({ extends: 'claude', command: ['mybot'] });
    expect(spec.agents[1]).toMatchObject({ delivery: 'inbox', resume: true, account: 'team-key' });
  });

  test('with mistakes is refused, each at its place with what was meant', async ({ project }) => {
    project.writeText(`${CREW}${RULES.replace('[sakura, kaede]', '[sakrua, kaede]').replace("'^⠋'", "'('")}`);
    const { code, stdout, stderr } = await project.cli(['config', 'check']);
    expect(code).toBe(3);
    const said = stdout + stderr;
    expect(said).toContain('orchestra.yaml:9:23: there is no agent `sakrua`');
    expect(said).toContain('did you mean `sakura`?');
    expect(said).toContain('orchestra.yaml:13:64: this is not a regular expression: unterminated group');
    expect(said).not.toMatch(/\n\s+at /);
  });
});

describe('a session that runs', () => {
  test('takes other rules without touching an agent, and says so before and after', async ({ project }) => {
    project.writeText(CREW);
    const before = await project.up();
    project.writeText(CREW + RULES);
    expect(await project.ok('config', 'plan')).toContain(
      'the session will change  (messages.ttl, messages.lease, groups, policy, agent_types.mybot)',
    );
    expect(await project.ok('up', '--no-attach')).toContain('the session changed  (messages.ttl');
    const after = await project.status();
    expect(after.agents.map(({ pid, incarnation }) => [pid, incarnation])).toEqual(
      before.agents.map(({ pid, incarnation }) => [pid, incarnation]),
    );
    expect(await project.ok('config', 'plan')).toContain('nothing has to change');
  });

  test('obeys them at once, and the next controller too', async ({ project }) => {
    project.writeText(CREW);
    const { controller } = await project.up();
    const send = (): Promise<number | null> => project.cli(['send', 'kaede', 'hello']).then(({ code }) => code);
    expect(await send()).toBe(0);
    project.writeText(`${CREW}policy: [{ deny: { from: external, to: kaede } }]\n`);
    await project.ok('up', '--no-attach');
    expect(await send()).toBe(EXIT_STATUS.refused);
    kill(controller.pid);
    await project.until('a new controller', (now) => now.controller.pid !== controller.pid);
    expect(await send()).toBe(EXIT_STATUS.refused);
    expect(await project.ok('config', 'plan')).toContain('nothing has to change');
  });
});
