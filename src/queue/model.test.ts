import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { BOXES, parseName } from '../mailbox/index.ts';
import { DEFAULT_MESSAGES, type MessageDraft, PRIORITIES } from '../protocol/index.ts';
import {
  diskError,
  type Left,
  type MailHouse,
  MailHouse as House,
  mailTest as test,
} from '../../test/support/mail-house.ts';
import { times } from '../../test/support/random.ts';
import type { MailQueue } from './queue.ts';

const AGENTS = ['a', 'b', 'c'];
const TO = [...AGENTS, '@pair', 'broadcast'];
const COPIES: Readonly<Record<string, readonly string[]>> = { '@pair': ['a', 'b'], broadcast: AGENTS };

type Op =
  | { readonly op: 'send'; readonly id: number; readonly to: string; readonly priority: number }
  | { readonly op: 'deliver'; readonly agent: string; readonly end: 'submitted' | 'defer' | 'retry' | 'die' | 'open' }
  | { readonly op: 'take' | 'finish' | 'ack' | 'redrive' | 'handBack'; readonly agent: string }
  | { readonly op: 'pass'; readonly ms: number }
  | { readonly op: 'sweep' };
interface Step {
  readonly do: Op;
  /** The controller is killed at this step of the disk; null: it lives. */
  readonly killAt: number | null;
  /** What is left of each file that was not synced when the power goes with the controller; null: it does not. */
  readonly left: readonly Left[] | null;
}

const agent = fc.constantFrom(...AGENTS);
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('send' as const),
      id: fc.nat(3),
      to: fc.constantFrom(...TO),
      priority: fc.nat(1),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('deliver' as const),
      agent,
      end: fc.constantFrom('submitted', 'defer', 'retry', 'die', 'open'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constantFrom('take', 'finish', 'ack', 'redrive', 'handBack'), agent }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 3_000 }) }) },
  { weight: 1, arbitrary: fc.constant({ op: 'sweep' as const }) },
) as fc.Arbitrary<Op>;
const step: fc.Arbitrary<Step> = fc.record({
  do: op,
  killAt: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(12) }),
  left: fc.oneof(
    fc.constant(null),
    fc.array(fc.constantFrom<Left>('nothing', 'no content', 'all'), { minLength: 1, maxLength: 5 }),
  ),
});

const idOf = (n: number, to: string): string =>
  `0190a5a8-0000-7000-8000-${String(TO.indexOf(to) * 1_000 + n).padStart(12, '0')}`;
const sentTo = (id: string): string => TO[Math.trunc(Number(id.slice(-12)) / 1_000)] as string;

/** What the outside saw: promises the queue made, and what agents were handed. */
class Witness {
  readonly house: MailHouse;
  queue: MailQueue;
  /** Recipients by id of what senders were told is safe. */
  readonly promised = new Map<string, Set<string>>();
  /** Messages typed by agent and id, and not since put back by retry, defer or redrive. */
  readonly typed = new Set<string>();
  readonly acked = new Set<string>();
  killed = false;

  constructor(house: MailHouse, queue: MailQueue) {
    this.house = house;
    this.queue = queue;
  }

  async run({ do: what, killAt, left }: Step): Promise<void> {
    let steps = 0;
    this.killed = false;
    this.house.disk.refuse = () => {
      if (killAt === null || steps++ < killAt) return;
      this.killed = true;
      this.house.kill();
      throw diskError('EIO');
    };
    await this.perform(what).catch((error: Error) => {
      if (!this.killed) throw error;
    });
    await this.queue.sweep();
    if (!this.killed) return;
    this.house.disk.refuse = () => {};
    if (left !== null) this.house.losePower((nth) => left[nth % left.length] as Left);
    this.queue = await this.house.queue();
  }

  async perform(what: Op): Promise<void> {
    switch (what.op) {
      case 'send':
        return this.send(what.id, what.to, PRIORITIES[what.priority] as 'normal');
      case 'deliver':
        return this.deliver(what.agent, what.end);
      case 'pass':
        return this.house.clock.pass(what.ms);
      case 'sweep':
        return this.queue.sweep();
      case 'take': {
        const taken = await this.queue.take(what.agent);
        if (taken !== null) this.handed(what.agent, taken.message.id);
        return;
      }
      case 'finish':
        for (const { message } of this.queue.inFlight(what.agent)) await this.queue.finished(what.agent, message.id);
        return;
      case 'ack': {
        const open = this.queue.inFlight(what.agent)[0];
        if (open === undefined) return;
        await this.queue.ack(what.agent, open.message.id, what.agent);
        this.acked.add(`${what.agent} ${open.message.id}`);
        return;
      }
      case 'handBack':
        for (const { message } of this.queue.inFlight(what.agent)) this.typed.delete(`${what.agent} ${message.id}`);
        return this.queue.handBack(what.agent, 'restarted');
      case 'redrive': {
        const dead = await this.queue.list({ agent: what.agent, states: ['dead'] });
        for (const { message } of dead) this.typed.delete(`${what.agent} ${message.id}`);
        await this.queue.redrive({ agent: what.agent }, 'test');
      }
    }
  }

  async send(n: number, to: string, priority: NonNullable<MessageDraft['priority']>): Promise<void> {
    const receipt = await this.queue.send({ id: idOf(n, to), type: 'note', to, payload: { n }, priority });
    if (this.killed) return;
    const known = this.promised.get(receipt.id) ?? new Set();
    for (const recipient of COPIES[to] ?? [to]) known.add(recipient);
    this.promised.set(receipt.id, known);
  }

  async deliver(to: string, end: 'submitted' | 'defer' | 'retry' | 'die' | 'open'): Promise<void> {
    const head = this.queue.head(to);
    if (head === null) return;
    await this.orderly(to, head.message);
    const { id } = (await this.queue.begin(to, head.message.id)).message;
    this.handed(to, id);
    if (end === 'submitted') await this.queue.submitted(to, id, 'keys');
    else if (end === 'die') await this.queue.die(to, id, 'ambiguous');
    else if (end !== 'open') {
      this.typed.delete(`${to} ${id}`);
      await (end === 'defer' ? this.queue.defer(to, id, 'busy', 'it works') : this.queue.retry(to, id, 'gone'));
    }
  }

  handed(to: string, id: string): void {
    const key = `${to} ${id}`;
    expect(this.typed.has(key), `${key} was handed over twice`).toBe(false);
    expect(this.acked.has(key), `${key} was handed over after it was acknowledged`).toBe(false);
    this.typed.add(key);
  }

  async orderly(to: string, first: { seq: number; from: string; priority: string }): Promise<void> {
    const waiting = await this.queue.list({ agent: to, states: ['queued', 'delivering'] });
    const before = waiting.filter(
      ({ message }) => message.seq < first.seq && message.from === first.from && message.priority === first.priority,
    );
    expect(before, 'an earlier message of this sender and priority waits').toEqual([]);
  }

  /** What lies on the disk keeps every promise, each message lies there once, and what is for many lies with all of them or with none. */
  check(): void {
    const where = new Map<string, string[]>();
    for (const to of AGENTS) {
      const ids = BOXES.flatMap((box) => this.house.files(to, box).map((file) => parseName(box, file)?.id ?? file));
      for (const id of ids) where.set(id, [...(where.get(id) ?? []), to]);
      expect(new Set(ids).size, `${to} has a message twice: ${ids.join(' ')}`).toBe(ids.length);
      for (const [id, recipients] of this.promised)
        if (recipients.has(to)) expect(ids, `${id} for ${to} is lost`).toContain(id);
      const done = this.house.files(to, 'done');
      for (const key of this.acked)
        if (key.startsWith(`${to} `))
          expect(
            done.some((file) => file.includes(key.slice(2)) && file.endsWith('.acked')),
            key,
          ).toBe(true);
    }
    for (const [id, owners] of where) expect(owners, `who has ${id}`).toEqual(COPIES[sentTo(id)] ?? [sentTo(id)]);
  }
}

describe('whatever happens in whatever order, with the controller killed at any step of the disk', () => {
  for (const [what, logBytes] of [
    ['each file synced', 0],
    ['a log', 64 * 1024],
    ['a log that is soon full', 2 * 1024],
  ] as const)
    test(`with ${what} no message is lost, none is handed over twice, order is kept, and the index is what lies there`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
          const house = new House();
          house.logBytes = logBytes;
          try {
            house.agents(AGENTS);
            house.rules = { ...DEFAULT_MESSAGES, groups: { pair: ['a', 'b'] } };
            const witness = new Witness(house, await house.queue());
            for (const each of steps) {
              await witness.run(each);
              witness.check();
            }
            house.disk.refuse = () => {};
            const known = await witness.queue.list({});
            house.crew = house.crew.map((each) => ({ ...each, interrupted: 'keep' as const }));
            const found = await (await house.queue()).list({});
            expect(known).toEqual(found);
          } finally {
            await house.close();
          }
        }),
        { numRuns: times(1_000, 25) },
      );
    }, 600_000);
});
