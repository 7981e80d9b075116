import { readFileSync, statSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { freshName, MailStore, seal } from '../../src/mailbox/index.ts';
import type { MailEntry } from '../../src/protocol/index.ts';
import { CONFIGURATION } from '../support/fake-session.ts';
import type { FakeMail } from '../support/fake-mail.ts';
import { type MailSession, test } from '../support/mail-session.ts';
import { until } from '../support/until.ts';

// The built program against mail that is a fake behind a real socket: what a person, a script and an agent see.

const ID = '0190a5b2-7c3d-7e4f-8a1b-2c3d4e5f6071';

const COMMANDS = [
  'send', 'inbox', 'read', 'ack', 'reply', 'queue', 'queue ls', 'queue show', 'queue redrive', 'queue purge', 'peek', 'type', 'mcp',
  'mcp install',
]; // biome-ignore format: a list of words

test('every command has help, with examples, within 120 columns', async ({ project }) => {
  for (const command of COMMANDS) {
    const { code, stdout, stderr } = await project.cli([...command.split(' '), '--help']);
    expect([command, code, stderr]).toEqual([command, 0, '']);
    expect(stdout).toContain(`Usage: orchestra ${command}`);
    expect(stdout, `orchestra ${command} has no examples`).toContain('Examples:');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  }
});

describe('mail that is there', () => {
  const crew = async (session: MailSession): Promise<FakeMail> => {
    const mail = await session.open();
    mail.put('kaede', { id: ID, from: 'sakura', priority: 'urgent', payload: { text: 'evil\x1b]0;x\x07\nmore' } });
    mail.put('kaede', { from: 'momiji', type: 'task_assign', payload: { command: 'make test' }, state: 'submitted' });
    mail.put('kaede', { from: 'sakura', state: 'acked' });
    mail.put('sakura', { from: 'kaede', state: 'dead', reason: 'expired' });
    return mail;
  };

  test('inbox shows what an agent has to do, its own when an agent asks', async ({ project, session }) => {
    await crew(session);
    const table = await project.ok('inbox', 'kaede');
    expect(table.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^○ {2}4e5f6071 {2}sakura {15}urgent {4}queued {5}1m 01s {2}evil$/) as string,
      expect.stringMatching(/^● {2}00000002 {2}momiji {2}task_assign.*submitted.*command: make test$/) as string,
      '',
    ]);
    const env = { ...project.env, ORCHESTRA_AGENT: 'sakura', ORCHESTRA_PROJECT: project.folder };
    // From wherever the agent has gone.
    const own = await project.cli(['inbox', '--all', '--json'], { env, cwd: '/' });
    expect(JSON.parse(own.stdout)).toMatchObject({ agent: 'sakura', entries: [{ state: 'dead', reason: 'expired' }] });
    expect(await project.ok('inbox')).toBe('no mail for external\n');
  });

  test('inbox --take hands over the next one, and waits for it', async ({ project, session }) => {
    const mail = await crew(session);
    expect(await project.ok('inbox', 'kaede', '--take')).toContain('evil\nmore');
    expect(mail.to('kaede')[0]?.state).toBe('submitted');
    const none = await project.cli(['inbox', 'kaede', '--take']);
    expect([none.code, none.stderr]).toEqual([6, expect.stringContaining('no mail for kaede now')]);
    const waiting = project.cli(['inbox', 'sakura', '--take', '--wait', '1m', '--json']);
    await until(
      'somebody who waits',
      () => mail.calls.filter(([method, agent]) => method === 'take' && agent === 'sakura').length,
      (count) => count === 1,
    );
    mail.put('sakura', { payload: { text: 'now' } });
    expect(JSON.parse((await waiting).stdout)).toMatchObject({ message: { payload: { text: 'now' } } });
  });

  test('read shows a message in full, by the end of its id', async ({ project, session }) => {
    await crew(session);
    const text = await project.ok('read', '4e5f6071');
    expect(text).toMatch(
      /^from {5}sakura\nto {7}kaede\ntype {5}note, urgent\nsent {5}.*, 1m 01s ago\nid {7}0190a5b2-.*\nstate {4}queued\n\nevil\nmore\n$/,
    );
    expect((JSON.parse(await project.ok('read', ID, '--json')) as { message: { id: string } }).message.id).toBe(ID);
    const two = await project.cli(['read', '0000']);
    expect([two.code, two.stderr]).toEqual([12, expect.stringContaining('there is no message 0000')]);
    const none = await project.cli(['read', ID.replace('6071', '6072')]);
    expect([none.code, none.stderr]).toEqual([12, expect.stringContaining('there is no message 0190')]);
    expect((await project.cli(['read', '../x'])).code).toBe(2);
  });

  test('ack says whose copy, and by whom', async ({ project, session }) => {
    const mail = await crew(session);
    expect(await project.ok('ack', '4e5f6071', '00000002')).toContain(`✔ kaede acknowledged ${ID}  evil\n`);
    expect(mail.calls).toContainEqual(['ack', 'kaede', ID, 'cli']);
    const env = { ...project.env, ORCHESTRA_AGENT: 'momiji' };
    const other = await project.cli(['ack', ID], { env });
    expect([other.code, other.stderr]).toEqual([12, expect.stringContaining('momiji has no message')]);
    expect((await project.cli(['ack', ID, '--agent', 'kaede'], { env })).code).toBe(0);
    expect(mail.calls).toContainEqual(['ack', 'kaede', ID, 'momiji']);
    await project.cli(['send', '@all', 'x', '--id', ID.replace('6071', '6072')]);
    const many = await project.cli(['ack', ID.replace('6071', '6072')]);
    expect([many.code, many.stderr]).toEqual([2, expect.stringContaining('--agent: kaede, sakura, momiji')]);
  });

  test('reply goes to the sender and names what it answers', async ({ project, session }) => {
    const mail = await crew(session);
    const env = { ...project.env, ORCHESTRA_AGENT: 'kaede' };
    const { code, stderr } = await project.cli(['reply', '4e5f6071', 'will do', '--priority', 'high'], { env });
    // It has no token in this session.
    expect([code, stderr]).toEqual([0, 'sent as external: there is no token of kaede\n']);
    expect(session.sent()).toMatchObject({ to: 'sakura', replyTo: ID, payload: { text: 'will do' }, priority: 'high' });
    expect(mail.to('kaede')[0]?.state).toBe('answered');
  });

  test('queue ls, show, redrive and purge', async ({ project, session }) => {
    const mail = await crew(session);
    mail.put('sakura', { from: 'kaede', replyTo: ID, payload: { text: 'an answer' } });
    const listed = JSON.parse(await project.ok('queue', 'ls', '--json')) as { entries: MailEntry[] };
    expect(listed.entries.map(({ state }) => state)).toEqual(['queued', 'submitted', 'dead', 'queued']);
    expect(await project.ok('queue', 'ls', 'sakura', '--state', 'dead')).toMatch(
      /✖ {2}00000004 {2}kaede.*dead: expired/,
    );
    const shown = await project.ok('queue', 'show', ID);
    expect(shown).toContain('/mail/kaede/1');
    expect(shown).toContain('an answer');
    expect(await project.ok('queue', 'redrive', 'sakura')).toBe('1 message queued again\n');
    expect(await project.ok('queue', 'purge', '--id', '4e5f6071', '--state', 'queued')).toBe(
      '2 messages thrown away\n',
    );
    expect(mail.calls).toContainEqual(['redrive', { agent: 'sakura' }, 'cli']);
    expect(mail.calls).toContainEqual(['purge', { id: ID, states: ['queued'] }, 'cli']);
    for (const verb of ['redrive', 'purge']) {
      const all = await project.cli(['queue', verb]);
      expect([all.code, all.stderr]).toEqual([2, expect.stringContaining('--all')]);
    }
    expect((await project.cli(['queue', 'ls', '--state', 'ded'])).stderr).toContain('did you mean dead?');
  });
});

describe('a pane', () => {
  test('peek shows its lines, and nothing that moves the cursor', async ({ project, session }) => {
    const mail = await session.open();
    mail.screen = { lines: ['  > hi\x1b[31m', '', 'Working… '], title: 'claude' };
    expect(await project.ok('peek', 'kaede')).toBe('  > hi\n\nWorking…\n');
    expect(JSON.parse(await project.ok('peek', 'kaede', '--json'))).toMatchObject({ agent: 'kaede', pane: '%3' });
  });

  test.for([
    ['submitted', 0],
    ['dialog', 16],
    ['draft', 17],
    ['busy', 18],
    ['ambiguous', 19],
    ['gone', 9],
  ] as const)('type ends by what happened: %s', async ([result, status], { project, session }) => {
    const mail = await session.open();
    mail.typed = result;
    const { code } = await project.cli(['type', 'kaede', '/compact', 'now', '--no-enter']);
    expect(code).toBe(status);
    expect(mail.calls).toEqual([['type', 'kaede', '/compact now', { submit: false, force: false }]]);
  });
});

describe('without a session', () => {
  test.for(['inbox', 'read 0190', 'ack 0190', 'reply 0190 x', 'queue ls', 'queue redrive --all', 'peek x', 'type x y'])(
    '%s ends with 4',
    async (line, { project }) => {
      const { code, stdout, stderr } = await project.cli(line.split(' '));
      expect([code, stdout]).toEqual([4, '']);
      expect(stderr).toContain('orchestra up');
    },
  );

  test('send leaves the message in the intake, and says so', async ({ project }) => {
    project.writeText(CONFIGURATION);
    const { code, stdout, stderr } = await project.cli(['send', 'kaede', 'x', '--id', ID]);
    expect([code, stdout]).toEqual([0, `no session is running: left in the intake for the next orchestra up  ${ID}\n`]);
    expect(stderr).toBe('no session here has had an agent kaede so far\n');
    const file = `${project.paths.intake}/new/${ID}.json`;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ id: ID, to: 'kaede', payload: { text: 'x' } });
    const again = await project.cli(['send', 'kaede', 'y', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ recipients: [], pending: true });
    expect(await project.ok('queue', 'ls')).toBe('no messages\n\nno session is running, 2 more in the intake\n');
    expect(await project.ok('inbox', 'kaede')).toBe('no mail for kaede\n');
  });

  test('inbox, read and queue read the directories', async ({ project }) => {
    project.writeText(CONFIGURATION);
    const store = new MailStore(project.paths);
    store.prepare();
    const message = { type: 'note', from: 'sakura', to: 'kaede', sentTo: 'kaede', payload: { text: 'hello' } } as const;
    const rest = { timestamp: '2026-01-31T12:00:00.000Z', ttl: null, priority: 'normal', replyTo: null } as const;
    const name = freshName(2, 1, ID);
    await store.write('kaede', name, seal({ id: ID, seq: 1, delivery: null, ...message, ...rest })).durable();
    expect(await project.ok('inbox', 'kaede')).toMatch(/○ {2}4e5f6071 {2}sakura .* hello\n$/);
    expect(await project.ok('read', '4e5f6071')).toContain('\n\nhello\n');
    expect(await project.ok('queue', 'show', ID)).toContain(store.file('kaede', name));
    const none = await project.cli(['read', ID.replace('6071', '6072')]);
    expect(none.code).toBe(12);
  });

  test('send --wait sends nothing', async ({ project }) => {
    const { code, stderr } = await project.cli(['send', 'kaede', 'x', '--wait', 'acked']);
    expect([code, stderr]).toEqual([4, expect.stringContaining('nothing was sent')]);
  });
});
