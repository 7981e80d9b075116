import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect } from 'vitest';
import { freshName, MailStore, seal, verify } from '../../src/mailbox/index.ts';
import type { MailEntry, MessageDraft, Receipt } from '../../src/protocol/index.ts';
import { CONFIGURATION, anAgent, type FakeSession, fakeSession } from '../support/fake-session.ts';
import { FakeMail } from '../support/fake-mail.ts';
import { ORCHESTRA, type Project, type Ran } from '../support/project.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

// The built program against mail that is a fake behind a real socket: what a person, a script and an agent see.

const ID = '0190a5b2-7c3d-7e4f-8a1b-2c3d4e5f6071';

let session: FakeSession | null = null;
afterEach(async () => {
  await session?.close();
  session = null;
});

async function fake(project: Project): Promise<FakeMail> {
  project.writeText(CONFIGURATION);
  const mail = new FakeMail('kaede', 'sakura', 'momiji');
  session = await fakeSession(project.folder, [anAgent('kaede'), anAgent('sakura')], {}, mail);
  return mail;
}

const told = (id: string): void =>
  session?.publish({
    kind: 'event',
    event: { seq: 9, time: '2026-01-31T12:00:00.000Z', type: 'message.acked', agent: 'kaede', data: { id, by: 'x' } },
  });

/** Runs orchestra with something on its standard input. */
function fed(project: Project, input: string, ...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [ORCHESTRA, ...args], { cwd: project.folder, env: project.env });
    const out = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => (out.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (out.stderr += text));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('close', (code) => resolve({ code, ...out }));
  });
}

const sent = (mail: FakeMail): MessageDraft =>
  mail.calls.findLast(([method]) => method === 'send')?.[1] as MessageDraft;

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

describe('send', () => {
  test('hands a note over, from a person, with an id of its own', async ({ project }) => {
    const mail = await fake(project);
    const { code, stdout, stderr } = await project.cli(['send', 'kaede', 'look', 'at', 'this']);
    expect([code, stderr]).toEqual([0, '']);
    const draft = sent(mail);
    expect(draft).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      type: 'note',
      from: 'external',
      to: 'kaede',
      payload: { text: 'look at this' },
      timestamp: expect.stringMatching(/Z$/) as string,
    });
    expect(stdout).toBe(`✔ queued for kaede  ${draft.id}\n`);
  });

  test('takes every option, the quick way and through commander alike', async ({ project }) => {
    const mail = await fake(project);
    const words = [
      ...[
        '--type',
        'task_assign',
        '--priority=urgent',
        '--ttl',
        '1h30m',
        '--delivery',
        'now',
        '--id',
        ID.toUpperCase(),
      ],
      ...['--payload', '{"command":["true"]}', '--reply-to', ID, '--json', 'run it'],
    ];
    const expected = {
      id: ID,
      type: 'task_assign',
      to: '@reviewers',
      payload: { command: ['true'], text: 'run it' },
      ttl: 5_400_000,
      priority: 'urgent',
      delivery: 'now',
      replyTo: ID,
    };
    const quick = await project.cli(['send', '@reviewers', ...words]);
    expect([quick.code, JSON.parse(quick.stdout)]).toEqual([
      0,
      { id: ID, recipients: ['kaede', 'sakura', 'momiji'], pending: false, duplicate: false } satisfies Receipt,
    ]);
    expect(sent(mail)).toMatchObject(expected);
    // A flag that only commander knows makes it take the long way.
    const again = await project.cli(['send', '@reviewers', ...words, '--fil', 'orchestra.yaml']);
    expect([again.code, again.stdout]).toEqual([2, expect.stringContaining("unknown option '--fil'")]);
  });

  test('reads the text from stdin or a file', async ({ project }) => {
    const mail = await fake(project);
    expect((await fed(project, 'two\nlines\n', 'send', 'kaede', '-')).code).toBe(0);
    expect(sent(mail).payload).toEqual({ text: 'two\nlines' });
    writeFileSync(join(project.folder, 'note.txt'), 'from a file\n');
    expect((await project.cli(['send', 'kaede', '-F', 'note.txt'])).code).toBe(0);
    expect(sent(mail).payload).toEqual({ text: 'from a file' });
    const huge = await fed(project, 'x'.repeat(1_100_000), 'send', 'kaede', '-');
    expect([huge.code, huge.stderr]).toEqual([13, expect.stringContaining('longer than 1 MiB')]);
  });

  test.for<[string[], string, string]>([
    [['KAEDE', 'x'], '"KAEDE" is no recipient', 'it is an agent, a group'],
    [['../kaede', 'x'], 'is no recipient', ''],
    [['kaede'], 'there is nothing to say', 'read it from stdin'],
    [['kaede', 'x', '--type', 'nota'], '--type cannot be "nota"', 'did you mean note?'],
    [['kaede', 'x', '--priority', 'urgnt'], '--priority cannot be "urgnt"', 'did you mean urgent?'],
    [['kaede', 'x', '--delivery', 'now'], 'interrupts a turn', 'add --priority urgent'],
    [['kaede', 'x', '--ttl', '10'], '--ttl takes a duration, not "10"', 'did you mean 10s?'],
    [['kaede', 'x', '--wait', 'aked'], '--wait cannot be "aked"', 'did you mean acked?'],
    [['kaede', 'x', '--id', 'mine'], '--id takes a UUID', 'uuidgen'],
    [['kaede', '--payload', '[1]'], '--payload takes a JSON object', 'such as'],
    [['kaede', 'x', '-F', 'nothere'], 'the text is given twice', ''],
    [['kaede', '-F', 'nothere'], 'there is no file nothere', ''],
    [[], "missing required argument 'TO'", ''],
  ])('refuses %j', async ([args, message, hint], { project }) => {
    const mail = await fake(project);
    const { code, stdout, stderr } = await project.cli(['send', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(mail.calls).toEqual([]);
  });

  test('ends with what the controller says', async ({ project }) => {
    await fake(project);
    const { code, stderr } = await project.cli(['send', 'kade', 'x']);
    expect([code, stderr]).toEqual([5, 'orchestra: there is no agent kade\n  look again\n']);
  });

  test('arrives once when it is sent again with its id', async ({ project }) => {
    const mail = await fake(project);
    await project.ok('send', 'kaede', 'x', '--id', ID);
    expect(await project.ok('send', 'kaede', 'x', '--id', ID)).toContain('sent before');
    expect(mail.to('kaede')).toHaveLength(1);
  });
});

describe('an agent', () => {
  const TOKEN = 'cd'.repeat(32);
  const from = (draft: MessageDraft): unknown => verify(draft, (agent) => (agent === 'kaede' ? TOKEN : null));

  test('signs with the token of its environment', async ({ project }) => {
    const mail = await fake(project);
    const env = { ...project.env, ORCHESTRA_AGENT: 'kaede', ORCHESTRA_TOKEN: TOKEN, ORCHESTRA_PROJECT: project.folder };
    expect((await project.cli(['send', 'sakura', 'x', '--priority', 'low'], { env, cwd: '/' })).code).toBe(0);
    expect([sent(mail).from, from(sent(mail))]).toEqual(['kaede', { ok: true, value: 'kaede' }]);
  });

  test('signs with the token kept for it where the environment has none', async ({ project }) => {
    const mail = await fake(project);
    mkdirSync(`${project.paths.run}/tokens`, { recursive: true });
    writeFileSync(project.paths.agentToken('kaede'), TOKEN);
    const env = { ...project.env, ORCHESTRA_AGENT: 'kaede', ORCHESTRA_TOKEN: '$ORCHESTRA_TOKEN' };
    await project.cli(['send', 'sakura', 'x'], { env });
    expect(from(sent(mail))).toEqual({ ok: true, value: 'kaede' });
  });

  test('without any token speaks as from outside', async ({ project }) => {
    const mail = await fake(project);
    await project.cli(['send', 'sakura', 'x'], { env: { ...project.env, ORCHESTRA_AGENT: 'kaede' } });
    expect([sent(mail).from, sent(mail).mac]).toEqual(['external', undefined]);
  });
});

describe('send --wait', () => {
  test('returns when it is so', async ({ project }) => {
    const mail = await fake(project);
    const waiting = project.cli(['send', 'kaede', 'x', '--id', ID, '--wait', 'acked']);
    await until(
      'the message',
      () => mail.to('kaede').length,
      (count) => count === 1,
    );
    mail.move(ID, 'started');
    told(ID);
    mail.move(ID, 'acked');
    told(ID);
    const { code, stdout, stderr } = await waiting;
    expect([code, stderr, stdout]).toEqual([0, '', `✔ kaede acked  ${ID}\n`]);
  });

  test('needs no event', async ({ project }) => {
    const mail = await fake(project);
    const waiting = project.cli(['send', 'kaede', 'x', '--id', ID, '--wait', 'acked', '--json']);
    await until(
      'the message',
      () => mail.to('kaede').length,
      (count) => count === 1,
    );
    mail.move(ID, 'acked');
    const { code, stdout } = await waiting;
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { id: ID, waited: 'acked', entries: [{ state: 'acked' }] }]);
  });

  test('shows the answer', async ({ project }) => {
    const mail = await fake(project);
    const waiting = project.cli(['send', 'kaede', 'x', '--id', ID, '--wait', 'answered']);
    await until(
      'the message',
      () => mail.to('kaede').length,
      (count) => count === 1,
    );
    const reply = mail.put('external', { from: 'kaede', replyTo: ID, payload: { text: 'done\x1b[2J\n  all' } });
    mail.move(ID, 'answered');
    told(ID);
    const { code, stdout } = await waiting;
    expect([code, stdout]).toEqual([0, `✔ kaede answered  ${ID}\n\nkaede ${reply.message.id}\n  done\n    all\n`]);
  });

  test('ends with 15 when it is dead, with 6 when it takes too long', async ({ project }) => {
    const mail = await fake(project);
    const waiting = project.cli(['send', '@all', 'x', '--id', ID, '--wait', 'submitted']);
    await until(
      'the messages',
      () => mail.entries.length,
      (count) => count === 3,
    );
    mail.move(ID, 'submitted', null, 'kaede');
    mail.move(ID, 'dead', 'expired', 'sakura');
    told(ID);
    const dead = await waiting;
    expect([dead.code, dead.stderr]).toEqual([
      15,
      `orchestra: the message was given up: kaede submitted, sakura dead: expired, momiji queued\n  see: orchestra queue show ${ID}\n`,
    ]);
    const late = await project.cli(['send', 'kaede', 'x', '--wait', 'submitted', '--timeout', '50ms', '--json']);
    expect([late.code, (JSON.parse(late.stdout) as { error: { code: string } }).error]).toMatchObject([
      6,
      { code: 'timeout', message: 'not submitted within 50ms: kaede queued', data: { entries: [{ state: 'queued' }] } },
    ]);
  });

  test('goes on over a new controller', async ({ project }) => {
    const mail = await fake(project);
    const waiting = project.cli(['send', 'kaede', 'x', '--id', ID, '--wait', 'acked']);
    await until(
      'a listener',
      () => session?.listeners ?? 0,
      (count) => count === 1,
    );
    await session?.close();
    mail.move(ID, 'acked');
    session = await fakeSession(project.folder, [], {}, mail);
    expect((await waiting).code).toBe(0);
  });
});

describe('mail that is there', () => {
  const crew = async (project: Project): Promise<FakeMail> => {
    const mail = await fake(project);
    mail.put('kaede', { id: ID, from: 'sakura', priority: 'urgent', payload: { text: 'evil\x1b]0;x\x07\nmore' } });
    mail.put('kaede', { from: 'momiji', type: 'task_assign', payload: { command: 'make test' }, state: 'submitted' });
    mail.put('kaede', { from: 'sakura', state: 'acked' });
    mail.put('sakura', { from: 'kaede', state: 'dead', reason: 'expired' });
    return mail;
  };

  test('inbox shows what an agent has to do, its own when an agent asks', async ({ project }) => {
    await crew(project);
    const table = await project.ok('inbox', 'kaede');
    expect(table.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^○ {2}4e5f6071 {2}sakura {15}urgent {4}queued {5}1m 01s {2}evil$/) as string,
      expect.stringMatching(/^● {2}00000002 {2}momiji {2}task_assign.*submitted.*\{"command":"make test"\}$/) as string,
      '',
    ]);
    const env = { ...project.env, ORCHESTRA_AGENT: 'sakura', ORCHESTRA_PROJECT: project.folder };
    // From wherever the agent has gone.
    const own = await project.cli(['inbox', '--all', '--json'], { env, cwd: '/' });
    expect(JSON.parse(own.stdout)).toMatchObject({ agent: 'sakura', entries: [{ state: 'dead', reason: 'expired' }] });
    expect(await project.ok('inbox')).toBe('no mail for external\n');
  });

  test('inbox --take hands over the next one, and waits for it', async ({ project }) => {
    const mail = await crew(project);
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

  test('read shows a message in full, by the end of its id', async ({ project }) => {
    await crew(project);
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

  test('ack says whose copy, and by whom', async ({ project }) => {
    const mail = await crew(project);
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

  test('reply goes to the sender and names what it answers', async ({ project }) => {
    const mail = await crew(project);
    const env = { ...project.env, ORCHESTRA_AGENT: 'kaede' };
    const { code, stderr } = await project.cli(['reply', '4e5f6071', 'will do', '--priority', 'high'], { env });
    expect([code, stderr]).toEqual([0, '']);
    expect(sent(mail)).toMatchObject({ to: 'sakura', replyTo: ID, payload: { text: 'will do' }, priority: 'high' });
    expect(mail.to('kaede')[0]?.state).toBe('answered');
  });

  test('queue ls, show, redrive and purge', async ({ project }) => {
    const mail = await crew(project);
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
  test('peek shows its lines, and nothing that moves the cursor', async ({ project }) => {
    const mail = await fake(project);
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
  ] as const)('type ends by what happened: %s', async ([result, status], { project }) => {
    const mail = await fake(project);
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
    const { code, stdout } = await project.cli(['send', 'kaede', 'x', '--id', ID]);
    expect([code, stdout]).toEqual([0, `no session is running: left in the intake for the next orchestra up  ${ID}\n`]);
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
