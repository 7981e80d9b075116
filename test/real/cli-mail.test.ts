import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { verify } from '../../src/mailbox/index.ts';
import type { MessageDraft, Receipt } from '../../src/protocol/index.ts';
import { test } from '../support/mail-session.ts';
import { ORCHESTRA, type Project, type Ran } from '../support/project.ts';
import { until } from '../support/until.ts';

// The built program against mail that is a fake behind a real socket: what a person, a script and an agent see.

const ID = '0190a5b2-7c3d-7e4f-8a1b-2c3d4e5f6071';

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

describe('send', () => {
  test('hands a note over, from a person, with an id of its own', async ({ project, session }) => {
    await session.open();
    const { code, stdout, stderr } = await project.cli(['send', 'kaede', 'look', 'at', 'this']);
    expect([code, stderr]).toEqual([0, '']);
    const draft = session.sent();
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

  test('takes every option, and leaves to commander what it does not know', async ({ project, session }) => {
    await session.open();
    const words = [
      '--type',
      'task_assign',
      '--priority=urgent',
      '--ttl',
      '1h30m',
      '--delivery',
      'now',
      '--id',
      ID.toUpperCase(),
      '--payload',
      '{"command":["true"]}',
      '--reply-to',
      ID,
      '--json',
      'run it',
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
    expect(session.sent()).toMatchObject(expected);
    // A flag that only commander knows makes it take the long way.
    const again = await project.cli(['send', '@reviewers', ...words, '--fil', 'orchestra.yaml']);
    expect([again.code, again.stdout]).toEqual([2, expect.stringContaining("unknown option '--fil'")]);
  });

  test('reads the text from stdin or a file', async ({ project, session }) => {
    await session.open();
    expect((await fed(project, 'two\nlines\n', 'send', 'kaede', '-')).code).toBe(0);
    expect(session.sent().payload).toEqual({ text: 'two\nlines' });
    writeFileSync(join(project.folder, 'note.txt'), 'from a file\n');
    expect((await project.cli(['send', 'kaede', '-F', 'note.txt'])).code).toBe(0);
    expect(session.sent().payload).toEqual({ text: 'from a file' });
    const huge = await fed(project, 'x'.repeat(1_100_000), 'send', 'kaede', '-');
    expect([huge.code, huge.stderr]).toEqual([13, expect.stringContaining('longer than 1 MiB')]);
    const endless = await project.cli(['send', 'kaede', '-F', '/dev/zero']);
    expect([endless.code, endless.stderr]).toEqual([13, expect.stringContaining('longer than 1 MiB')]);
    const nothing = await fed(project, '\n', 'send', 'kaede', '-');
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('there is nothing to say')]);
  });

  test.for<[string[], string, string]>([
    [['KAEDE', 'x'], '"KAEDE" is no recipient', 'it is an agent, a group'],
    [['../kaede', 'x'], 'is no recipient', ''],
    [['kaede'], 'there is nothing to say', 'read it from stdin'],
    [['kaede', 'x', '--type', 'nota'], '--type cannot be "nota"', 'did you mean note?'],
    [['kaede', 'x', '--priority', 'urgnt'], '--priority cannot be "urgnt"', 'did you mean urgent?'],
    [['kaede', 'x', '--delivery', 'now'], 'interrupts a turn', 'add --priority urgent'],
    [['kaede', 'x', '--ttl', '10'], '--ttl takes a duration, not "10"', 'did you mean 10s?'],
    [['kaede', 'x', '--ttl', '0s'], 'with a ttl of nothing', 'such as --ttl 5m'],
    [['kaede', ''], 'there is nothing to say', ''],
    [['kaede', 'x', '--wait', 'aked'], '--wait cannot be "aked"', 'did you mean acked?'],
    [['kaede', 'x', '--id', 'mine'], '--id takes a UUID', 'uuidgen'],
    [['kaede', '--payload', '[1]'], '--payload takes a JSON object', 'such as'],
    [['kaede', 'x', '-F', 'nothere'], 'the text is given twice', ''],
    [['kaede', '-F', 'nothere'], 'there is no file nothere', ''],
    [[], "missing required argument 'TO'", ''],
  ])('refuses %j', async ([args, message, hint], { project, session }) => {
    const mail = await session.open();
    const { code, stdout, stderr } = await project.cli(['send', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(mail.calls).toEqual([]);
  });

  test('ends with what the controller says', async ({ project, session }) => {
    await session.open();
    const { code, stderr } = await project.cli(['send', 'kade', 'x']);
    expect([code, stderr]).toEqual([5, 'orchestra: there is no agent kade\n  look again\n']);
  });

  test('arrives once when it is sent again with its id', async ({ project, session }) => {
    const mail = await session.open();
    await project.ok('send', 'kaede', 'x', '--id', ID);
    expect(await project.ok('send', 'kaede', 'x', '--id', ID)).toContain('sent before');
    expect(mail.to('kaede')).toHaveLength(1);
  });
});

describe('an agent', () => {
  const TOKEN = 'cd'.repeat(32);
  const from = (draft: MessageDraft): unknown => verify(draft, (agent) => (agent === 'kaede' ? TOKEN : null));

  test('signs with the token of its environment', async ({ project, session }) => {
    await session.open();
    const env = { ...project.env, ORCHESTRA_AGENT: 'kaede', ORCHESTRA_TOKEN: TOKEN, ORCHESTRA_PROJECT: project.folder };
    expect((await project.cli(['send', 'sakura', 'x', '--priority', 'low'], { env, cwd: '/' })).code).toBe(0);
    expect([session.sent().from, from(session.sent())]).toEqual(['kaede', { ok: true, value: 'kaede' }]);
  });

  test('signs with the token kept for it where the environment has none', async ({ project, session }) => {
    await session.open();
    mkdirSync(`${project.paths.run}/tokens`, { recursive: true });
    writeFileSync(project.paths.agentToken('kaede'), TOKEN);
    const env = { ...project.env, ORCHESTRA_AGENT: 'kaede', ORCHESTRA_TOKEN: '$ORCHESTRA_TOKEN' };
    await project.cli(['send', 'sakura', 'x'], { env });
    expect(from(session.sent())).toEqual({ ok: true, value: 'kaede' });
  });

  test('without any token speaks as from outside', async ({ project, session }) => {
    await session.open();
    await project.cli(['send', 'sakura', 'x'], { env: { ...project.env, ORCHESTRA_AGENT: 'kaede' } });
    expect([session.sent().from, session.sent().mac]).toEqual(['external', undefined]);
  });
});

describe('send --wait', () => {
  test('returns when it is so', async ({ project, session }) => {
    const mail = await session.open();
    const waiting = project.cli(['send', 'kaede', 'x', '--id', ID, '--wait', 'acked']);
    await until(
      'the message',
      () => mail.to('kaede').length,
      (count) => count === 1,
    );
    mail.move(ID, 'started');
    session.tell(ID);
    mail.move(ID, 'acked');
    session.tell(ID);
    const { code, stdout, stderr } = await waiting;
    expect([code, stderr, stdout]).toEqual([0, '', `✔ kaede acked  ${ID}\n`]);
  });

  test('needs no event', async ({ project, session }) => {
    const mail = await session.open();
    const waiting = project.cli(['send', 'kaede', 'x', '--id', ID, '--wait', 'acked', '--json']);
    await until(
      'a look at the message',
      () => mail.calls.filter(([method]) => method === 'message').length,
      (count) => count > 0,
    );
    mail.move(ID, 'acked');
    const { code, stdout } = await waiting;
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { id: ID, waited: 'acked', entries: [{ state: 'acked' }] }]);
  });

  test('shows the answer', async ({ project, session }) => {
    const mail = await session.open();
    const waiting = project.cli(['send', 'kaede', 'x', '--id', ID, '--wait', 'answered']);
    await until(
      'the message',
      () => mail.to('kaede').length,
      (count) => count === 1,
    );
    const reply = mail.put('external', { from: 'kaede', replyTo: ID, payload: { text: 'done\x1b[2J\n  all' } });
    mail.move(ID, 'answered');
    session.tell(ID);
    const { code, stdout } = await waiting;
    expect([code, stdout]).toEqual([0, `✔ kaede answered  ${ID}\n\nkaede ${reply.message.id}\n  done\n    all\n`]);
    // The person has seen it.
    expect(mail.calls).toContainEqual(['ack', 'external', reply.message.id, 'external']);
  });

  test('ends with 15 when it is dead, with 6 when it takes too long', async ({ project, session }) => {
    const mail = await session.open();
    const waiting = project.cli(['send', '@all', 'x', '--id', ID, '--wait', 'submitted']);
    await until(
      'the messages',
      () => mail.entries.length,
      (count) => count === 3,
    );
    mail.move(ID, 'submitted', null, 'kaede');
    mail.move(ID, 'dead', 'expired', 'sakura');
    session.tell(ID);
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

  test('goes on over a new controller', async ({ project, session }) => {
    const mail = await session.open();
    const waiting = project.cli(['send', 'kaede', 'x', '--id', ID, '--wait', 'acked']);
    await until(
      'a listener',
      () => session.listeners,
      (count) => count === 1,
    );
    await session.close();
    mail.move(ID, 'acked');
    await session.open();
    expect((await waiting).code).toBe(0);
  });
});
