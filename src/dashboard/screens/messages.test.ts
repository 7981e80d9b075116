import { beforeAll, describe, expect, it } from 'vitest';
import { dashboardState, pressed, screenText } from '../../../test/support/dashboard.ts';
import { ago, agentLike, anEvent, mailLike, NOON } from '../../../test/support/dashboard-data.ts';
import { textWidth } from '../../base/index.ts';
import type { MailEntry, MailFilter } from '../../protocol/index.ts';
import { lineWidth, type Size } from '../frame.ts';
import type { State } from '../model/state.ts';
import { update } from '../update.ts';
import { view } from '../view.ts';

beforeAll(() => {
  process.env.TZ = 'UTC';
});

const SIZES: readonly Size[] = [
  { width: 60, height: 10 },
  { width: 80, height: 24 },
  { width: 120, height: 30 },
  { width: 160, height: 45 },
  { width: 240, height: 70 },
];

const crew = [
  agentLike('kaede', { mail: { queued: 1, inFlight: 0, dead: 0 } }),
  agentLike('sakura'),
  agentLike('momiji'),
];

/** The screen of messages once these came. */
function messages(entries: readonly MailEntry[], size: Size = { width: 80, height: 14 }): State {
  const state = { ...dashboardState({}, { agents: crew, ...size }), screen: 'messages' as const };
  return came(state, entries, { last: 200 });
}

const came = (state: State, value: readonly MailEntry[], filter: MailFilter): State =>
  update(state, { kind: 'done', of: { kind: 'load-mail', filter }, value }, NOON).state;

const few = [
  mailLike(1, {
    from: 'external',
    to: 'kaede',
    payload: { text: 'テストを直す' },
    state: 'answered',
    timestamp: ago(90_000),
  }),
  mailLike(2, {
    from: 'kaede',
    to: 'sakura',
    type: 'task_assign',
    priority: 'urgent',
    payload: { command: 'make' },
    state: 'started',
    attempt: 2,
  }),
  mailLike(3, { from: 'sakura', to: 'momiji', state: 'dead', reason: 'expired', timestamp: ago(30_000) }),
  mailLike(4, { from: 'momiji', to: 'kaede', payload: { text: 'done' }, timestamp: ago(2_000) }),
];

describe('the messages between agents', () => {
  it('has a line for each, the newest first', () => {
    expect(
      screenText(messages(few, { width: 110, height: 10 }))
        .split('\n')
        .slice(1, 9),
    ).toEqual([
      ' [all]  for you   queued 1   dead                                                         ○ 1  ● 1  ✔ 1  ✖ 1',
      '',
      '    TIME      FROM         TO      TYPE                STATE          AGE  TRIES  TEXT',
      ' ○  11:59:58  momiji    →  kaede                       queued          2s         done',
      ' ✖  11:59:30  sakura    →  momiji                      dead: expired  30s         message 3',
      ' ●  11:59:00  kaede     →  sakura  task_assign urgent  started         1m      2  command: make',
      ' ✔  11:58:30  external  →  kaede                       answered        1m         テストを直す',
      '',
    ]);
  });

  it('opens one in full, with every copy and the conversation', () => {
    const question = mailLike(5, {
      to: 'sakura',
      sentTo: '@reviewers',
      payload: { text: 'look?\n  twice', file: 'a.c' },
      state: 'answered',
    });
    const copy = mailLike(5, { to: 'momiji', sentTo: '@reviewers', payload: question.message.payload, attempt: 3 });
    const answer = mailLike(6, { from: 'sakura', to: 'kaede', replyTo: question.message.id, payload: { text: 'yes' } });
    const { state, effects } = pressed(messages([question, copy, answer], { width: 70, height: 22 }), 'enter');
    expect(effects).toEqual([{ kind: 'load-mail', filter: { thread: question.message.id } }]);
    const whole = came(pressed(state, 'escape', 'j', 'j', 'enter').state, [question, copy, answer], {
      thread: question.message.id,
    });
    expect(screenText(whole).split('\n').slice(1, 18)).toEqual([
      ' kaede → sakura   note  sent to @reviewers',
      ' sent     2026-01-31 11:59:00, 1m 00s ago',
      ` id       ${question.message.id}`,
      ' state    ○ queued  momiji  3 attempts',
      '          ✔ answered  sakura',
      ` ${'─'.repeat(67)}`,
      ' look?',
      '   twice',
      '',
      ' file: a.c',
      '',
      ` ─ Thread ${'─'.repeat(58)}`,
      ' ▸ ✔ kaede → @reviewers  1m  look?',
      '     ○ sakura → kaede  1m  yes',
      '',
      '',
      '',
    ]);
  });

  it('takes in what was written to the person, by its being read', () => {
    const { effects } = pressed(messages([mailLike(1, { to: 'external' })]), 'enter');
    expect(effects).toContainEqual({ kind: 'ack', agent: 'external', id: mailLike(1).message.id });
    expect(pressed(messages([mailLike(1, { to: 'external', state: 'acked' })]), 'enter').effects).not.toContainEqual(
      expect.objectContaining({ kind: 'ack' }),
    );
  });

  it('queues a dead one again, and asks first where the agent may have it already', () => {
    const dead = mailLike(1, { state: 'dead', reason: 'attempts' });
    expect(pressed(messages([dead]), 'R').effects).toEqual([{ kind: 'redrive', agent: 'sakura', id: dead.message.id }]);
    const doubtful = messages([mailLike(1, { state: 'dead', reason: 'ambiguous' })]);
    expect(pressed(doubtful, 'R').effects).toEqual([]);
    expect(screenText(pressed(doubtful, 'R').state)).toContain('may have it already');
    expect(pressed(doubtful, 'R', 'y').effects).toHaveLength(1);
    expect(pressed(messages([mailLike(1)]), 'R').state.toast?.tone).toBe('warn');
  });

  it('throws away what waits, which can be taken back, and what is dead, which can’t', () => {
    const { state, effects } = pressed(messages([mailLike(1)]), 'x', 'y');
    expect(effects).toEqual([{ kind: 'purge', agent: 'sakura', id: mailLike(1).message.id }]);
    expect(pressed(state, 'u').effects).toEqual([{ kind: 'redrive', agent: 'sakura', id: mailLike(1).message.id }]);
    const dead = pressed(messages([mailLike(1, { state: 'dead', reason: 'expired' })]), 'x');
    expect(screenText(dead.state)).toContain('cannot be queued again');
    expect(pressed(dead.state, 'y').state.undo).toEqual([]);
    expect(pressed(dead.state, 'escape').effects).toEqual([]);
    for (const how of ['delivering', 'submitted', 'answered'] as const)
      expect(pressed(messages([mailLike(1, { state: how })]), 'x').state.overlay).toBeNull();
  });

  it('answers who wrote it; what the person wrote is gone on with', () => {
    const to = (entry: MailEntry): unknown => pressed(messages([entry]), 'y').state.overlay;
    expect(to(mailLike(1))).toMatchObject({ kind: 'editor', to: 'kaede', replyTo: mailLike(1).message.id });
    expect(to(mailLike(1, { from: 'external' }))).toMatchObject({ to: 'sakura' });
    expect(to(mailLike(1, { from: 'external', to: 'external' }))).toBeNull();
  });

  it('asks for what is shown, and again when there is news', () => {
    const state = messages(few);
    const later = (ms: number, before = state) => update(before, { kind: 'tick' }, NOON + ms);
    expect(later(3_000).effects).toEqual([]);
    expect(later(6_000).effects).toContainEqual({ kind: 'load-mail', filter: { last: 200 } });
    const event = anEvent('message.acked', 'sakura', { id: few[1]?.message.id ?? '', by: 'sakura' });
    const news = update(state, { kind: 'stream', message: { kind: 'event', event } }, NOON + 1_000).state;
    expect(later(1_500, news).effects).toContainEqual({ kind: 'load-mail', filter: { last: 200 } });
    const { state: waiting, effects } = pressed(state, 'f', 'f');
    expect(effects.at(-1)).toEqual({ kind: 'load-mail', filter: { states: ['queued'], last: 200 } });
    expect(screenText(waiting)).toContain('asking for the messages');
    expect(screenText(came(waiting, [], { states: ['queued'], last: 200 }))).toContain('no message waits');
  });

  it('what was asked for another list is not shown in this one', () => {
    const state = pressed(messages(few), 'f').state;
    expect(screenText(came(state, few, { last: 200 }))).toContain('asking for the messages');
  });

  it('stays on the chosen one while newer ones come, and follows the newest at the top', () => {
    const state = pressed(messages(few), 'j').state;
    expect(state.mail.chosen).toBe(`momiji ${few[2]?.message.id}`);
    const more = came(state, [...few, mailLike(5)], { last: 200 });
    expect(pressed(more, 'k').state.mail.chosen).toBe(`kaede ${few[3]?.message.id}`);
    expect(pressed(more, 'home').state.mail.chosen).toBeNull();
  });

  const hostile = (text: string, n = 1): MailEntry =>
    mailLike(n, { payload: { text, [text.slice(0, 40)]: text }, from: 'kaede', type: text.slice(0, 40) as 'note' });

  it.each([
    ['sequences', '\x1b[31m\x1b]0;evil\x07\x1b[2J\x9b5nred'],
    ['directions', '\u202eevil\u2066'],
    ['no width', '\u200b\u200d\ufeffe\u0301\u0301'],
    ['wide', '字'.repeat(300)],
    ['emoji', '👩‍👩‍👧‍👦🍁'.repeat(50)],
    ['markup', '{bold}{red-fg}x{/}'],
    ['tabs and lines', 'a\tb\r\nc\vd'],
  ])('shows %s as text, in lines of the right width', (_, text) => {
    for (const size of SIZES) {
      const list = messages([hostile(text), hostile(text, 2)], size);
      for (const state of [list, pressed(list, 'enter').state]) {
        for (const line of view(state).lines) {
          expect(lineWidth(line)).toBe(size.width);
          for (const { text: shown } of line) expect(shown).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        }
      }
    }
  });

  it('is quick with ten thousand messages, and with some of a megabyte', () => {
    const many = Array.from({ length: 10_000 }, (_, n) => mailLike(n));
    const long = Array.from({ length: 100 }, (_, n) =>
      mailLike(20_000 + n, { payload: { text: 'long '.repeat(200_000) } }),
    );
    const state = messages([...many, ...long], { width: 160, height: 45 });
    screenText(state);
    const before = performance.now();
    const { state: open } = pressed(state, ...Array.from({ length: 20 }, () => 'j'), 'enter', 'pagedown', 'pagedown');
    for (let n = 0; n < 5; n++) screenText(open);
    expect(performance.now() - before).toBeLessThan(1_500);
    expect(textWidth(screenText(open).split('\n')[5] ?? '')).toBeLessThanOrEqual(160);
  });
});
