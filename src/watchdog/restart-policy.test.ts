import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExitClass, RestartPolicy } from '../protocol/index.ts';
import { afterDeath, backoffDelay, type DeathRecord, NO_DEATHS, wantsRestart } from './restart-policy.ts';

const BACKOFF = { initial: 1000, max: 60_000, factor: 2, jitter: 0.2, resetAfter: 60_000 };
const POLICY: RestartPolicy = {
  policy: 'always',
  successCodes: [0],
  healthyAfter: 10_000,
  backoff: BACKOFF,
  breaker: { exits: 5, within: 600_000 },
};
const CLASSES: readonly ExitClass[] = ['success', 'failure', 'signal', 'oom', 'shim-lost', 'server-lost', 'unknown'];

/** Lets an agent live and die again and again; the delays until the breaker opens or the runs are over. */
function lives(policy: RestartPolicy, uptimes: readonly number[], random = 0): (number | 'break' | 'stop')[] {
  let record: DeathRecord = NO_DEATHS;
  let now = 0;
  const said: (number | 'break' | 'stop')[] = [];
  for (const uptime of uptimes) {
    now += uptime;
    const after = afterDeath(policy, record, { class: 'failure', uptime, now, random });
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
    expect(CLASSES.filter((kind) => wantsRestart({ ...POLICY, policy }, kind))).toEqual(wanted),
  );

  it('never restarts when the policy does not want it, whatever was before', () =>
    fc.assert(
      fc.property(fc.constantFrom(...CLASSES), fc.nat(), fc.nat(), (kind, uptime, now) => {
        const death = { class: kind, uptime, now, random: 0 };
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
          const policy = { ...POLICY, backoff: null, breaker: { exits, within } };
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
      const after = afterDeath(POLICY, record, { class: 'server-lost', uptime: 1, now, random: 0 });
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
          record = afterDeath(POLICY, record, { class: 'failure', uptime, now, random: 0 }).record;
          expect(record.deaths.length).toBeLessThanOrEqual(5);
        }
      }),
    ));
});
