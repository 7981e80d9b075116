import { copyFileSync, mkdirSync, readdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { uuid7 } from '../base/index.ts';
import { sign, tokenOf } from '../mailbox/index.ts';
import { systemRandom } from '../platform/index.ts';
import { DEFAULT_MESSAGES, type MessageDraft, type MessagesSpec } from '../protocol/index.ts';
import { diskError, type MailHouse, mailTest as test, note } from '../../test/support/mail-house.ts';
import type { MailQueue } from './queue.ts';
import { restOf, timeLeft, waitAfter } from './transition.ts';

const SECRET = new Uint8Array(32).fill(3);
const DAY = 24 * 3_600_000;

async function open(house: MailHouse, rules: Partial<MessagesSpec> = {}): Promise<MailQueue> {
  if (house.crew.length === 0) house.agents(['mika', 'ren']);
  house.rules = { ...DEFAULT_MESSAGES, ...rules };
  house.tokenOf = (agent) => tokenOf(SECRET, agent);
  return house.queue();
}
const from = (agent: string, draft: MessageDraft): MessageDraft =>
  sign({ id: uuid7(Date.now(), systemRandom(10)), ...draft, from: agent }, tokenOf(SECRET, agent));

async function begin(queue: MailQueue, agent = 'mika'): Promise<string> {
  const { id } = queue.head(agent)?.message ?? { id: 'no head' };
  await queue.begin(agent, id);
  return id;
}
async function handOver(queue: MailQueue, agent = 'mika'): Promise<string> {
  const id = await begin(queue, agent);
  await queue.submitted(agent, id, 'keys');
  return id;
}
const states = async (queue: MailQueue): Promise<string[]> =>
  (await queue.list({})).map(({ state, reason }) => reason ?? state);

describe('a message', () => {
  test('is seen at every step of its way, also by the next controller', async ({ house }) => {
    const queue = await open(house);
    const seen = async (): Promise<string> => {
      house.crew = house.crew.map((each) => ({ ...each, interrupted: 'keep' }));
      const known = await states(queue);
      const here = await import('../mailbox/index.ts').then(({ listMail }) => listMail(house.paths, {}));
      expect(here.map(({ state }) => state)).toEqual(known);
      return known.join();
    };
    const { id } = await queue.send(note('mika'));
    expect(await seen()).toBe('queued');
    await queue.begin('mika', id);
    expect(await seen()).toBe('delivering');
    await queue.submitted('mika', id, 'keys');
    expect(await seen()).toBe('submitted');
    await queue.started('mika', id);
    expect(await seen()).toBe('started');
    await queue.ack('mika', id, 'mika');
    expect(await seen()).toBe('acked');
    expect(house.told.map(({ type }) => type)).toEqual([
      'message.queued',
      'message.delivering',
      'message.submitted',
      'message.started',
      'message.acked',
    ]);
  });

  test('is done when the turn is over and nobody waits for an acknowledgement; a late one still counts', async ({
    house,
  }) => {
    const queue = await open(house);
    await queue.send(note('mika'));
    const id = await handOver(queue);
    await queue.finished('mika', id);
    expect(house.files('mika', 'done')[0]).toMatch(/\.a1\.submitted$/);
    expect(queue.waiting()).toEqual([]);
    // What is done is told, and is no longer among what is on its way.
    expect(house.told.at(-1)).toMatchObject({ type: 'message.over', data: { id } });
    expect(await queue.list({})).toHaveLength(1);
    expect(await queue.list({ open: true })).toEqual([]);
    expect((await queue.ack('mika', id, 'mika')).state).toBe('acked');
  });

  test('that comes due between a look at it and the question when, is due', async ({ house }) => {
    const queue = await open(house);
    await queue.send(note('mika'));
    await queue.retry('mika', await begin(queue), 'gone');
    house.clock.pass(999);
    expect(queue.head('mika')).toBeNull();
    const looked = house.clock.mono();
    house.clock.pass(1);
    expect(queue.nextDue('mika', looked)).toBe(house.clock.mono());
    expect(queue.nextDue('mika', house.clock.mono())).toBeNull();
  });

  test('that was put off counts no attempt; one that failed waits longer each time, then is dead', async ({
    house,
  }) => {
    const queue = await open(house, { attempts: 3 });
    const { id } = await queue.send(note('mika'));
    await queue.begin('mika', id);
    await queue.defer('mika', id, 'draft', 'a draft is there');
    expect(queue.head('mika')?.message.attempt).toBe(0);
    for (const wait of [1_000, 2_000]) {
      await queue.retry('mika', await begin(queue), 'gone');
      expect(queue.nextDue('mika', house.clock.mono())).toBe(house.clock.mono() + wait);
      house.clock.pass(wait - 1);
      expect(queue.head('mika')).toBeNull();
      house.clock.pass(1);
    }
    await queue.retry('mika', await begin(queue), 'gone');
    expect(await states(queue)).toEqual(['attempts']);
    expect(queue.counts('mika')).toEqual({ queued: 0, inFlight: 0, dead: 1 });
  });

  test('that waits holds up its sender and its priority only', async ({ house }) => {
    const queue = await open(house);
    await queue.send(from('ren', note('mika', 'first')));
    await queue.send(from('ren', note('mika', 'second')));
    await queue.send(note('mika', 'from outside'));
    await queue.retry('mika', await begin(queue), 'gone');
    expect(queue.head('mika')?.message.payload.text).toBe('from outside');
    await queue.send({ ...from('ren', { ...note('mika', 'quick'), priority: 'urgent' }) });
    expect(queue.head('mika')?.message.payload.text).toBe('quick');
    house.clock.pass(1_000);
    await handOver(queue);
    expect(queue.head('mika')?.message.payload.text).toBe('first');
  });

  test('that is not yet on the disk holds up the next of its sender', async ({ house }) => {
    const queue = await open(house);
    await queue.send(note('ren'));
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const { syncAndClose } = house.disk;
    let first = true;
    house.disk.syncAndClose = async (fd) => {
      const wait = first;
      first = false;
      if (wait) await held;
      return syncAndClose.call(house.disk, fd);
    };
    const slow = queue.send(note('mika', 'slow'));
    await queue.send(note('mika', 'quick'));
    expect(queue.head('mika')).toBeNull();
    release();
    await slow;
    expect(queue.head('mika')?.message.payload.text).toBe('slow');
  });

  test('for the inbox is not typed and holds up nothing; the agent takes it', async ({ house }) => {
    const queue = await open(house);
    await queue.send({ ...note('mika', 'read it'), delivery: 'inbox' });
    await queue.send(note('mika', 'type it'));
    expect(queue.head('mika')?.message.payload.text).toBe('type it');
    expect((await queue.take('mika'))?.message.payload.text).toBe('read it');
    expect((await queue.take('mika'))?.message.payload.text).toBe('type it');
    expect(await queue.take('mika')).toBeNull();
    expect(await states(queue)).toEqual(['submitted', 'submitted']);
    await queue.handBack('mika', 'it was started anew');
    expect((await queue.take('mika'))?.message).toMatchObject({ payload: { text: 'read it' }, attempt: 2 });
  });

  test('is answered by a reply of the one it was for', async ({ house }) => {
    const queue = await open(house);
    await queue.send(from('ren', note('mika', 'question')));
    const id = await handOver(queue);
    await queue.send({ ...note('ren', 'of somebody else'), replyTo: id });
    expect(await states(queue)).toEqual(['submitted', 'queued']);
    const reply = await queue.send(from('mika', { ...note('ren', 'answer'), replyTo: id }));
    expect((await queue.get(id))[0]?.state).toBe('answered');
    expect(house.events('message.answered').map(({ data }) => data)).toEqual([{ id, reply: reply.id }]);
    expect((await queue.list({ thread: id })).map(({ message }) => message.payload.text)).toEqual([
      'question',
      'of somebody else',
      'answer',
    ]);
    expect((await queue.list({ last: 1 })).map(({ message }) => message.payload.text)).toEqual(['answer']);
    expect((await queue.list({ from: 'ren' })).map(({ message }) => message.payload.text)).toEqual(['question']);
  });
});

describe('time', () => {
  test('a ttl that runs out kills what waits, not what was handed over', async ({ house }) => {
    const queue = await open(house, { ttl: 5_000 });
    await queue.send(note('mika', 'one'));
    await queue.send(note('mika', 'two'));
    await queue.send({ ...note('mika', 'for ever'), ttl: null });
    await handOver(queue);
    house.clock.pass(5_000);
    expect(queue.head('mika')?.message.payload.text).toBe('for ever');
    await queue.sweep();
    expect(await states(queue)).toEqual(['submitted', 'expired', 'queued']);
  });

  test('a lease that runs out hands it over again, and at last gives it up', async ({ house }) => {
    const queue = await open(house, { lease: 10_000, attempts: 2 });
    await queue.send(note('mika'));
    await queue.finished('mika', await handOver(queue));
    house.clock.pass(9_999);
    await queue.sweep();
    expect(await states(queue)).toEqual(['submitted']);
    house.clock.pass(1);
    await queue.sweep();
    expect(await states(queue)).toEqual(['queued']);
    house.clock.pass(1_000);
    await handOver(queue);
    house.clock.pass(10_000);
    await queue.sweep();
    expect(await states(queue)).toEqual(['unacked']);
  });

  test('what is done is kept as long as it should be, and then goes with its id', async ({ house }) => {
    const queue = await open(house, { keep: 7 * DAY });
    const { id } = await queue.send(note('mika'));
    await queue.ack('mika', await handOver(queue), 'mika');
    house.clock.wallAhead += 8 * DAY;
    await queue.sweep();
    expect(house.allFiles('mika')).toHaveLength(1);
    house.clock.wallAhead -= 8 * DAY;
    for (let hour = 0; hour < 7 * 24 + 1; hour++) {
      house.clock.pass(3_600_000);
      await queue.sweep();
      if (hour === 7 * 24 - 2) expect(house.allFiles('mika')).toHaveLength(1);
    }
    expect(house.allFiles('mika')).toEqual([]);
    expect((await queue.send({ ...note('mika'), id })).duplicate).toBe(false);
  });

  test('is counted as documented', () => {
    const rules = DEFAULT_MESSAGES;
    expect([1, 2, 3, 4, 5].map((attempt) => waitAfter(attempt, rules))).toEqual([1_000, 2_000, 4_000, 8_000, null]);
    expect(restOf(null, 5, rules)).toBe(0);
    expect(restOf(60_005, 5, rules)).toBe(60_000);
    expect(restOf(60_006, 5, rules)).toBe(0);
    expect(restOf(1, 5, rules)).toBe(0);
    expect(timeLeft('1970-01-01T00:00:01Z', 500, 1_200)).toBe(300);
    expect(timeLeft('1970-01-02T00:00:00Z', 500, 1_200)).toBe(500);
    expect(timeLeft('1970-01-01T00:00:00Z', null, 1_200)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a person', () => {
  test('puts dead messages back, however they died', async ({ house }) => {
    const queue = await open(house, { ttl: 1_000 });
    const { id } = await queue.send(note('mika'));
    house.clock.pass(2_000);
    await queue.sweep();
    expect(await queue.redrive({ agent: 'ren' }, 'me')).toBe(0);
    expect(await queue.redrive({ id }, 'me')).toBe(1);
    expect(house.files('mika', 'new')[0]).toMatch(/\.a0\.r$/);
    await queue.sweep();
    const next = await house.queue();
    await next.sweep();
    expect(next.head('mika')?.message).toMatchObject({ id, attempt: 0 });
  });

  test('throws messages away', async ({ house }) => {
    const queue = await open(house);
    const one = await queue.send(note('mika'));
    await queue.send(note('ren'));
    expect(await queue.purge({ agent: 'mika' }, 'me')).toBe(1);
    expect(await states(queue)).toEqual(['purged', 'queued']);
    expect(await queue.purge({ id: one.id, states: ['queued'] }, 'me')).toBe(0);
    expect(await queue.purge({ id: one.id }, 'me')).toBe(1);
    expect(await states(queue)).toEqual(['queued']);
    await expect(queue.get(one.id)).rejects.toMatchObject({ code: 'unknown-message' });
  });
});

describe('after a crash', () => {
  test('what may have been typed is dead, handed over again or left, as its agent can tell', async ({ house }) => {
    for (const [interrupted, expected] of [
      ['keep', 'delivering'],
      ['again', 'queued'],
      ['dead', 'ambiguous'],
    ] as const) {
      house.agents(['mika'], interrupted);
      const queue = await open(house);
      if (interrupted === 'keep') await queue.send(note('mika'));
      if (expected !== 'delivering' && queue.head('mika') !== null) await begin(queue);
      if (interrupted === 'keep') await begin(queue);
      expect(await states(await house.queue())).toEqual([expected]);
    }
  });

  test('a rename of which both halves are left counts as done', async ({ house }) => {
    const queue = await open(house);
    await queue.send(note('mika'));
    const [file] = house.files('mika', 'new');
    const id = await begin(queue);
    await queue.ack('mika', id, 'mika');
    const box = house.paths.mailbox('mika');
    copyFileSync(`${box}/done/${house.files('mika', 'done')[0]}`, `${box}/new/${file}`);
    const next = await house.queue();
    expect(house.allFiles('mika')).toEqual([expect.stringMatching(/^done\/.*acked$/)]);
    expect(next.head('mika')).toBeNull();
  });

  test('torn, strange and leftover files are out of the way, each with an event', async ({ house }) => {
    const queue = await open(house);
    for (const text of ['one', 'two', 'three']) await queue.send(note('mika', text));
    const box = house.paths.mailbox('mika');
    const [one, two] = house.files('mika', 'new');
    truncateSync(`${box}/new/${one}`, 0);
    truncateSync(`${box}/new/${two}`, 150);
    writeFileSync(`${box}/cur/note to self`, 'x');
    writeFileSync(`${box}/tmp/2-000000000009-0190a5a8-0000-7000-8000-000000000000.a0`, 'x');
    const half = `${house.paths.intake}/tmp/2-000000000009-0190a5a8-0000-7000-8000-000000000000.a0`;
    for (const file of [half, `${house.paths.intake}/tmp/a script’s`]) writeFileSync(file, 'x');
    const next = await house.queue();
    expect(house.intake('tmp')).toEqual(['a script’s']);
    expect(next.head('mika')?.message.payload.text).toBe('three');
    expect(house.corrupt()).toHaveLength(3);
    expect(house.files('mika', 'tmp')).toEqual([]);
    expect(house.events('mail.corrupt').map(({ agent }) => agent)).toEqual(['mika', 'mika', 'mika']);
    expect((await next.send(note('mika'))).duplicate).toBe(false);
  });

  test('what somebody began in the intake and left is gone after a day, and nothing else of it', async ({ house }) => {
    const queue = await open(house);
    const tmp = `${house.paths.intake}/tmp`;
    writeFileSync(`${tmp}/a script’s`, '{"half');
    mkdirSync(`${tmp}/a folder`);
    symlinkSync(house.paths.secret, `${tmp}/a link`);
    house.clock.pass(DAY - 3_600_000);
    await queue.sweep();
    expect(house.intake('tmp')).toContain('a script’s');
    house.clock.pass(2 * 3_600_000);
    await queue.sweep();
    expect(house.intake('tmp')).toEqual(['a folder', 'a link']);
    // Behind a link lies what is somebody else's.
    const away = `${house.folder}/away`;
    renameSync(tmp, away);
    writeFileSync(`${away}/precious`, 'x');
    symlinkSync(away, tmp);
    house.clock.pass(2 * DAY);
    await queue.sweep();
    expect(readdirSync(away)).toContain('precious');
  });

  test('what is for many reaches those who lack it, and no one twice', async ({ house }) => {
    house.agents(['mika', 'ren', 'aoi']);
    const queue = await open(house);
    house.disk.refuse = (step, path) => {
      if (step !== 'create' || !path.includes('/ren/')) return;
      house.kill();
      throw diskError('EIO');
    };
    await expect(queue.send(note('broadcast'))).rejects.toMatchObject({ code: 'storage' });
    house.disk.refuse = () => {};
    const next = await house.queue();
    expect((await next.list({})).map(({ message }) => message.to)).toEqual(['aoi', 'mika', 'ren']);
    expect(house.intake('cur')).toEqual([]);
  });

  test('a mailbox of an agent that left stays as it is', async ({ house }) => {
    const queue = await open(house);
    await queue.send({ ...note('mika'), ttl: 1 });
    house.agents(['ren']);
    const next = await house.queue();
    house.clock.pass(1_000);
    await next.sweep();
    await expect(next.send(note('mika'))).rejects.toMatchObject({ code: 'unknown-agent' });
    expect(house.files('mika', 'new')).toHaveLength(1);
    expect(next.waiting()).toEqual([]);
    expect(await states(next)).toEqual(['queued']);
  });
});
