import { createHmac } from 'node:crypto';
import { createServer } from 'node:net';
import { describe, expect } from 'vitest';
import { loadSmtp } from '../../src/platform/index.ts';
import { selfSigned } from '../support/certificates.ts';
import { MailServer } from '../support/mail-server.ts';
import { NOTICE, Sending, test } from '../support/sending.ts';
import { discordAnswer, Service, slackAnswer } from '../support/services.ts';

const webhook = (url: string, more: { headers?: Record<string, string>; secret?: string } = {}) =>
  ({ kind: 'webhook', url, headers: more.headers ?? {}, secret: more.secret ?? null }) as const;

describe('Slack', () => {
  test('takes what it documents, and the address is filled in from the environment', async ({ world }) => {
    const slack = await world.with(new Service(slackAnswer));
    world.env.SLACK_WEBHOOK = slack.url('/services/T0/B0/sesame');
    expect(await world.send({ kind: 'slack', url: '${SLACK_WEBHOOK}' })).toEqual({
      ok: true,
      message: '127.0.0.1 took it',
    });
    expect(slack.asked[0]).toMatchObject({ path: '/services/T0/B0/sesame' });
    expect(slack.bodies).toEqual([
      {
        text: '🔴 garden: kaede: is broken: &lt;!channel&gt; @everyone カエデ',
        mrkdwn: false,
        unfurl_links: false,
        unfurl_media: false,
      },
    ]);
  });

  test('429 asks to wait, and is obeyed', async ({ world }) => {
    const slack = await world.with(
      new Service(() => ({ status: 429, headers: { 'Retry-After': '30' }, body: 'rate_limited' })),
    );
    expect(await world.send({ kind: 'slack', url: slack.url() })).toEqual({
      ok: false,
      message: '127.0.0.1 answers 429, too many at once',
      again: 30_000,
    });
  });

  test('says in a word what is wrong, and is not tried again', async ({ world }) => {
    const slack = await world.with(new Service(() => ({ status: 404, body: 'no_service' })));
    const sent = await world.send({ kind: 'slack', url: slack.url('/sesame') });
    expect(sent).toEqual({ ok: false, message: '127.0.0.1 answers 404: no_service', again: null });
  });
});

describe('Discord', () => {
  test('takes what it documents, and mentions nobody', async ({ world }) => {
    const discord = await world.with(new Service(discordAnswer));
    expect(await world.send({ kind: 'discord', url: discord.url('/api/webhooks/1/sesame') })).toMatchObject({
      ok: true,
    });
    expect(discord.bodies).toEqual([
      { content: expect.stringContaining('\\@everyone カエデ'), allowed_mentions: { parse: [] }, flags: 4 },
    ]);
  });

  test('429 says in its body how long, more exactly than in the header', async ({ world }) => {
    const body = JSON.stringify({ message: 'You are being rate limited.', retry_after: 1.337, global: false });
    const discord = await world.with(new Service(() => ({ status: 429, headers: { 'Retry-After': '2' }, body })));
    expect(await world.send({ kind: 'discord', url: discord.url() })).toMatchObject({ ok: false, again: 1_337 });
  });

  test('says what is wrong', async ({ world }) => {
    const body = JSON.stringify({ message: 'Unknown Webhook', code: 10015 });
    const discord = await world.with(new Service(() => ({ status: 404, body })));
    expect(await world.send({ kind: 'discord', url: discord.url() })).toMatchObject({
      message: '127.0.0.1 answers 404: Unknown Webhook',
      again: null,
    });
  });
});

describe('a webhook', () => {
  test('gets the notice as JSON, with headers and a signature of what was sent', async ({ world }) => {
    const hook = await world.with(new Service(() => ({ status: 202 })));
    Object.assign(world.env, { TOKEN: 'open', KEY: 'sesame' });
    const channel = webhook(hook.url('/hook?a=1'), { headers: { Authorization: 'Bearer ${TOKEN}' }, secret: '${KEY}' });
    expect(await world.send(channel)).toMatchObject({ ok: true });
    const [asked] = hook.asked;
    expect(JSON.parse(asked?.body ?? '')).toEqual(JSON.parse(JSON.stringify(NOTICE)));
    expect(asked).toMatchObject({
      path: '/hook?a=1',
      headers: {
        authorization: 'Bearer open',
        'content-type': 'application/json',
        'user-agent': 'orchestra',
        'x-orchestra-notice': '0190',
        'x-orchestra-signature': `sha256=${createHmac('sha256', 'sesame')
          .update(asked?.body ?? '')
          .digest('hex')}`,
      },
    });
  });

  test('without a secret is not signed', async ({ world }) => {
    const hook = await world.with(new Service(() => ({ status: 200 })));
    await world.send(webhook(hook.url()));
    expect(hook.asked[0]?.headers['x-orchestra-signature']).toBeUndefined();
  });

  test('does not follow where it is sent to', async ({ world }) => {
    const thief = await world.with(new Service(() => ({ status: 200 })));
    const hook = await world.with(new Service(() => ({ status: 307, headers: { Location: thief.url('/sesame') } })));
    const sent = await world.send(webhook(hook.url(), { secret: 'sesame', headers: { Authorization: 'sesame' } }));
    expect(sent).toMatchObject({ ok: false, again: null, message: expect.stringContaining('names another address') });
    expect(JSON.stringify(sent)).not.toContain('sesame');
    expect(thief.asked).toEqual([]);
  });

  test('that never answers is given up in time, one that is not there at once', async ({ world }) => {
    const hook = await world.with(new Service(() => 'silent'));
    const began = performance.now();
    expect(await world.send(webhook(hook.url()), 300)).toEqual({
      ok: false,
      message: '127.0.0.1: no answer within 0.3 s',
      again: 0,
    });
    expect(performance.now() - began).toBeLessThan(5_000);
    const { port } = hook;
    await hook.close();
    const gone = await world.send(webhook(`http://127.0.0.1:${port}/sesame`));
    expect(gone).toEqual({ ok: false, message: '127.0.0.1: nobody listens there', again: 0 });
    await hook.start();
  });

  test('that breaks off in the middle has failed', async ({ world }) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    expect(await world.send(webhook(`http://127.0.0.1:${port}`))).toMatchObject({ ok: false, again: 0 });
    await new Promise((resolve) => server.close(resolve));
  });

  test('wants every variable it names, one line of each header, and a secret that is one', async ({ world }) => {
    const hook = await world.with(new Service(() => ({ status: 200 })));
    Object.assign(world.env, { TWO: 'a\r\nX-Evil: b', EMPTY: '' });
    for (const [channel, message] of [
      [
        webhook('${NOWHERE}'),
        'the environment variable `NOWHERE` is not set in the shell the session was brought up in',
      ],
      [
        webhook(hook.url(), { headers: { 'X-A': '${TWO}' } }),
        'the value of the header X-A holds characters no header may hold',
      ],
      [webhook(hook.url(), { secret: '${EMPTY}' }), 'its secret is empty'],
      [
        webhook('http://10.0.0.1/', { secret: 'sesame' }),
        'the address must begin with https://, or what is secret in it could be read on its way',
      ],
    ] as const)
      expect(await world.send(channel)).toEqual({ ok: false, message, again: null });
    expect(hook.asked).toEqual([]);
  });
});

describe('a certificate', () => {
  test('that nobody vouches for is refused, one that was named is not', async ({ world }) => {
    const { key, cert, file } = selfSigned(world.folder);
    const hook = await world.with(new Service(() => ({ status: 200 }), { key, cert }));
    expect(await world.send(webhook(hook.url()))).toEqual({
      ok: false,
      message: '127.0.0.1: its certificate is signed by nobody but itself',
      again: 0,
    });
    expect(hook.asked).toEqual([]);
    world.env.NODE_EXTRA_CA_CERTS = file;
    expect(await world.send(webhook(hook.url()))).toMatchObject({ ok: true });
    expect(await world.send(webhook(hook.url().replace('127.0.0.1', 'localhost')))).toMatchObject({
      ok: false,
      message: 'localhost: its certificate is for another host',
    });
  });
});

describe('mail', () => {
  const mail = (server: string, password: string | null = '${MAIL_PASSWORD}') =>
    ({
      kind: 'mail',
      server,
      password,
      from: 'Crew <crew@garden.example>',
      to: ['hana@garden.example', 'yuki@garden.example'],
    }) as const;

  test('goes by STARTTLS with a log-in, in words any reader shows', async ({ world }) => {
    const { key, cert, file } = selfSigned(world.folder);
    const server = await world.with(new MailServer({ key, cert }));
    Object.assign(world.env, { MAIL_PASSWORD: 'sesame', NODE_EXTRA_CA_CERTS: file });
    expect(await world.send(mail(`smtp://hana@127.0.0.1:${server.port}`))).toEqual({
      ok: true,
      message: '127.0.0.1 took it',
    });
    expect(server.got).toMatchObject([
      { from: 'crew@garden.example', to: ['hana@garden.example', 'yuki@garden.example'], secure: true, user: 'hana' },
    ]);
    const text = server.got[0]?.text ?? '';
    const subject = /^Subject: (.*(?:\r\n .*)*)/m.exec(text)?.[1] ?? '';
    expect(subject).toMatch(/^critical: garden: kaede: is broken: |^=\?UTF-8\?/);
    expect(text).toContain('Auto-Submitted: auto-generated');
    expect(text).toContain('X-Orchestra-Notice: 0190');
    expect(text).toMatch(/^To: hana@garden\.example, yuki@garden\.example$/m);
  });

  test('goes by TLS from the start', async ({ world }) => {
    const { key, cert, file } = selfSigned(world.folder);
    const server = await world.with(new MailServer({ key, cert, secure: true }));
    world.env.NODE_EXTRA_CA_CERTS = file;
    expect(await world.send(mail(`smtps://hana:sesame@127.0.0.1:${server.port}`, null))).toMatchObject({ ok: true });
    expect(server.got).toMatchObject([{ secure: true, user: 'hana' }]);
  });

  test('to a server of this machine needs neither', async ({ world }) => {
    const server = await world.with(new MailServer());
    expect(await world.send(mail(`smtp://127.0.0.1:${server.port}`, null))).toMatchObject({ ok: true });
    expect(server.got).toMatchObject([{ secure: false }]);
  });

  test('is not sent to a server that cannot prove who it is, nor its password', async ({ world }) => {
    const { key, cert } = selfSigned(world.folder);
    world.env.MAIL_PASSWORD = 'sesame';
    for (const secure of [false, true]) {
      const server = await world.with(new MailServer({ key, cert, secure }));
      const sent = await world.send(mail(`${secure ? 'smtps' : 'smtp'}://hana@127.0.0.1:${server.port}`));
      expect(sent).toMatchObject({
        ok: false,
        message: expect.stringContaining('its certificate is signed by nobody but itself'),
      });
      expect(server.got).toEqual([]);
    }
  });

  test('to another machine is encrypted or not sent', async ({ world }) => {
    const server = await world.with(new MailServer());
    const { sendMail } = await loadSmtp();
    const sent = await sendMail({
      server: { host: '127.0.0.1', port: server.port, secure: false },
      mustEncrypt: true,
      login: null,
      from: 'a@b.example',
      to: ['c@d.example'],
      subject: 'x',
      text: 'x',
      headers: {},
      timeout: 5_000,
      certificates: undefined,
    });
    expect(sent).toMatchObject({ ok: false, again: false, why: expect.stringContaining('cannot be encrypted') });
    expect(server.got).toEqual([]);
  });

  test('with a wrong password is not tried again, and nothing the server said is repeated', async ({ world }) => {
    const { key, cert, file } = selfSigned(world.folder);
    const server = await world.with(new MailServer({ key, cert }));
    Object.assign(world.env, { MAIL_PASSWORD: 'wrong', NODE_EXTRA_CA_CERTS: file });
    expect(await world.send(mail(`smtp://hana@127.0.0.1:${server.port}`))).toEqual({
      ok: false,
      message: '127.0.0.1: it refuses the name and password (535)',
      again: null,
    });
  });

  test.each([
    [451, 0],
    [550, null],
  ])('that is refused with %s is tried again: %s', async (responseCode, again) => {
    const world = new Sending();
    const onRcptTo = (_: unknown, __: unknown, callback: (error: Error) => void): void =>
      callback(Object.assign(new Error('sesame'), { responseCode }));
    const server = await world.with(new MailServer({ onRcptTo }));
    expect(await world.send(mail(`smtp://127.0.0.1:${server.port}`, null))).toEqual({
      ok: false,
      message: `127.0.0.1: it refuses the sender or every recipient (${responseCode})`,
      again,
    });
    await world.close();
  });

  test('to a server that is silent, or not there, ends in time', async ({ world }) => {
    const server = createServer((socket) => void socket.on('error', () => {}));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const silent = await world.send(mail(`smtp://127.0.0.1:${port}`, null), 300);
    expect(silent).toMatchObject({ ok: false, again: 0, message: expect.stringMatching(/does not answer|no answer/) });
    await new Promise((resolve) => server.close(resolve));
    expect(await world.send(mail(`smtp://127.0.0.1:${port}`, null))).toMatchObject({
      message: '127.0.0.1: nobody listens there',
    });
  });

  test('has one line a header, whatever its variables hold', async ({ world }) => {
    const server = await world.with(new MailServer());
    world.env.WHO = 'hana@garden.example\r\nBcc: thief@example.org';
    const channel = { ...mail(`smtp://127.0.0.1:${server.port}`, null), to: ['${WHO}'] };
    expect(await world.send(channel)).toEqual({ ok: false, message: 'an address is not on one line', again: null });
    expect(server.got).toEqual([]);
  });
});
