import { describe, expect, it } from 'vitest';
import { type Around, loaded, problems } from '../../test/support/config-load.ts';
import { NO_NOTICES, NOTICE_EVENTS, type NoticesSpec } from '../protocol/index.ts';
import { planChange } from './plan.ts';

const CREW = `version: 1
session: garden
agents:
  kaede: { type: worker }
  sakura: { type: worker }
  hands: { type: worker, replicas: 2 }
groups: { reviewers: [sakura, hands] }
`;
const ENV = { HOOK: 'https://hooks.example/sesame', PASSWORD: 'sesame' };

const file = (notices: string, more = ''): string => `${CREW}notices: ${notices}\n${more}`;
const notices = async (text: string, around: Around = {}): Promise<NoticesSpec> =>
  (await loaded(file(text), { env: ENV, ...around })).notices;
const channel = async (text: string): Promise<unknown> =>
  (await notices(`{ channels: { team: ${text} } }`)).channels.team;
const rule = async (text: string): Promise<unknown> =>
  (await notices(`{ channels: { team: bell, here: desktop }, rules: [${text}] }`)).rules[0];
const saying = async (text: string, more?: string): Promise<string[]> =>
  (await problems(file(text, more), { env: ENV })).map(({ path, message, hint }) => `${path}: ${message}; ${hint}`);

describe('notices of a file', () => {
  it('without any are none', async () => {
    expect((await loaded(CREW)).notices).toEqual(NO_NOTICES);
    expect(await notices('{}')).toEqual(NO_NOTICES);
  });

  it.each<[string, object]>([
    ['desktop', { kind: 'desktop' }],
    ['bell', { kind: 'bell' }],
    ['{ slack: { url: "${HOOK}" } }', { kind: 'slack', url: '${HOOK}' }],
    ['{ discord: { url: "https://a/b" } }', { kind: 'discord', url: 'https://a/b' }],
    [
      '{ webhook: { url: "http://10.0.0.1/" } }',
      { kind: 'webhook', url: 'http://10.0.0.1/', headers: {}, secret: null },
    ],
    [
      '{ webhook: { url: "https://a", headers: { A: "${HOOK}" }, secret: "${PASSWORD}" } }',
      { kind: 'webhook', url: 'https://a', headers: { A: '${HOOK}' }, secret: '${PASSWORD}' },
    ],
    [
      '{ mail: { server: "smtps://hana@mail.example", password: "${PASSWORD}", from: a@b, to: c@d } }',
      { kind: 'mail', server: 'smtps://hana@mail.example', password: '${PASSWORD}', from: 'a@b', to: ['c@d'] },
    ],
    [
      '{ mail: { server: "smtp://localhost", from: a@b, to: [c@d, e@f] } }',
      { kind: 'mail', server: 'smtp://localhost', password: null, from: 'a@b', to: ['c@d', 'e@f'] },
    ],
    ['{ command: [./notify.sh, "${NOT}"] }', { kind: 'command', argv: ['./notify.sh', '${NOT}'] }],
  ])('a channel %s', async (text, expected) => expect(await channel(text)).toEqual(expected));

  it.each<[string, object]>([
    ['{ to: [team] }', { events: [], severity: 'warning', agents: null, to: ['team'] }],
    [
      '{ events: [agent.broken], to: [team, here] }',
      { events: ['agent.broken'], severity: 'info', to: ['team', 'here'] },
    ],
    [
      '{ events: ["message.*", "*"], severity: critical, to: [team] }',
      { events: ['message.*', '*'], severity: 'critical' },
    ],
    ['{ agents: [kaede, "@reviewers", hands], to: [team] }', { agents: ['kaede', 'sakura', 'hands-1', 'hands-2'] }],
  ])('a rule %s', async (text, expected) => expect(await rule(text)).toMatchObject(expected));

  it.each<[string, Partial<NoticesSpec>]>([
    ['{ group_wait: 0s }', { groupWait: 0 }],
    ['{ rate_limit: off }', { rateLimit: null }],
    ['{ rate_limit: { notices: 3 } }', { rateLimit: { notices: 3, within: 600_000 } }],
    ['{ rate_limit: { within: 1h } }', { rateLimit: { notices: 10, within: 3_600_000 } }],
    ['{ max_age: 5m }', { maxAge: 300_000 }],
    ['{ quiet_hours: off }', { quietHours: null }],
    [
      "{ quiet_hours: { from: '22:30', to: '07:00', zone: Europe/Berlin } }",
      { quietHours: { from: 1350, to: 420, zone: 'Europe/Berlin', except: 'critical' } },
    ],
    [
      "{ quiet_hours: { from: '00:00', to: '23:59', zone: UTC, except: off } }",
      { quietHours: { from: 0, to: 1439, zone: 'UTC', except: null } },
    ],
  ])('%s', async (text, expected) => expect(await notices(text)).toMatchObject(expected));

  it('are those of the machine where no zone is named', async () =>
    expect((await notices("{ quiet_hours: { from: '22:00', to: '07:00' } }")).quietHours?.zone).toBe(
      new Intl.DateTimeFormat().resolvedOptions().timeZone,
    ));

  it('may name every event there is', async () =>
    expect(await rule(`{ events: [${NOTICE_EVENTS.join(', ')}], to: [team] }`)).toMatchObject({
      events: NOTICE_EVENTS,
    }));
});

describe('what is wrong with notices', () => {
  it.each<[string, string]>([
    [
      '{ channels: { team: slack } }',
      'notices.channels.team: this must be `desktop`, `bell` or a map; write it like { slack: { url: "${SLACK_WEBHOOK}" } }',
    ],
    [
      '{ channels: { team: {} } }',
      'notices.channels.team: this channel goes nowhere; write it like { slack: { url: "${SLACK_WEBHOOK}" } }',
    ],
    [
      '{ channels: { team: { slack: { url: "${HOOK}" }, discord: { url: "${HOOK}" } } } }',
      'notices.channels.team: `slack` and `discord` exclude each other; make two channels of it',
    ],
    ['{ channels: { Team: bell } }', 'notices.channels.Team: the name `Team` is not possible; did you mean `team`?'],
    [
      '{ channels: { team: { slack: { url: "${NOWHERE}" } } } }',
      'notices.channels.team.slack.url: the environment variable `NOWHERE` is not set; set it, or give a default: ${NOWHERE:-...}',
    ],
    [
      '{ channels: { team: { slack: { url: "${PASSWORD}" } } } }',
      'notices.channels.team.slack.url: the address is not a URL, such as https://host/path; ',
    ],
    [
      '{ channels: { team: { slack: { url: "http://10.0.0.1" } } } }',
      'notices.channels.team.slack.url: the address must begin with https://, or what is secret in it could be read on its way; ',
    ],
    [
      '{ channels: { team: { webhook: { url: "http://10.0.0.1", secret: a } } } }',
      'notices.channels.team.webhook.url: the address must begin with https://, or what is secret in it could be read on its way; ',
    ],
    [
      '{ channels: { me: { mail: { server: mail.example, from: a@b, to: c@d } } } }',
      'notices.channels.me.mail.server: the mail server is not a URL, such as smtps://user@mail.example; ',
    ],
    [
      '{ channels: { me: { mail: { server: "smtp://a", from: a@b } } } }',
      'notices.channels.me.mail.to: `to` is missing; ',
    ],
    [
      '{ channels: { team: bell }, rules: [{ to: [tean] }] }',
      'notices.rules.0.to.0: there is no channel `tean`; did you mean `team`?',
    ],
    [
      '{ channels: { team: bell }, rules: [{ events: [agent.borken], to: [team] }] }',
      'notices.rules.0.events.0: there is no event `agent.borken`; did you mean `agent.broken`?',
    ],
    [
      '{ channels: { team: bell }, rules: [{ events: [agnt.*], to: [team] }] }',
      'notices.rules.0.events.0: there is no event `agnt.*`; docs/notices.md has all of them',
    ],
    [
      '{ channels: { team: bell }, rules: [{ severity: critcal, to: [team] }] }',
      'notices.rules.0.severity: `critcal` is not possible here; did you mean `critical`?',
    ],
    [
      '{ channels: { team: bell }, rules: [{ agents: [kaedo], to: [team] }] }',
      'notices.rules.0.agents.0: there is no agent `kaedo`; did you mean `kaede`?',
    ],
    [
      '{ channels: { team: bell }, rules: [{ agents: ["@reviewer"], to: [team] }] }',
      'notices.rules.0.agents.0: there is no group `@reviewer`; did you mean `@reviewers`?',
    ],
    [
      '{ channels: { team: bell }, rules: [{ agents: ["*"], to: [team] }] }',
      'notices.rules.0.agents.0: `*` is not possible here; leave `agents` out to mean all',
    ],
    [
      "{ quiet_hours: { from: '25:00', to: '07:00' } }",
      "notices.quiet_hours.from: this must be a time of day, not `25:00`; write it like '22:00'",
    ],
    [
      '{ quiet_hours: { from: 22:00, to: 22:00 } }',
      'notices.quiet_hours: quiet hours that begin when they end are none, or all day; take two times',
    ],
    [
      "{ quiet_hours: { from: '22:00', to: '07:00', zone: Europe/Berlim } }",
      'notices.quiet_hours.zone: there is no time zone `Europe/Berlim`; did you mean `Europe/Berlin`?',
    ],
    ['{ group_wait: 10 }', 'notices.group_wait: this must be a duration with its unit, not `10`; did you mean 10s?'],
    ['{ max_age: 0s }', 'notices.max_age: this duration must be longer than 0; '],
  ])('%s', async (text, expected) =>
    expect((await saying(text)).map((each) => each.replaceAll(/\[(\d+)\]/g, '.$1'))).toContainEqual(
      expect.stringContaining(expected),
    ),
  );

  it('is told without a word of what may be secret', async () => {
    for (const text of [
      '{ channels: { team: { slack: { url: "sesame" } } } }',
      '{ channels: { team: { slack: { url: [sesame] } } } }',
      '{ channels: { team: { slack: sesame } } }',
      '{ channels: { me: { mail: { server: "smtp://a:sesame@", password: 7357, from: a@b, to: c@d } } } }',
      '{ channels: { hook: { webhook: { url: "https://a", headers: { "a b": sesame } } } } }',
    ]) {
      const said = await saying(text);
      expect(said.length).toBeGreaterThan(0);
      expect(said.join()).not.toMatch(/sesame|7357/);
    }
  });
});

describe('a profile', () => {
  const base = '{ channels: { team: { slack: { url: "${HOOK}" } }, here: desktop }, rules: [{ to: [team] }] }';
  const profile = (text: string): string => `profiles: { quiet: { notices: ${text} } }\n`;
  const over = async (text: string): Promise<NoticesSpec> =>
    (await loaded(file(base, profile(text)), { env: ENV, profile: 'quiet' })).notices;

  it('makes another channel of one, adds some and leaves some out', async () => {
    const found = await over('{ channels: { team: { discord: { url: "${HOOK}" } }, here: null, ring: bell } }');
    expect(found.channels).toEqual({ team: { kind: 'discord', url: '${HOOK}' }, ring: { kind: 'bell' } });
    expect(found.rules).toHaveLength(1);
  });

  it('changes a part of a channel, and replaces the rules', async () => {
    const found = await over('{ channels: { team: { slack: { url: "https://other" } } }, rules: [], group_wait: 1s }');
    expect(found).toMatchObject({ channels: { team: { url: 'https://other' } }, rules: [], groupWait: 1_000 });
  });

  it('cannot leave out what is not there', async () => {
    const said = await problems(file(base, profile('{ channels: { her: null } }')), { env: ENV, profile: 'quiet' });
    expect(said).toMatchObject([{ message: 'there is no channel `her` to leave out', hint: 'did you mean `here`?' }]);
  });
});

it('a change of any part is seen, in the words of the file, and touches no agent', async () => {
  const before = await loaded(file('{ channels: { team: bell } }'));
  const changes: Record<string, string> = {
    'notices.channels': '{ channels: { team: desktop } }',
    'notices.rules': '{ channels: { team: bell }, rules: [{ to: [team] }] }',
    'notices.group_wait': '{ channels: { team: bell }, group_wait: 1s }',
    'notices.rate_limit': '{ channels: { team: bell }, rate_limit: off }',
    'notices.quiet_hours': "{ channels: { team: bell }, quiet_hours: { from: '22:00', to: '07:00' } }",
    'notices.max_age': '{ channels: { team: bell }, max_age: 1m }',
  };
  for (const [field, text] of Object.entries(changes)) {
    const plan = planChange(before, await loaded(file(text)));
    expect(plan.fields).toEqual([field]);
    expect(plan.agents.every(({ action }) => action === 'keep')).toBe(true);
  }
});
