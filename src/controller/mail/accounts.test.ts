import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import type { Reading } from '../../drivers/index.ts';
import { Accounts } from './accounts.ts';

const reading = (over: Partial<Reading>): Reading => ({
  activity: 'idle',
  by: 'screen',
  dialog: null,
  composer: { kind: 'empty', text: '' },
  ready: true,
  past: 0,
  resetAt: null,
  line: '',
  known: true,
  ...over,
});

function crew() {
  const clock = new FakeClock();
  const events: string[] = [];
  const released: string[] = [];
  const accounts = new Accounts({
    clock,
    emit: (type, agent) => events.push(`${type} ${agent}`),
    accountOf: (agent) => (agent.startsWith('k') ? 'team' : 'other'),
    agentsOf: (account) => (account === 'team' ? ['kaede', 'kiku'] : ['sakura']),
    released: (agent) => released.push(agent),
  });
  return { clock, events, released, accounts };
}

describe('accounts', () => {
  it('hold everybody who shares one, and nobody else', () => {
    const { accounts, events, clock } = crew();
    accounts.see('kaede', reading({ activity: 'limited', line: 'limit', resetAt: clock.wall() + 600_000 }));
    expect(accounts.heldBecause('kiku')).toContain('at its limit');
    expect(accounts.heldBecause('sakura')).toBeNull();
    expect(events).toEqual(['agent.held kaede']);
  });

  it('let them go on one after the other once the limit is over, not before', () => {
    const { accounts, clock, released } = crew();
    accounts.see('kaede', reading({ activity: 'limited', line: 'limit', resetAt: clock.wall() + 600_000 }));
    clock.pass(600_000);
    accounts.sweep();
    expect(accounts.heldBecause('kaede')).not.toBeNull();
    clock.pass(60_000);
    accounts.sweep();
    expect(released).toEqual(['kaede']);
    expect(accounts.heldBecause('kiku')).toContain('in its turn');
    clock.pass(5_000);
    accounts.sweep();
    expect(released).toEqual(['kaede', 'kiku']);
    expect(accounts.heldBecause('kiku')).toBeNull();
  });

  it('tell since when an agent waits, until when, and when it went on', () => {
    const { accounts, clock } = crew();
    expect([accounts.since('kiku'), accounts.until('kiku')]).toEqual([0, null]);
    const begun = clock.wall();
    accounts.see('kaede', reading({ activity: 'limited', line: 'limit', resetAt: begun + 600_000 }));
    clock.pass(1_000);
    expect([accounts.since('kiku'), accounts.until('kiku')]).toEqual([begun, begun + 660_000]);
    clock.pass(659_000);
    accounts.sweep();
    expect([accounts.since('kiku'), accounts.until('kiku')]).toEqual([begun, begun + 665_000]);
    expect([accounts.since('kaede'), accounts.until('kaede')]).toEqual([begun + 660_000, null]);
  });

  it('that waited already when the controller was replaced wait since then', () => {
    const { accounts, clock } = crew();
    accounts.remember('kiku', { held: 1_000, released: null });
    accounts.remember('kaede', { held: 2_000, released: null });
    accounts.remember('sakura', { held: null, released: 5_000 });
    accounts.see('kaede', reading({ activity: 'limited', line: 'limit', resetAt: clock.wall() + 600_000 }));
    expect([accounts.since('kaede'), accounts.since('kiku'), accounts.since('sakura')]).toEqual([1_000, 1_000, 5_000]);
  });

  it('do not hold again for the line that still stands on the screen, but for a new one', () => {
    const { accounts, clock, events } = crew();
    const limited = reading({ activity: 'limited', line: 'limit, resets 3pm', resetAt: clock.wall() + 1_000 });
    accounts.see('kaede', limited);
    clock.pass(61_000);
    accounts.sweep();
    // Read later, a time of day is tomorrow's.
    accounts.see('kaede', { ...limited, resetAt: clock.wall() + 3_600_000 });
    expect(accounts.isOver('kaede', limited.line)).toBe(true);
    expect(events.filter((event) => event.startsWith('agent.held'))).toHaveLength(1);
    accounts.see('kaede', reading({ activity: 'busy' }));
    accounts.see('kaede', limited);
    expect(events.filter((event) => event.startsWith('agent.held'))).toHaveLength(2);
  });

  it('do not move the end away while a span is read again and again', () => {
    const { accounts, clock, released } = crew();
    for (let minute = 0; minute < 10; minute++) {
      accounts.see('kaede', reading({ activity: 'limited', line: 'in 5m', resetAt: clock.wall() + 300_000 }));
      clock.pass(60_000);
      accounts.sweep();
    }
    expect(released).toContain('kaede');
  });

  it('ask again after a while when the screen does not say', () => {
    const { accounts, clock, released } = crew();
    accounts.see('kaede', reading({ activity: 'limited', line: 'limit' }));
    clock.pass(14 * 60_000);
    accounts.sweep();
    expect(released).toEqual([]);
    clock.pass(2 * 60_000);
    accounts.sweep();
    expect(released).toContain('kaede');
  });

  it('wait for a log-in as long as it takes', () => {
    const { accounts, clock, released } = crew();
    accounts.see('kaede', reading({ activity: 'question', dialog: 'auth', line: 'log in' }));
    clock.pass(24 * 3_600_000);
    accounts.sweep();
    expect(accounts.heldBecause('kiku')).toContain('log-in');
    accounts.see('kaede', reading({}));
    expect(released).toEqual(['kaede']);
    expect(accounts.heldBecause('kaede')).toBeNull();
  });
});
