import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../test/support/dashboard.ts';
import { ago, agentLike, NOON } from '../../../test/support/dashboard-data.ts';
import type { AgentSnapshot } from '../../protocol/index.ts';
import { aSnapshot } from '../../../test/support/fake-session.ts';
import { initialState, type State } from './state.ts';
import { untilTick } from './pace.ts';

const state = (agent: Partial<AgentSnapshot>, over: Partial<State> = {}): State => ({
  ...initialState({ width: 100, height: 20 }, NOON, SETTINGS),
  link: { kind: 'live' },
  snapshot: aSnapshot([agentLike('kaede', agent)]),
  ...over,
});

describe('the next tick', () => {
  it('is far away while nothing changes by itself', () => {
    expect(untilTick(state({}))).toBe(10_000);
    expect(untilTick(state({ activity: 'busy', activity_since: ago(60_000) }))).toBe(10_000);
    expect(untilTick(state({ state: 'stopped', state_since: ago(1_000) }))).toBe(10_000);
  });
  it('comes by the second while seconds are shown', () => {
    expect(untilTick(state({ activity: 'busy', activity_since: ago(59_000) }))).toBe(1_000);
    expect(untilTick(state({ state: 'backoff', state_since: ago(500_000) }))).toBe(1_000);
    expect(untilTick(state({ state_since: ago(2_000) }))).toBe(1_000);
    expect(untilTick(state({}, { link: { kind: 'connecting' } }))).toBe(1_000);
    expect(untilTick(state({}, { toast: { text: 'done', tone: 'good', until: NOON + 1 } }))).toBe(1_000);
  });
  it('comes when a snapshot is due, and often for a live screen', () => {
    expect(untilTick(state({}, { refresh: { asked: false, due: NOON + 700 } }))).toBe(700);
    expect(untilTick(state({}, { refresh: { asked: false, due: NOON - 5 } }))).toBe(100);
    expect(untilTick(state({}, { screen: 'agent' }))).toBe(200);
  });
});
