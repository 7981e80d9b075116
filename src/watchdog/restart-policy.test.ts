import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentSpec } from '../../test/support/agent-spec.ts';
import type { ExitClass, RestartPolicy } from '../protocol/index.ts';
import { afterDeath, backoffDelay, type DeathRecord, NO_DEATHS, wantsRestart } from './restart-policy.ts';

const BACKOFF = { initial: 1000, max: 60_000, factor: 2, jitter: 0.2, resetAfter: 60_000 };
const POLICY: RestartPolicy = {
  ...agentSpec().restart,
  backoff: BACKOFF,
  breaker: { exits: 5, within: 600_000, retry: null },
};
const CLASSES: readonly ExitClass[] = ['success', 'failure', 'signal', 'oom', 'shim-lost', 'server-lost', 'unknown'];

/** Lets an agent live and die again and again; the delays until the breaker opens or the runs are over. */
function lives(policy: RestartPolicy, uptimes: readonly number[], random = 0): (number | 'break' | 'stop')[] {
  let record: DeathRecord = NO_DEATHS;
  let now = 0;
  const said: (number | 'break' | 'stop')[] = [];
  for (const uptime of uptimes) {
    now += uptime;
    const after = afterDeath(policy, record, { class: 'failure', code: 1, uptime, now, random });
    record = after.record;
    said.push(after.next === 'restart' ? after.delay : after.next);
    if (after.next !== 'restart') break;
    now += after.delay;
  }
  return said;
}

describe('restart policy', () => {
  it.each<[RestartPolicy['policy'], ExitClass[]]>([
    ['always', [...CLASSES]],
    ['on-failure', CLASSES.filter((kind) => kind !== 'success')],
    ['never', []],
  ])('%s restarts after', (policy, wanted) =>
    expect(CLASSES.filter((kind) => wantsRestart({ ...POLICY, policy }, { class: kind, code: null }))).toEqual(wanted),
  );

  it('never restarts when the policy does not want it, whatever was before', () =>
    fc.assert(
      fc.property(fc.constantFrom(...CLASSES), fc.nat(), fc.nat(), (kind, uptime, now) => {
        const death = { class: kind, code: null, uptime, now, random: 0 };
        expect(afterDeath({ ...POLICY, policy: 'never' }, NO_DEATHS, death).next).toBe('stop');
      }),
    ));

  it('restarts at once after the first healthy run, then slows down', () =>
    expect(lives({ ...POLICY, breaker: null }, [11_000, 11_000, 11_000, 11_000])).toEqual([0, 1000, 2000, 4000]));

  it('sets the delay back after a long run', () =>
    expect(lives({ ...POLICY, breaker: null }, [1, 1, 1, 61_000, 1])).toEqual([1000, 2000, 4000, 0, 1000]));

  it('keeps the delay within its bounds', () =>
    fc.assert(
      fc.property(fc.nat(2000), fc.double({ min: 0, max: 1, noNaN: true }), (n, random) => {
        const full = Math.min(BACKOFF.max, BACKOFF.initial * 2 ** n);
        const delay = backoffDelay(BACKOFF, n, random);
        expect(delay).toBeLessThanOrEqual(full);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(full * 0.8));
      }),
    ));

  it('opens the breaker on the nth death in any window, fast loops or slow ones', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300_000 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 8 }),
        (uptimes, exits) => {
          const within = 600_000;
          const policy = { ...POLICY, backoff: null, breaker: { exits, within, retry: null } };
          const said = lives(policy, uptimes);
          const deaths = uptimes.map((_, index) => uptimes.slice(0, index + 1).reduce((sum, each) => sum + each, 0));
          const first = deaths.findIndex(
            (at, index) => deaths.slice(0, index + 1).filter((other) => other > at - within).length >= exits,
          );
          expect(said.indexOf('break')).toBe(first);
        },
      ),
    ));

  it('does not blame an agent for the death of the server', () => {
    let record = NO_DEATHS;
    for (let now = 0; now < 50; now++) {
      const after = afterDeath(POLICY, record, { class: 'server-lost', code: null, uptime: 1, now, random: 0 });
      expect(after).toMatchObject({ next: 'restart', delay: 0 });
      record = after.record;
    }
    expect(record).toEqual(NO_DEATHS);
  });

  it('remembers no more deaths than it needs', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 100 }), (uptimes) => {
        let record = NO_DEATHS;
        let now = 0;
        for (const uptime of uptimes) {
          now += uptime;
          record = afterDeath(POLICY, record, { class: 'failure', code: 1, uptime, now, random: 0 }).record;
          expect(record.deaths.length).toBeLessThanOrEqual(5);
        }
      }),
    ));
});

describe('a breaker that is tried again', () => {
  const retry = { after: 300_000, factor: 2, max: 1_000_000 };
  const policy: RestartPolicy = { ...POLICY, backoff: null, breaker: { exits: 3, within: 600_000, retry } };

  /** Dies after each of these runs; the waits of the breaker, in which a trial follows, and `null` for a start at once. */
  function waits(uptimes: readonly number[]): (number | null)[] {
    let record: DeathRecord = NO_DEATHS;
    let now = 0;
    return uptimes.map((uptime) => {
      now += uptime;
      const after = afterDeath(policy, record, { class: 'failure', code: 1, uptime, now, random: 0 });
      record = after.record;
      if (after.next !== 'break') return null;
      now += after.retry ?? 0;
      record = { ...record, trial: true };
      return after.retry;
    });
  }

  it('waits longer after each trial that failed, up to its longest wait', () =>
    expect(waits([1, 1, 1, 1, 1, 1])).toEqual([null, null, 300_000, 600_000, 1_000_000, 1_000_000]));

  it('takes a trial that lived long enough for well, and counts from the start', () =>
    expect(waits([1, 1, 1, 200_000, 1, 1])).toEqual([null, null, 300_000, null, null, 300_000]));

  it('lets no loop start it more than once in the wait, however slow the loop is', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 199_999 }), (uptime) => {
        const said = waits(Array.from({ length: 30 }, () => uptime));
        const first = said.findIndex((wait) => wait !== null);
        expect(first).not.toBe(-1);
        expect(said.slice(first).every((wait) => wait !== null && wait >= retry.after)).toBe(true);
      }),
    ));

  it('stays open for good where no retry is wanted', () => {
    const never = { ...policy, breaker: { exits: 1, within: 600_000, retry: null } };
    const death = { class: 'failure', code: 1, uptime: 1, now: 1, random: 0 } as const;
    expect(afterDeath(never, NO_DEATHS, death)).toMatchObject({ next: 'break', retry: null });
  });
});

it('stays down after an exit status that says so, whatever the policy', () => {
  const policy: RestartPolicy = { ...POLICY, stopCodes: [78] };
  expect(wantsRestart(policy, { class: 'failure', code: 78 })).toBe(false);
  expect(wantsRestart(policy, { class: 'failure', code: 77 })).toBe(true);
  expect(wantsRestart(policy, { class: 'shim-lost', code: null })).toBe(true);
});
