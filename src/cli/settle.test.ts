import { describe, expect, it } from 'vitest';
import { anAgent } from '../../test/support/fake-session.ts';
import type { AgentSnapshot, AgentSpec, SessionSpec } from '../protocol/index.ts';
import { isSettled, standings } from './settle.ts';

const NOW = Date.parse('2026-01-31T12:00:00Z');

/** A session of these agents; each value names what the agent depends on. */
const spec = (agents: Record<string, string[]>, ready: object | null = null): SessionSpec =>
  ({
    agents: Object.entries(agents).map(([name, needs]) => ({
      name,
      ready,
      dependsOn: needs.map((agent) => ({ agent, condition: 'ready' })),
    })) as unknown as AgentSpec[],
  }) as unknown as SessionSpec;

const standing = (agent: AgentSnapshot, ready: object | null = null): string | undefined =>
  standings(spec({ [agent.name]: [] }, ready), [agent], NOW).get(agent.name);

describe('where an agent stands', () => {
  it.each<[string, Partial<AgentSnapshot>, string]>([
    ['running for a while', { uptime: 60 }, 'up'],
    ['running for a moment', { uptime: 3 }, 'coming'],
    ['starting', { state: 'starting' }, 'coming'],
    ['broken', { state: 'broken' }, 'failed'],
    ['in back-off', { state: 'backoff' }, 'failed'],
    ['held', { state: 'held' }, 'resting'],
    ['never started yet', { state: 'stopped', incarnation: 0 }, 'coming'],
    [
      'stopped by a person before its first start',
      { state: 'stopped', incarnation: 0, detail: 'stopped by request' },
      'resting',
    ],
    [
      'done with its work',
      { state: 'stopped', last_exit: { code: 0, class: 'success', at: '2026-01-31T12:00:01Z' } },
      'resting',
    ],
    [
      'ended badly just now',
      { state: 'stopped', last_exit: { code: 3, class: 'failure', at: '2026-01-31T12:00:01Z' } },
      'failed',
    ],
    [
      'ended badly long ago',
      { state: 'stopped', last_exit: { code: 3, class: 'failure', at: '2026-01-30T12:00:01Z' } },
      'resting',
    ],
  ])('%s', (_, changes, expected) => expect(standing(anAgent('kaede', changes))).toBe(expected));

  it('a probe that passed is proof enough', () =>
    expect(standing(anAgent('kaede', { uptime: 1 }), { kind: 'delay' })).toBe('up'));

  it('one the controller does not show yet is coming', () =>
    expect(standings(spec({ kaede: [] }), [], NOW).get('kaede')).toBe('coming'));
});

describe('waiting for others', () => {
  const waiting = (name: string): AgentSnapshot => anAgent(name, { state: 'starting', pid: null });

  it('is blocked behind one that failed, over any distance', () => {
    const session = spec({ a: ['b'], b: ['c'], c: [], d: [] });
    const all = standings(session, [waiting('a'), waiting('b'), anAgent('c', { state: 'broken' }), anAgent('d')], NOW);
    expect([...all]).toEqual([
      ['a', 'blocked'],
      ['b', 'blocked'],
      ['c', 'failed'],
      ['d', 'up'],
    ]);
    expect(isSettled(all)).toBe(true);
  });

  it('is coming behind one that is coming', () => {
    const all = standings(spec({ a: ['b'], b: [] }), [waiting('a'), waiting('b')], NOW);
    expect([...all.values()]).toEqual(['coming', 'coming']);
    expect(isSettled(all)).toBe(false);
  });
});
