import { describe, expect } from 'vitest';
import type { Asked } from '../../src/protocol/index.ts';
import { FakeDesk } from '../support/fake-desk.ts';
import { anAgent, CONFIGURATION, fakeSession } from '../support/fake-session.ts';
import { noMail } from '../support/no-mail.ts';
import { test as base } from '../support/test.ts';

// The built program against a desk that is a fake behind a real socket.

const test = base.extend<{ desk: FakeDesk }>({
  desk: async ({ project }, use) => {
    project.writeText(CONFIGURATION);
    const desk = new FakeDesk('kaede', 'sakura');
    const agents = [anAgent('kaede'), anAgent('sakura', { paused: true, detail: 'busy with it' })];
    const session = await fakeSession(project.folder, agents, {}, noMail, desk);
    await use(desk);
    await session.close();
  },
});

const ASKED: Asked = {
  kind: 'approval',
  lines: [' Bash command', '   touch \x1b]0;evil\x07it', ' ❯ 1. Yes'],
  token: 'the-token',
  answerable: true,
};

describe('pause and resume', () => {
  test('take names, `all`, or nobody for everybody', async ({ desk, project }) => {
    expect(await project.ok('pause', 'kaede')).toContain('✔ kaede  paused');
    await project.ok('pause');
    await project.ok('resume', 'all');
    const { outcomes, verb } = JSON.parse(await project.ok('resume', 'sakura', 'sakura', '--json'));
    expect([verb, outcomes]).toEqual(['resume', [{ agent: 'sakura', ok: true, message: 'goes on' }]]);
    expect(desk.calls).toEqual([
      ['pause', ['kaede'], true, 'cli'],
      ['pause', [], true, 'cli'],
      ['pause', [], false, 'cli'],
      ['pause', ['sakura'], false, 'cli'],
    ]);
  });

  test('refuse a name nobody has before anything is done', async ({ desk, project }) => {
    const { code, stderr } = await project.cli(['pause', 'kaede', 'sakuar']);
    expect(code).toBe(5);
    expect(stderr).toContain('did you mean sakura?');
    expect(desk.calls).toEqual([]);
  });

  test('show in the status', async ({ desk: _desk, project }) => {
    expect(await project.ok('status')).toMatch(/sakura .*paused: its mail waits; busy with it/);
  });
});

describe('approve and deny', () => {
  test('answer what was shown, by its token', async ({ desk, project }) => {
    desk.questions.set('kaede', ASKED);
    const said = await project.ok('approve', 'kaede', '--yes');
    expect(said).toContain('kaede asks:\n┃  Bash command\n┃    touch it\n┃  ❯ 1. Yes\n');
    expect(said).toContain('✔ allowed for kaede');
    desk.questions.set('kaede', ASKED);
    expect(JSON.parse(await project.ok('deny', 'kaede', '--json'))).toEqual({
      agent: 'kaede',
      answered: 'no',
      asked: ASKED,
    });
    expect(desk.calls.filter(([method]) => method === 'answer')).toEqual([
      ['answer', 'kaede', true, 'the-token', 'cli'],
      ['answer', 'kaede', false, 'the-token', 'cli'],
    ]);
  });

  test('end with what is in the way, and nothing is answered', async ({ desk, project }) => {
    const code = async (...args: string[]): Promise<number | null> => (await project.cli(args)).code;
    expect(await code('approve', 'kaede', '--yes')).toBe(8); // asks nothing
    expect(await code('deny', 'nobody')).toBe(5);
    desk.questions.set('kaede', { ...ASKED, answerable: false });
    expect(await code('approve', 'kaede', '--yes')).toBe(13);
    desk.questions.set('kaede', ASKED);
    const unconfirmed = await project.cli(['approve', 'kaede']);
    expect([unconfirmed.code, unconfirmed.stderr]).toEqual([2, expect.stringContaining('--yes')]);
    expect(desk.calls.filter(([method]) => method === 'answer')).toEqual([]);
  });
});
