import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEVERITIES } from '../protocol/index.ts';
import { commandEnv, desktopArgv, discordBody, mailText, slackBody } from './bodies.ts';
import type { Item } from './item.ts';
import { type Notice, noticeOf, testNotice } from './notice.ts';

const TOLD = { id: '0190', session: 'garden', now: Date.parse('2026-01-31T12:00:00Z') };
const item = (text: string, changes: Partial<Item> = {}): Item => ({
  seq: 1,
  at: TOLD.now,
  event: 'agent.broken',
  severity: 'critical',
  agent: 'kaede',
  text,
  ...changes,
});
const notice = (...texts: readonly string[]): Notice =>
  noticeOf(
    texts.map((text) => item(text)),
    0,
    0,
    TOLD,
  );

describe('a notice', () => {
  it('of one event is that event', () =>
    expect(noticeOf([item('is broken')], 0, 0, TOLD)).toEqual({
      id: '0190',
      session: 'garden',
      severity: 'critical',
      time: '2026-01-31T12:00:00.000Z',
      title: 'garden: kaede: is broken',
      lines: [],
      events: [
        {
          seq: 1,
          time: '2026-01-31T12:00:00.000Z',
          event: 'agent.broken',
          severity: 'critical',
          agent: 'kaede',
          text: 'is broken',
        },
      ],
      left_out: 0,
      test: false,
    }));

  it('of several says how many and how bad, then each', () => {
    const some = [item('a'), item('b', { severity: 'info', agent: null }), item('c', { severity: 'warning' })];
    expect(noticeOf(some, 0, 0, TOLD)).toMatchObject({
      title: 'garden: 3 events, 1 critical',
      lines: ['critical: kaede: a', 'b', 'warning: kaede: c'],
    });
  });

  it('counts what it leaves out, and what could not be sent', () => {
    const many = Array.from({ length: 25 }, (_, index) => item(String(index)));
    expect(noticeOf(many, 3, 2, TOLD)).toMatchObject({
      title: 'garden: 28 events, 25 critical',
      lines: expect.arrayContaining([
        'and 8 more; see: orchestra events',
        '2 earlier ones could not be sent; see: orchestra events',
      ]),
      left_out: 5,
    });
    expect(noticeOf([item('a')], 0, 1, TOLD).lines).toEqual(['1 earlier one could not be sent; see: orchestra events']);
  });

  it('is one line an event, whatever an agent wrote', () => {
    expect(notice('a\r\nSubject: b\x1b[31m\u202e').title).toBe('garden: kaede: a Subject: b');
    expect(notice('x'.repeat(5_000)).title.length).toBeLessThanOrEqual(300);
  });

  it('for a test says so', () =>
    expect(testNotice(TOLD)).toMatchObject({ test: true, severity: 'info', title: 'garden: a test of notices' }));
});

/** Undoes the escapes as Slack does. */
const unslack = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** Texts that try to be more than text. */
const hostile = fc
  .array(
    fc.constantFrom(
      '@everyone',
      '<!channel>',
      '<@U1>',
      '<https://a|b>',
      '[a](https://b)',
      '**',
      '`',
      '\\',
      '\\074',
      '&lt;',
      '<b>',
      '\r\n',
      '\0',
      '-',
      '🔴',
      ' ',
      'a',
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('bodies', () => {
  it('Slack: a mention, a link and markup are text', () => {
    expect(slackBody(notice('<!channel> & <https://a|b>'))).toEqual({
      text: '🔴 garden: kaede: &lt;!channel&gt; &amp; &lt;https://a|b&gt;',
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
    });
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 30 }), (texts) => {
        const { text } = slackBody(notice(...texts)) as { text: string };
        expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        expect(text.length).toBeLessThanOrEqual(4_000);
        if (texts.length === 1) expect(unslack(text)).toBe(`🔴 ${notice(...texts).title}`);
      }),
    );
  });

  it('Discord: nobody is mentioned, and every sign of Markdown is text', () => {
    expect(discordBody(notice('@everyone **x** [a](https://b)'))).toEqual({
      content: '🔴 garden\\: kaede\\: \\@everyone \\*\\*x\\*\\* \\[a\\]\\(https\\://b\\)',
      allowed_mentions: { parse: [] },
      flags: 4,
    });
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 30 }), (texts) => {
        const { content } = discordBody(notice(...texts)) as { content: string };
        expect(content.length).toBeLessThanOrEqual(2_000);
        expect(content.replace(/\\[^\w\s]/g, '')).not.toMatch(/[\\`*_[\]()<>~|@]/);
        expect(content).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
      }),
    );
  });

  it.each(['', 'a'])('a text that is cut keeps whole characters, after %j', (before) => {
    const long = notice(...Array.from({ length: 20 }, () => `${before}${'🔴'.repeat(140)}`));
    for (const body of [slackBody(long), discordBody(long)]) expect(JSON.stringify(body)).not.toMatch(/\\ud[89a-f]/);
  });

  it('mail: the subject is one line', () =>
    fc.assert(
      fc.property(hostile, (text) => {
        const { subject } = mailText(notice(text));
        expect(subject).toMatch(/^critical: garden: kaede:/);
        expect(subject).not.toMatch(/[\r\n\0]/);
        expect(subject.length).toBeLessThanOrEqual(200);
      }),
    ));

  it('desktop: no markup, no escape, no option', () => {
    const [program, ...args] = desktopArgv(noticeOf([item('-h <b>\\074'), item('b')], 0, 0, TOLD));
    expect(program).toBe('notify-send');
    expect(args).toEqual([
      '--app-name=orchestra',
      '--urgency=critical',
      '--',
      'garden: 2 events, 2 critical',
      'critical: kaede: -h &lt;b&gt;\\\\074\ncritical: kaede: b',
    ]);
    expect(SEVERITIES.map((severity) => desktopArgv({ ...notice('x'), severity })[2])).toEqual([
      '--urgency=low',
      '--urgency=normal',
      '--urgency=critical',
    ]);
  });

  it('a command finds the notice in its environment, and that it is a test', () => {
    expect(commandEnv(noticeOf([item('a'), item('b')], 0, 0, TOLD))).toEqual({
      ORCHESTRA_NOTICE_ID: '0190',
      ORCHESTRA_NOTICE_SESSION: 'garden',
      ORCHESTRA_NOTICE_SEVERITY: 'critical',
      ORCHESTRA_NOTICE_TITLE: 'garden: 2 events, 2 critical',
      ORCHESTRA_NOTICE_TEXT: 'garden: 2 events, 2 critical\ncritical: kaede: a\ncritical: kaede: b',
      ORCHESTRA_NOTICE_TEST: '',
    });
    expect(commandEnv(testNotice(TOLD)).ORCHESTRA_NOTICE_TEST).toBe('1');
  });
});
