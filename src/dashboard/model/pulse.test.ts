import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrchestraEvent } from '../../protocol/index.ts';
import { Pulse } from './pulse.ts';

const START = Date.parse('2026-01-31T12:00:00.000Z');
const MINUTE = 60_000;

const FACTS = [
  'message.queued',
  'message.over',
  'message.acked',
  'message.answered',
  'message.dead',
  'agent.started',
] as const;
interface Fact {
  readonly type: (typeof FACTS)[number];
  readonly id: string;
  readonly agent: string;
  readonly reason: 'exited' | 'asked';
  /** Milliseconds after the one before. */
  readonly later: number;
}
const facts = fc.array(
  fc.record({
    type: fc.constantFrom(...FACTS),
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    agent: fc.constantFrom('kaede', 'sakura'),
    reason: fc.constantFrom('exited', 'asked'),
    later: fc.nat(3 * MINUTE),
  }) as fc.Arbitrary<Fact>,
  { maxLength: 60 },
);

function eventsOf(all: readonly Fact[]): OrchestraEvent[] {
  let at = START;
  return all.map(({ type, id, agent, reason, later }, index) => {
    at += later;
    const data = type === 'agent.started' ? { incarnation: 1, pid: 1, reason } : { id };
    return { seq: index + 1, time: new Date(at).toISOString(), type, agent, data } as unknown as OrchestraEvent;
  });
}

const timeOf = ({ time }: OrchestraEvent): number => Date.parse(time);

/** The same by hand: a message is done once, when its turn is over or it is first acknowledged or answered while it waits; only those two are timed. */
function byHand(events: readonly OrchestraEvent[]): {
  sent: number;
  count: number;
  done: number[];
  dead: number;
  restarts: number;
} {
  const open = new Map<string, number>();
  const over = new Set<string>();
  const told = { sent: 0, count: 0, done: [] as number[], dead: 0, restarts: 0 };
  for (const event of events) {
    const key = `${event.agent} ${'id' in event.data ? event.data.id : ''}`;
    if (event.type === 'message.queued') {
      told.sent++;
      open.set(key, timeOf(event));
      over.delete(key);
    } else if (event.type === 'message.over') {
      if (open.has(key) && !over.has(key)) told.count++;
      if (open.has(key)) over.add(key);
    } else if (event.type === 'message.acked' || event.type === 'message.answered') {
      const since = open.get(key);
      if (since !== undefined) told.done.push(timeOf(event) - since);
      if (since !== undefined && !over.has(key)) told.count++;
      open.delete(key);
    } else if (event.type === 'message.dead') {
      told.dead++;
      open.delete(key);
    } else if (event.type === 'agent.started' && event.data.reason === 'exited') told.restarts++;
  }
  return told;
}

const pulseOf = (events: readonly OrchestraEvent[]): Pulse => {
  const pulse = new Pulse();
  for (const event of events) pulse.add(event);
  return pulse;
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('the counts of a day', () => {
  test('are those of the events, each counted once, however often it comes', () => {
    fc.assert(
      fc.property(facts, fc.array(fc.nat(60)), (all, again) => {
        const events = eventsOf(all);
        const pulse = pulseOf(events);
        for (const at of again) if (events[at] !== undefined) pulse.add(events[at]);
        const now = events.length === 0 ? START : timeOf(events.at(-1) as OrchestraEvent);
        const expected = byHand(events);
        const total = (of: Parameters<Pulse['series']>[3]): number => sum(pulse.series(now, 1_440, 1, of));
        expect(total(({ sent }) => sent)).toBe(expected.sent);
        expect(total(({ done }) => done)).toBe(expected.count);
        expect(total(({ dead }) => dead)).toBe(expected.dead);
        expect(total(({ restarts }) => restarts)).toBe(expected.restarts);
        expect(pulse.doneSince(START - MINUTE)).toBe(expected.count);
      }),
    );
  });

  test('are the same by the minute and by ten minutes', () => {
    fc.assert(
      fc.property(facts, (all) => {
        const events = eventsOf(all);
        const pulse = pulseOf(events);
        const now = START + 180 * MINUTE;
        const minutes = pulse.series(now, 1_440, 1, ({ sent }) => sent);
        const tens = pulse.series(now, 144, 10, ({ sent }) => sent);
        expect(tens).toEqual(tens.map((_, index) => sum(minutes.slice(index * 10, index * 10 + 10))));
      }),
    );
  });

  test('tell response times no more than a quarter too long', () => {
    fc.assert(
      fc.property(facts, (all) => {
        const events = eventsOf(all);
        const times = byHand(events).done.sort((a, b) => a - b);
        const now = events.length === 0 ? START : timeOf(events.at(-1) as OrchestraEvent);
        for (const share of [0.5, 0.99, 1]) {
          const [told] = pulseOf(events).responses(now, 1, 1_440, share);
          const exact = times[Math.ceil(times.length * share) - 1];
          if (exact === undefined) expect(told).toBeNull();
          else {
            expect(told).toBeGreaterThanOrEqual(exact);
            expect(told).toBeLessThanOrEqual(Math.max(10, exact * 1.25));
          }
        }
      }),
    );
  });
});

test('its size is bounded: what nobody answers and what is older than a day is forgotten', () => {
  const pulse = new Pulse();
  let seq = 0;
  const feed = (minutes: number): void => {
    for (let minute = 0; minute < minutes; minute++)
      for (let each = 0; each < 20; each++) {
        const time = new Date(START + seq * 3_000).toISOString();
        const data = { id: `m${++seq}`, type: 'note', from: 'x', seq, priority: 'normal', replyTo: null } as const;
        pulse.add({ seq, time, type: 'message.queued', agent: 'kaede', data });
      }
  };
  feed(1_600);
  const size = pulse.size;
  feed(1_600);
  expect(pulse.size).toEqual(size);
  expect(size).toEqual({ minutes: 1_441, open: 10_000 });
});

test('a clock that was set back by years leaves what comes after it', () => {
  const pulse = new Pulse();
  const queued = (seq: number, time: number): OrchestraEvent =>
    ({ seq, time: new Date(time).toISOString(), type: 'message.queued', agent: 'a', data: { id: `${seq}` } }) as never;
  for (let seq = 1; seq <= 3_000; seq++) pulse.add(queued(seq, START + 1e12 + seq * MINUTE));
  pulse.add(queued(3_001, START));
  pulse.add(queued(3_002, START + 1));
  expect(pulse.series(START, 1, 1, ({ sent }) => sent)).toEqual([2]);
});
