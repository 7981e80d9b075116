import { describe, expect, it } from 'vitest';
import { NO_NOTICES, type OrchestraEvent, type Plan } from '../../protocol/index.ts';
import { controllerLine } from './controller-log.ts';
import { matches } from '../../view/index.ts';
import { eventLine } from './event-line.ts';
import { interrupted, isNoChange, planLines } from './plan.ts';
import { commandText, maskedSpec, specLines } from './spec.ts';
import { makeStyle, styleFor } from './style.ts';

const plain = makeStyle(false);
const event = (type: string, data: object, agent: string | null = 'kaede'): OrchestraEvent =>
  ({ seq: 1, time: '2026-01-31T12:00:00.000Z', type, agent, data }) as unknown as OrchestraEvent;

describe('events', () => {
  it.each<[string, object, string]>([
    [
      'agent.exited',
      { incarnation: 3, code: 137, class: 'signal', uptime: 61_000, healthy: true },
      'ended after 1m 01s: signal, status 137',
    ],
    ['agent.started', { incarnation: 4, pid: 99, reason: 'exited' }, 'started as process 99, run 4 (exited)'],
    ['agent.state', { from: 'running', to: 'backoff', detail: 'exit \x1b[2J1' }, 'running → backoff: exit 1'],
    ['agent.future', { x: 1 }, 'agent.future {"x":1}'],
  ])('%s', (type, data, words) =>
    expect(eventLine(event(type, data), 6, plain)).toMatch(
      new RegExp(`^\\S+ \\S+  kaede   ${words.replace(/[()|{}[\]]/g, '\\$&')}$`),
    ),
  );

  it('are filtered as the journal does it', () => {
    const exited = event('agent.exited', {});
    expect(matches(exited, {})).toBe(true);
    expect(matches(exited, { agent: 'sakura' })).toBe(false);
    expect(matches(exited, { types: ['agent.'] })).toBe(true);
    expect(matches(exited, { types: ['agent'] })).toBe(false);
    expect(matches(exited, { types: ['tmux.', 'agent.exited'] })).toBe(true);
    expect(matches(exited, { since: '2026-01-31T12:00:00.001Z' })).toBe(false);
  });
});

describe('the controller log', () => {
  it('reads as a sentence', () =>
    expect(
      controllerLine(
        '{"level":40,"time":"2026-01-31T12:00:00.000Z","msg":"tmux is slow","command":"list-panes","ms":12}',
        plain,
      ),
    ).toMatch(/^2026-01-31 \d\d:\d\d:\d\d warn {2}tmux is slow command=list-panes ms=12$/));
  it.each(['plain words', 'null', '{broken', '7'])('bears %j', (line) =>
    expect(controllerLine(line, plain)).toBe(line),
  );
});

describe('a plan', () => {
  const plan: Plan = {
    session: 'same',
    layoutChanged: true,
    fields: ['policy'],
    agents: [
      { agent: 'kaede', action: 'restart', fields: ['command', 'env'] },
      { agent: 'sakura', action: 'keep', fields: [] },
      { agent: 'momiji', action: 'remove', fields: [] },
      { agent: 'botan', action: 'update', fields: ['restart.backoff'] },
    ],
  };
  it('says what will happen', () =>
    expect(planLines(plan, 'before', plain)).toEqual([
      '~ kaede   will be interrupted and start again  (command, env)',
      '- momiji  will be stopped',
      '= botan   will change without an interruption  (restart.backoff)',
      'the panes will be arranged anew',
      'the session will change  (policy)',
      '1 agent not touched',
    ]));
  it('says what was done', () =>
    expect(planLines(plan, 'after', plain)[0]).toBe('~ kaede   was interrupted and started again  (command, env)'));
  it('names whom it interrupts', () => expect(interrupted(plan)).toEqual(['kaede', 'momiji']));
  it('may change nothing', () => {
    const nothing: Plan = {
      session: 'same',
      layoutChanged: false,
      fields: [],
      agents: [{ agent: 'kaede', action: 'keep', fields: [] }],
    };
    expect(isNoChange(nothing)).toBe(true);
    expect(planLines(nothing, 'after', plain)).toEqual(['nothing had to change']);
    expect(isNoChange(plan)).toBe(false);
  });
});

describe('a specification', () => {
  const spec = {
    version: 1,
    session: 'garden',
    layout: { name: 'nine' },
    defaults: { env: { TOKEN: 'sesame' }, envFiles: [] },
    agents: [
      {
        name: 'kaede',
        display: 'カエデ',
        command: { kind: 'argv', argv: ['sh', '-c', 'a b'] },
        env: { KEY: 'sesame' },
        skills: ['x'],
      },
    ],
    notices: NO_NOTICES,
  } as never;
  it('hides what channels are reached by, and shows which there are', () => {
    const channels = {
      team: { kind: 'slack', url: 'https://sesame' },
      chat: { kind: 'discord', url: 'https://sesame' },
      me: { kind: 'mail', server: 'smtps://a:sesame@b', password: 'sesame', from: 'a@b', to: ['c@d'] },
      hook: { kind: 'webhook', url: 'https://sesame', headers: { Authorization: 'sesame' }, secret: 'sesame' },
      own: { kind: 'command', argv: ['./notify.sh'] },
    } as const;
    const shown = maskedSpec({ ...(spec as object), notices: { ...NO_NOTICES, channels } } as never);
    expect(JSON.stringify(shown)).not.toContain('sesame');
    expect(shown.notices.channels).toMatchObject({
      me: { from: 'a@b', to: ['c@d'] },
      hook: { headers: { Authorization: '***' } },
      own: channels.own,
    });
  });
  it('hides every value of an environment', () => {
    expect(JSON.stringify(maskedSpec(spec))).not.toContain('sesame');
    expect(specLines(spec).join('\n')).not.toContain('sesame');
  });
  it('is shown as YAML', () =>
    expect(specLines(spec).slice(1)).toEqual([
      'version: 1',
      'session: garden',
      'defaults:',
      '  env:',
      '    TOKEN: "***"',
      '  envFiles: []',
      'agents:',
      '  kaede:',
      '    command: "sh -c \'a b\'"',
      '    display: "カエデ"',
      '    env:',
      '      KEY: "***"',
      '    skills: ["x"]',
      'notices:',
      '  channels: {}',
      '  rules: []',
      '  groupWait: 10000',
      '  rateLimit:',
      '    notices: 10',
      '    within: 600000',
      '  quietHours: null',
      '  maxAge: 3600000',
      'layout: nine',
    ]));
  it('shows a command as one would type it', () =>
    expect(commandText({ kind: 'argv', argv: ['echo', "it's", '\x1b[2J'] })).toBe("echo 'it'\\''s' ''"));
});

it.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, false, true],
  [{ TERM: 'dumb' }, true, false],
])('colours with %j on a terminal %s: %s', (env, isTTY, colour) => expect(styleFor(env, isTTY).colour).toBe(colour));
