import { describe, expect, it } from 'vitest';
import { agentLike, anEvent } from '../../../test/support/dashboard-data.ts';
import type { AgentSnapshot, OrchestraEvent } from '../../protocol/index.ts';
import { aSnapshot } from '../../../test/support/fake-session.ts';
import { follow } from './follow.ts';

const ID = '00000000-0000-7000-8000-000000000001';
const task = { id: ID, from: 'external', text: 'make' };

/** The agent after the events, one after the other. */
const after = (agent: AgentSnapshot, ...events: readonly OrchestraEvent[]): AgentSnapshot =>
  events.reduce(follow, aSnapshot([agent])).agents[0] as AgentSnapshot;

const queued = () =>
  anEvent('message.queued', 'kaede', {
    id: ID,
    type: 'note',
    from: 'sakura',
    seq: 1,
    priority: 'normal',
    replyTo: null,
  });
const delivering = () => anEvent('message.delivering', 'kaede', { id: ID, attempt: 1 });
const acked = () => anEvent('message.acked', 'kaede', { id: ID, by: 'kaede' });
const dead = (reason: 'expired' | 'attempts' | 'purged') =>
  anEvent('message.dead', 'kaede', { id: ID, reason, attempt: 1 });

describe('mail that is followed by events', () => {
  it.each([
    ['queued', [queued()], [1, 0, 0]],
    ['on its way', [queued(), delivering()], [0, 1, 0]],
    [
      'put off',
      [queued(), delivering(), anEvent('message.deferred', 'kaede', { id: ID, why: 'busy', detail: 'it works' })],
      [1, 0, 0],
    ],
    [
      'tried again',
      [queued(), delivering(), anEvent('message.retried', 'kaede', { id: ID, attempt: 1, why: 'gone', wait: 5 })],
      [1, 0, 0],
    ],
    ['acknowledged', [queued(), delivering(), acked()], [0, 0, 0]],
    ['expired', [queued(), dead('expired')], [0, 0, 1]],
    ['given up', [queued(), delivering(), dead('attempts')], [0, 0, 1]],
    ['thrown away on its way', [queued(), delivering(), dead('purged')], [0, 0, 1]],
    [
      'queued again',
      [queued(), dead('expired'), anEvent('message.redriven', 'kaede', { id: ID, by: 'me' })],
      [1, 0, 0],
    ],
    ['settled and never told of', [acked(), acked()], [0, 0, 0]],
  ] as [string, OrchestraEvent[], [number, number, number]][])('%s', (_, events, [q, f, d]) =>
    expect(after(agentLike('kaede'), ...events).mail).toEqual({ queued: q, inFlight: f, dead: d }),
  );

  it('a task that is settled is in hand no more', () => {
    const agent = agentLike('kaede', { task, mail: { queued: 0, inFlight: 1, dead: 0 } });
    expect(after(agent, acked()).task).toBeNull();
    expect(after(agent, anEvent('message.answered', 'kaede', { id: ID, reply: 'x' })).task).toBeNull();
    expect(after(agent, dead('attempts')).task).toBeNull();
    expect(after({ ...agent, task: { ...task, id: 'other' } }, acked()).task).not.toBeNull();
  });

  it('an event the snapshot includes changes nothing', () => {
    const snapshot = aSnapshot([agentLike('kaede')], { seq: Number.MAX_SAFE_INTEGER });
    expect(follow(snapshot, queued())).toBe(snapshot);
  });
});
