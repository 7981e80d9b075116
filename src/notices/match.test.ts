import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EVENT_SEVERITY,
  type EventMap,
  type EventType,
  NOTICE_EVENTS,
  type NoticeRule,
  type OrchestraEvent,
  SEVERITIES,
} from '../protocol/index.ts';
import { atLeast, worst } from './item.ts';
import { channelsFor, fitsPattern, meaning, type Memory, NOTHING_SEEN, OWN_TROUBLE, settledBy } from './match.ts';

const event = <T extends EventType>(type: T, agent: string | null, data: EventMap[T]): OrchestraEvent =>
  ({ seq: 1, time: '2026-01-31T12:00:00.000Z', type, agent, data }) as OrchestraEvent;

const state = (to: EventMap['agent.state']['to'], detail = ''): OrchestraEvent =>
  event('agent.state', 'kaede', { from: 'running', to, detail });
const exited = (kind: EventMap['agent.exited']['class']): OrchestraEvent =>
  event('agent.exited', 'kaede', { incarnation: 1, code: null, class: kind, uptime: 1, healthy: false });
const started = (reason: EventMap['agent.started']['reason']): OrchestraEvent =>
  event('agent.started', 'kaede', { incarnation: 1, pid: 1, reason });
const activity = (from: EventMap['agent.activity']['from'], to: EventMap['agent.activity']['to']): OrchestraEvent =>
  event('agent.activity', 'kaede', { from, to, by: 'screen' });

/** Names of a row of events, each with what was remembered of those before it. */
const namesOf = (...events: readonly OrchestraEvent[]): string[] => {
  let memory: Memory = NOTHING_SEEN;
  return events.map((each) => {
    const found = meaning(memory, each);
    memory = found.memory;
    return `${found.named.event} ${found.named.severity}`;
  });
};

describe('what an event means', () => {
  it.each<[string, OrchestraEvent]>([
    ['agent.broken critical', state('broken')],
    ['agent.state info', state('running')],
    ['agent.crashed warning', exited('failure')],
    ['agent.crashed warning', exited('oom')],
    ['agent.crashed warning', exited('unknown')],
    ['agent.exited info', exited('success')],
    ['agent.exited info', exited('server-lost')],
    ['agent.restarted info', started('exited')],
    ['agent.restarted info', started('not-live')],
    ['agent.started info', started('up')],
    ['agent.started info', started('asked')],
    ['agent.approval warning', activity('busy', 'approval')],
    ['agent.question warning', activity('unknown', 'question')],
    ['agent.activity info', activity('approval', 'busy')],
    ['agent.held warning', event('agent.held', 'kaede', { why: 'limited', until: null, account: 'a' })],
    ['agent.unknown-screen warning', event('agent.unknown-screen', 'kaede', { screen: 'f' })],
    ['message.dead warning', event('message.dead', 'kaede', { id: 'x', reason: 'attempts', attempt: 5 } as never)],
    ['controller.degraded critical', event('controller.degraded', null, { what: 'journal', message: 'full' })],
    ['tmux.lost critical', event('tmux.lost', null, { pid: 1 })],
    ['notice.failed warning', event('notice.failed', null, { channel: 'team', attempts: 4, why: 'x' })],
  ])('%s', (expected, one) => expect(namesOf(one)).toEqual([expected]));

  it('what is stopped has not crashed, and what is started after it can', () =>
    expect(namesOf(state('stopping'), exited('signal'), state('stopped'), started('asked'), exited('signal'))).toEqual([
      'agent.state info',
      'agent.exited info',
      'agent.state info',
      'agent.started info',
      'agent.crashed warning',
    ]));

  it('a dialog that the controller before has told of is not told again, another run asks anew', () =>
    expect(
      namesOf(
        activity('busy', 'approval'),
        activity('unknown', 'approval'),
        activity('approval', 'unknown'),
        activity('unknown', 'approval'),
        activity('unknown', 'question'),
        started('exited'),
        activity('unknown', 'question'),
      ),
    ).toEqual([
      'agent.approval warning',
      'agent.activity info',
      'agent.activity info',
      'agent.activity info',
      'agent.question warning',
      'agent.restarted info',
      'agent.question warning',
    ]));

  it('an agent that goes on has been answered', () => {
    expect(settledBy(activity('approval', 'busy'))).toBe('kaede');
    expect(settledBy(activity('question', 'unknown'))).toBe('kaede');
    expect(settledBy(activity('busy', 'idle'))).toBeNull();
    expect(settledBy(state('broken'))).toBeNull();
  });

  it('an event of a newer controller is worth something too', () =>
    expect(namesOf(event('agent.sang' as never, 'kaede', {} as never))).toEqual(['agent.sang info']));
});

const rule = (changes: Partial<NoticeRule>): NoticeRule => ({
  events: [],
  severity: 'info',
  agents: null,
  to: ['team'],
  ...changes,
});

const told = (rules: readonly NoticeRule[], one: OrchestraEvent): readonly string[] =>
  channelsFor(rules, one, meaning(NOTHING_SEEN, one).named);

describe('rules', () => {
  const broken = state('broken');
  it.each<[boolean, Partial<NoticeRule>]>([
    [true, {}],
    [true, { events: ['agent.broken'] }],
    [true, { events: ['agent.*'] }],
    [true, { events: ['*'] }],
    [true, { events: ['message.dead', 'agent.state'] }],
    [false, { events: ['message.dead'] }],
    [false, { events: ['agent'] }],
    [true, { severity: 'critical' }],
    [true, { agents: ['kaede'] }],
    [false, { agents: ['momiji'] }],
  ])('a broken kaede: %s by %j', (fits, changes) =>
    expect(told([rule(changes)], broken)).toEqual(fits ? ['team'] : []),
  );

  it('severity is at least', () =>
    expect(SEVERITIES.map((severity) => told([rule({ severity })], exited('failure')).length)).toEqual([1, 1, 0]));

  it('what is of no agent fits no rule that names agents', () => {
    const lost = event('tmux.lost', null, { pid: 1 });
    expect(told([rule({ agents: ['kaede'] })], lost)).toEqual([]);
    expect(told([rule({})], lost)).toEqual(['team']);
  });

  it('every rule counts, and a channel is told once', () =>
    expect(
      told([rule({}), rule({ to: ['here', 'team'] }), rule({ events: ['message.dead'], to: ['me'] })], broken),
    ).toEqual(['team', 'here']));

  it('a channel is not told that it fails, nor of what the status says of it', () => {
    const all = [rule({ to: ['team', 'me'] })];
    expect(told(all, event('notice.failed', null, { channel: 'team', attempts: 1, why: '' }))).toEqual(['me']);
    for (const type of ['controller.degraded', 'controller.recovered'] as const) {
      expect(told(all, event(type, null, { what: `${OWN_TROUBLE}team`, message: '' }))).toEqual([]);
      expect(told(all, event(type, null, { what: 'journal', message: '' }))).toEqual(['team', 'me']);
    }
  });

  it('a pattern fits what begins with it, and a name itself alone', () =>
    fc.assert(
      fc.property(fc.constantFrom(...NOTICE_EVENTS), fc.nat(30), (name, length) => {
        expect(fitsPattern(name, `${name.slice(0, length)}*`)).toBe(true);
        expect(fitsPattern(name, name.slice(0, length))).toBe(length >= name.length);
      }),
    ));
});

it('every severity is one of the scale, and the worst of some is one of them', () => {
  expect(Object.values(EVENT_SEVERITY).every((each) => SEVERITIES.includes(each))).toBe(true);
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...SEVERITIES), { minLength: 1 }), (some) => {
      const high = worst(some);
      expect(some).toContain(high);
      expect(some.every((each) => atLeast(high, each))).toBe(true);
    }),
  );
});
