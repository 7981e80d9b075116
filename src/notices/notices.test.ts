import { describe, expect, it } from 'vitest';
import type { HttpReply } from '../platform/index.ts';
import type { NoticeRule } from '../protocol/index.ts';
import { NoticesHouse, settle, slack } from '../../test/support/notices-house.ts';

const REFUSED: HttpReply = { status: 404, headers: {}, body: 'no_service' };
const DOWN: HttpReply = { status: 503, headers: {}, body: '' };
const OK: HttpReply = { status: 200, headers: {}, body: 'ok' };
const BROKEN = '🔴 garden: kaede: is broken: died';
const rule = (changes: Partial<NoticeRule> = {}): NoticeRule => ({
  events: [],
  severity: 'warning',
  agents: null,
  to: ['team'],
  ...changes,
});

const started = (...given: ConstructorParameters<typeof NoticesHouse>): NoticesHouse => {
  const house = new NoticesHouse(...given);
  house.notices.start();
  return house;
};

describe('notices', () => {
  it('are sent for what a rule names, once the group is full', async () => {
    const house = started();
    house.broken();
    house.event('agent.ready', 'kaede', { incarnation: 1, after: 1 });
    await house.pass(9_500);
    expect(house.texts).toEqual([]);
    await house.pass(500);
    expect(house.texts).toEqual([BROKEN]);
  });

  it('without a rule are none, and nothing is written', async () => {
    const house = started({ rules: [] });
    house.broken();
    await house.pass(60_000);
    expect([house.posted, house.disk.state]).toEqual([[], null]);
  });

  it('say what an agent asks, and nothing when it is answered meanwhile', async () => {
    const house = started();
    house.asks = 'rm -rf /';
    house.event('agent.activity', 'kaede', { from: 'busy', to: 'approval', by: 'screen' });
    await house.pass(5_000);
    house.event('agent.activity', 'kaede', { from: 'approval', to: 'busy', by: 'screen' });
    await house.pass(20_000);
    expect(house.texts).toEqual([]);
    house.event('agent.activity', 'kaede', { from: 'busy', to: 'approval', by: 'screen' });
    await house.pass(10_000);
    expect(house.texts).toEqual(['🟠 garden: kaede: asks for approval: rm -rf /']);
  });

  it('are told of changed rules, and of no channel that is gone', async () => {
    const house = started();
    house.broken();
    house.spec = {
      ...house.spec,
      channels: { other: slack('https://other.example') },
      rules: [rule({ to: ['other'] })],
    };
    house.notices.changed();
    house.broken('momiji');
    await house.pass(10_000);
    expect(house.posted).toEqual([{ host: 'other.example', text: '🔴 garden: momiji: is broken: died' }]);
    expect((await house.notices.notices()).channels).toMatchObject([
      { channel: 'other', kind: 'slack', waiting: 0, trouble: null },
    ]);
  });
});

describe('a channel that fails', () => {
  it('is tried again after 2 s, 10 s and 60 s, then told of once, and counts what it lost', async () => {
    const house = started();
    house.answer = () => DOWN;
    house.broken();
    const tries: number[] = [];
    for (let second = 0; second < 100; second++) {
      const before = house.posted.length;
      await house.pass(1_000);
      if (house.posted.length > before) tries.push(second + 1);
    }
    expect(tries).toEqual([10, 12, 22, 82]);
    const why = 'team.example answers 503';
    expect(house.failures).toEqual([{ channel: 'team', attempts: 4, why }]);
    expect([...house.degraded]).toEqual([['notices to team', why]]);
    expect((await house.notices.notices()).channels).toMatchObject([{ trouble: why, waiting: 0, last: null }]);
    house.broken();
    await house.pass(100_000);
    expect(house.failures).toHaveLength(1);
    house.answer = () => OK;
    house.broken();
    await house.pass(10_000);
    expect(house.degraded.size).toBe(0);
    expect(JSON.parse(house.disk.state ?? '')).toMatchObject({ channels: { team: { waiting: { lost: 0 } } } });
    expect((await house.notices.notices()).channels).toMatchObject([
      { trouble: null, last: expect.stringMatching(/^2030-/) },
    ]);
    house.answer = () => REFUSED;
    house.broken();
    await house.pass(10_000);
    expect(house.failures.at(-1)).toEqual({
      channel: 'team',
      attempts: 1,
      why: 'team.example answers 404: no_service',
    });
  });

  it('says with the next notice what could not be sent', async () => {
    const house = started();
    house.answer = () => REFUSED;
    house.broken();
    house.broken('momiji');
    await house.pass(10_000);
    const bodies: string[] = [];
    house.answer = ({ body }) => {
      bodies.push((JSON.parse(body) as { text: string }).text);
      return OK;
    };
    house.broken();
    await house.pass(10_000);
    expect(bodies).toEqual([`${BROKEN}\n2 earlier ones could not be sent; see: orchestra events`]);
  });

  it('waits as long as the service asks', async () => {
    const house = started();
    house.answer = () => (house.posted.length === 1 ? { status: 429, headers: { 'retry-after': '30' }, body: '' } : OK);
    house.broken();
    await house.pass(39_500);
    expect(house.posted).toHaveLength(1);
    await house.pass(500);
    expect(house.posted).toHaveLength(2);
  });

  it('is not told of itself, and two of them do not tell each other for ever', async () => {
    const both = { team: slack(), me: slack('https://me.example') };
    const house = started({ channels: both, rules: [rule({ to: ['team', 'me'] })], groupWait: 0 });
    house.answer = ({ url }) => (url.includes('team') ? REFUSED : OK);
    house.broken();
    await house.pass(5_000);
    expect(house.posted.map(({ host }) => host)).toEqual(['team.example', 'me.example', 'me.example']);
    expect(house.texts.at(-1)).toContain('notice.failed');
    house.answer = () => REFUSED;
    house.broken();
    await house.pass(600_000);
    expect(house.failures).toHaveLength(2);
    expect(house.posted.length).toBeLessThan(9);
  });
});

describe('the next controller', () => {
  it('tells what was still in its group, once', async () => {
    const house = started();
    house.broken();
    await house.pass(1_000);
    const next = house.reborn();
    next.notices.start();
    await next.pass(10_000);
    expect([house.texts, next.texts]).toEqual([[], [BROKEN]]);
    const third = next.reborn();
    third.notices.start();
    await third.pass(60_000);
    expect(third.texts).toEqual([]);
  });

  it('tells what happened while none ran, and nothing that is too old', async () => {
    const house = started();
    house.broken();
    await house.pass(10_000);
    await house.notices.close();
    const time = (ago: number): string => new Date(house.clock.wall() - ago).toISOString();
    const data = { from: 'running', to: 'broken', detail: 'died' } as const;
    house.disk.events.push(
      { seq: 2, time: time(3_600_001), type: 'agent.state', agent: 'momiji', data },
      { seq: 3, time: time(3_500_000), type: 'agent.state', agent: 'sakura', data },
    );
    const next = house.reborn();
    next.notices.start();
    await next.pass(20_000);
    expect(next.texts).toEqual(['🔴 garden: sakura: is broken: died']);
  });

  it('counts the age of what quiet hours would have held back from their end', async () => {
    // It is midnight: those of the evening ended an hour ago.
    const quietHours = { from: 12 * 60, to: 23 * 60, zone: 'UTC', except: null };
    const house = started({ quietHours, maxAge: 3_700_000 });
    await house.notices.close();
    const data = { from: 'running', to: 'broken', detail: 'died' } as const;
    const at = (hours: number): string => new Date(house.clock.wall() - hours * 3_600_000).toISOString();
    house.disk.events.push(
      { seq: 1, time: at(13), type: 'agent.state', agent: 'momiji', data },
      { seq: 2, time: at(11), type: 'agent.state', agent: 'kaede', data },
    );
    const next = house.reborn();
    next.notices.start();
    await next.pass(20_000);
    expect(next.texts).toEqual([BROKEN]);
  });

  it('does not tell late what waited, and says that there was something', async () => {
    const house = started();
    house.broken();
    await house.pass(1_000);
    const next = house.reborn(2 * 3_600_000);
    next.notices.start();
    await next.pass(20_000);
    expect(next.texts).toEqual([]);
    const bodies: string[] = [];
    next.answer = ({ body }) => {
      bodies.push((JSON.parse(body) as { text: string }).text);
      return OK;
    };
    next.broken();
    await next.pass(10_000);
    expect(bodies).toEqual([`${BROKEN}\n1 earlier one could not be sent; see: orchestra events`]);
  });

  it('tries again what was between two tries', async () => {
    const house = started();
    house.answer = () => DOWN;
    house.broken();
    await house.pass(11_000);
    const next = house.reborn();
    next.notices.start();
    await next.pass(1_000);
    expect([house.texts.length, next.texts]).toEqual([1, [BROKEN]]);
  });

  it('does not send again what was on its way, and says so', async () => {
    const house = started();
    house.answer = () => new Promise(() => {});
    house.broken();
    await house.pass(11_000);
    const next = house.reborn();
    next.notices.start();
    await next.pass(60_000);
    expect([house.texts, next.texts]).toEqual([[BROKEN], []]);
    expect(next.failures).toMatchObject([{ channel: 'team', why: expect.stringContaining('may have arrived') }]);
  });

  it('keeps what quiet hours hold back until they end, and how many were sent', async () => {
    const quietHours = { from: 23 * 60, to: 60, zone: 'UTC', except: null };
    const house = started({ quietHours, rateLimit: { notices: 1, within: 3_600_000 } });
    house.broken();
    await house.pass(20_000);
    const next = house.reborn();
    next.notices.start();
    await next.pass(3_600_000 - 30_000);
    expect(next.texts).toEqual([]);
    await next.pass(60_000);
    expect(next.texts).toEqual([BROKEN]);
    const third = next.reborn();
    third.notices.start();
    third.broken('momiji');
    await third.pass(60_000);
    expect(third.texts).toEqual([]);
    await third.pass(3_600_000);
    expect(third.texts).toHaveLength(1);
  }, 60_000);

  it('loses none to an event whose place in the journal was lost with its predecessor', async () => {
    const house = started();
    house.event('agent.ready', 'kaede', { incarnation: 1, after: 1 });
    await house.notices.close(); // position 1
    const state = JSON.parse(house.disk.state ?? '') as object;
    const next = house.reborn();
    next.disk.state = JSON.stringify({ ...state, position: 99 });
    next.broken();
    next.notices.start();
    await next.pass(10_000);
    expect(next.texts).toEqual([BROKEN]);
  });

  it('that fails to come up writes over nothing', async () => {
    const house = started();
    house.broken();
    await house.pass(10_000);
    const failed = house.reborn();
    failed.notices.changed();
    await failed.notices.finish();
    await failed.notices.close();
    const next = failed.reborn();
    next.notices.start();
    await next.pass(20_000);
    expect([house.texts, failed.texts, next.texts]).toEqual([[BROKEN], [], []]);
  });

  it('finds every event in the journal that what it is left speaks of', async () => {
    const house = started();
    for (let second = 0; second < 30; second++) {
      house.broken();
      await house.pass(500);
      const { position } = JSON.parse(house.disk.state ?? '{"position":0}') as { position: number };
      expect(house.disk.events.at(-1)?.seq ?? 0).toBeGreaterThanOrEqual(position);
    }
    expect(house.texts.length).toBeGreaterThan(0);
  });

  it('does with what it cannot read as with nothing', async () => {
    const house = started();
    house.broken();
    await house.notices.close();
    const next = house.reborn();
    next.disk.state = '{"posi';
    next.notices.start();
    next.broken('momiji');
    await next.pass(10_000);
    expect(next.texts).toEqual(['🔴 garden: momiji: is broken: died']);
  });
});

describe('a session', () => {
  it('that comes up the first time is told of', async () => {
    const house = new NoticesHouse({
      rules: [rule({ events: ['session.*', 'agent.broken'], severity: 'info' })],
      groupWait: 0,
    });
    house.broken('earlier');
    house.event('session.up', null, { session: 'garden', agents: 1 });
    house.notices.start();
    await settle();
    expect(house.texts).toEqual(['🔵 garden: session.up {"session":"garden","agents":1}']);
  });

  it('that ends tells at once what waits, and what quiet hours hold back later', async () => {
    const house = started({ quietHours: { from: 0, to: 60, zone: 'UTC', except: 'critical' } });
    house.broken();
    house.event('agent.unknown-screen', 'kaede', { screen: 'f' });
    await house.notices.finish();
    expect(house.texts).toEqual([BROKEN]);
    await house.notices.close();
    const next = house.reborn();
    next.notices.start();
    await next.pass(3_660_000);
    expect(next.texts).toEqual(['🟠 garden: kaede: agent.unknown-screen {"screen":"f"}']);
  }, 60_000);

  it('that ends waits 3 s for a service, not longer', async () => {
    const house = started();
    house.answer = () => new Promise(() => {});
    house.broken();
    let over = false;
    void house.notices.finish().then(() => (over = true));
    await house.pass(2_500);
    expect(over).toBe(false);
    await house.pass(500);
    expect(over).toBe(true);
  });

  it('on a full disk is told of all the same', async () => {
    const house = started();
    house.diskFull = true;
    house.broken();
    await house.pass(10_000);
    expect(house.texts).toEqual([BROKEN]);
    expect(house.degraded.get('notices')).toContain('ENOSPC');
    house.diskFull = false;
    house.broken();
    await house.pass(10_000);
    expect(house.degraded.size).toBe(0);
  });
});

describe('a test', () => {
  it('goes to the named channels at once, whatever the rules and hours', async () => {
    const house = started({
      channels: { team: slack(), me: slack('https://me.example') },
      rules: [],
      quietHours: { from: 0, to: 1439, zone: 'UTC', except: null },
    });
    house.answer = ({ url }) => (url.includes('me.') ? REFUSED : OK);
    expect(await house.notices.testNotices(['me', 'me'])).toEqual([
      { channel: 'me', kind: 'slack', ok: false, message: 'me.example answers 404: no_service' },
    ]);
    expect(await house.notices.testNotices([])).toMatchObject([
      { channel: 'team', ok: true },
      { channel: 'me', ok: false },
    ]);
    await expect(house.notices.testNotices(['tean'])).rejects.toMatchObject({
      code: 'usage',
      hint: 'did you mean team?',
    });
    expect(house.failures).toEqual([]);
  });

  it('without a channel says what to do', async () => {
    const house = started({ channels: {}, rules: [] });
    await expect(house.notices.testNotices([])).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('notices:'),
    });
  });
});
