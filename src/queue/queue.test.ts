import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { uuid7 } from '../base/index.ts';
import { sign, tokenOf } from '../mailbox/index.ts';
import { systemRandom } from '../platform/index.ts';
import { DEFAULT_MESSAGES, type MessageDraft, type MessageRule } from '../protocol/index.ts';
import { diskError, type MailHouse, mailTest as test, note } from '../../test/support/mail-house.ts';
import { until } from '../../test/support/until.ts';
import type { MailQueue } from './queue.ts';

const DAY = 24 * 3_600_000;
const SECRET = new Uint8Array(32).fill(3);

async function open(house: MailHouse, ...names: string[]): Promise<MailQueue> {
  house.agents(names.length === 0 ? ['mika', 'ren'] : names);
  house.tokenOf = (agent) => tokenOf(SECRET, agent);
  return house.queue();
}
const from = (agent: string, draft: MessageDraft): MessageDraft =>
  sign({ id: uuid7(Date.now(), systemRandom(10)), ...draft, from: agent }, tokenOf(SECRET, agent));

async function handOver(queue: MailQueue, agent: string): Promise<string> {
  const { id } = queue.head(agent)?.message ?? { id: '' };
  await queue.begin(agent, id);
  await queue.submitted(agent, id, 'keys');
  return id;
}

describe('sending', () => {
  test('fills in what is left out, and the copy lies in new/', async ({ house }) => {
    const queue = await open(house);
    const receipt = await queue.send(note('mika'));
    const [entry] = await queue.list({});
    expect(receipt).toEqual({ id: entry?.message.id, recipients: ['mika'], pending: false, duplicate: false });
    expect(entry?.message).toMatchObject({
      from: 'external',
      to: 'mika',
      sentTo: 'mika',
      seq: 1,
      attempt: 0,
      priority: 'normal',
    });
    expect(house.files('mika', 'new')).toEqual([`2-000000000001-${receipt.id}.a0`]);
    expect(house.files('mika', 'tmp')).toEqual([]);
  });

  test('is answered only after the file was synced under its name', async ({ house }) => {
    const queue = await open(house);
    await queue.send(note('mika', 'the first one reserves numbers'));
    house.disk.log.length = 0;
    await queue.send(note('mika'));
    expect(house.disk.log.map((line) => line.split(' ')[0])).toEqual(['create', 'rename', 'sync']);
    house.disk.log.length = 0;
    await queue.send(note('broadcast'));
    const [original, ...copies] = house.disk.log;
    expect(original).toContain('/intake/tmp/');
    expect(copies.slice(0, 2).join()).toMatch(/rename .*intake\/cur.*,sync .*intake\/tmp/);
  });

  test('under the id of a message to somebody else is a copy of that one, and dropped', async ({ house }) => {
    const queue = await open(house);
    const { id } = await queue.send(note('mika', 'the first'));
    expect(await queue.send({ ...note('ren', 'the second'), id })).toMatchObject({ duplicate: true });
    expect(house.allFiles('ren')).toEqual([]);
    expect((await queue.get(id)).map(({ message }) => message.payload.text)).toEqual(['the first']);
  });

  test('to somebody outside makes room for itself, the oldest first', async ({ house }) => {
    house.rules = { ...DEFAULT_MESSAGES, depth: 2 };
    const queue = await open(house, 'mika', 'external');
    for (const text of ['one', 'two', 'three']) await queue.send(note('external', text));
    const kept = await queue.list({ agent: 'external' });
    expect(new Map(kept.map(({ message, state, reason }) => [message.payload.text, reason ?? state]))).toEqual(
      new Map([
        ['one', 'unread'],
        ['two', 'queued'],
        ['three', 'queued'],
      ]),
    );
  });

  test('to an agent or a group nobody knows says which was meant', async ({ house }) => {
    const queue = await open(house);
    house.rules = { ...DEFAULT_MESSAGES, groups: { reviewers: ['ren'] } };
    queue.setCrew(house.crew, house.rules, house.tokenOf);
    await expect(queue.send(note('mikka'))).rejects.toMatchObject({
      code: 'unknown-agent',
      hint: 'did you mean mika?',
    });
    await expect(queue.send(note('@reviewer'))).rejects.toMatchObject({ hint: 'did you mean @reviewers?' });
    await expect(queue.send(from('ren', note('@reviewers')))).rejects.toMatchObject({ code: 'refused' });
    expect(house.events('message.refused')).toHaveLength(3);
  });

  test('under a forged name is refused, and the event names it', async ({ house }) => {
    const queue = await open(house);
    const forged = { ...from('ren', note('mika')), from: 'mika' };
    await expect(queue.send(forged)).rejects.toMatchObject({ code: 'refused' });
    await expect(queue.send({ ...note('mika'), from: 'ren' })).rejects.toMatchObject({ code: 'refused' });
    expect(house.events('message.refused').map(({ agent, data }) => [agent, data.from])).toEqual([
      ['mika', 'mika'],
      ['mika', 'ren'],
    ]);
    expect(await queue.list({})).toEqual([]);
    await queue.send(from('ren', note('mika')));
    expect((await queue.list({}))[0]?.message.from).toBe('ren');
  });

  test('obeys the first rule that fits', async ({ house }) => {
    const queue = await open(house, 'mika', 'ren', 'aoi');
    const rule = (
      allow: boolean,
      sender: string,
      to: string,
      ...types: MessageRule['types'][number][]
    ): MessageRule => ({
      allow,
      from: [sender],
      to: [to],
      types,
    });
    const policy = [
      rule(true, '@seniors', '*'),
      rule(false, '*', 'aoi', 'task_assign'),
      rule(false, 'external', '@seniors'),
    ];
    queue.setCrew(house.crew, { ...DEFAULT_MESSAGES, groups: { seniors: ['mika'] }, policy }, house.tokenOf);
    const task = (to: string): MessageDraft => ({ type: 'task_assign', to, payload: {} });
    await queue.send(from('mika', task('aoi')));
    await expect(queue.send(from('ren', task('aoi')))).rejects.toMatchObject({ code: 'refused' });
    await queue.send(from('ren', note('aoi')));
    await expect(queue.send(note('mika'))).rejects.toThrow('external may not send note to mika');
    await expect(queue.send(note('broadcast'))).rejects.toMatchObject({ code: 'refused' });
    expect(house.files('ren', 'new')).toEqual([]);
  });

  test('to a full mailbox is refused, for many all or none', async ({ house }) => {
    const queue = await open(house);
    queue.setCrew(house.crew, { ...DEFAULT_MESSAGES, depth: 2 }, house.tokenOf);
    const all = await Promise.allSettled([1, 2, 3, 4].map(() => queue.send(note('mika'))));
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    await expect(queue.send(note('broadcast'))).rejects.toMatchObject({ code: 'full' });
    expect(queue.counts('ren')).toEqual({ queued: 0, inFlight: 0, dead: 0 });
    await queue.send(note('ren'));
  });

  test('the same id twice, also at once and after a restart, adds nothing', async ({ house }) => {
    const queue = await open(house);
    const draft = { ...note('mika'), id: '0190a5a8-0000-7000-8000-000000000000' };
    const both = await Promise.all([queue.send(draft), queue.send(draft), queue.send(draft)]);
    expect(both.map(({ duplicate }) => duplicate)).toEqual([false, true, true]);
    await queue.ack('mika', await handOver(queue, 'mika'), 'mika');
    const next = await house.queue();
    expect((await next.send(draft)).duplicate).toBe(true);
    expect(house.allFiles('mika')).toHaveLength(1);
    expect(house.events('message.duplicate')).toHaveLength(3);
  });

  test('what is longer than a message may be is refused', async ({ house }) => {
    const queue = await open(house);
    await expect(queue.send(note('mika', 'x'.repeat(1024 * 1024)))).rejects.toMatchObject({ code: 'refused' });
    expect(house.allFiles('mika')).toEqual([]);
    await queue.send(note('mika', 'x'.repeat(1024 * 1024 - 1_000)));
    expect(queue.head('mika')?.message.payload.text).toHaveLength(1024 * 1024 - 1_000);
  });

  test('numbers are never given twice, whenever the controller was killed', async ({ house }) => {
    const seen = new Set<number>();
    for (let life = 0; life < 5; life++) {
      const queue = await open(house);
      for (let n = 0; n < 3; n++) await queue.send(note('mika'));
      for (const { message } of await queue.list({})) seen.add(message.seq);
      await queue.purge({}, 'test');
      await queue.purge({}, 'test');
      expect(house.allFiles('mika')).toEqual([]);
    }
    expect(seen.size).toBe(15);
  });
});

describe('when the disk refuses', () => {
  for (const [code, words] of [
    ['ENOSPC', 'the disk is full'],
    ['EACCES', 'the folder is not writable'],
    ['EIO', 'EIO'],
  ] as const) {
    for (const step of ['create', 'rename', 'sync'] as const) {
      for (const to of ['mika', 'broadcast']) {
        test(`${code} at ${step} to ${to}: the sender is told, and nothing half is left`, async ({ house }) => {
          const queue = await open(house);
          await queue.send(note('ren'));
          // For the broadcast the second file: the original is kept, a copy is not.
          let at = to === 'broadcast' && step !== 'sync' ? 1 : 0;
          house.disk.refuse = (asked) => {
            if (asked === step && at-- === 0) throw diskError(code);
          };
          const sent = queue.send(note(to));
          await expect(sent).rejects.toMatchObject({
            code: 'storage',
            message: expect.stringContaining(words) as string,
          });
          house.disk.refuse = () => {};
          expect([
            house.allFiles('mika'),
            house.files('mika', 'tmp'),
            house.intake('cur'),
            house.intake('tmp'),
          ]).toEqual([[], [], [], []]);
          expect(queue.counts('mika')).toEqual({ queued: 0, inFlight: 0, dead: 0 });
          expect((await (await house.queue()).list({})).map(({ message }) => message.to)).toEqual(['ren']);
        });
      }
    }
  }

  test('a copy of a broadcast that can not be synced is written again from the original', async ({ house }) => {
    const queue = await open(house);
    let syncs = 0;
    house.disk.refuse = (step, path) => {
      if (step === 'sync' && path.includes('/mika/') && syncs++ === 0) throw diskError('EIO');
    };
    const { id } = await queue.send(note('broadcast'));
    const left = async () => {
      await queue.sweep();
      return house.intake('cur');
    };
    await until('the original to be done', left, (files) => files.length === 0);
    expect(house.files('mika', 'new')).toEqual([`2-000000000001-${id}.a0`]);
    expect(queue.head('mika')?.message.id).toBe(id);
    expect(house.trouble.size).toBe(0);
  });

  test('nothing is handed over before that is on the disk', async ({ house }) => {
    const queue = await open(house);
    await queue.send(note('mika'));
    const { id } = queue.head('mika')?.message ?? { id: '' };
    house.disk.refuse = (step) => {
      if (step === 'syncDir') throw diskError('EIO');
    };
    await expect(queue.begin('mika', id)).rejects.toMatchObject({ code: 'storage' });
    await expect(queue.take('mika')).rejects.toMatchObject({ code: 'storage' });
    house.disk.refuse = () => {};
    expect((await queue.begin('mika', id)).message.attempt).toBe(1);
  });

  test('an acknowledgement is not confirmed, and can be given again', async ({ house }) => {
    const queue = await open(house);
    await queue.send(note('mika'));
    const id = await handOver(queue, 'mika');
    house.disk.refuse = (step) => {
      if (step === 'rename') throw diskError('ENOSPC');
    };
    await expect(queue.ack('mika', id, 'mika')).rejects.toMatchObject({ code: 'storage' });
    house.disk.refuse = () => {};
    expect((await queue.ack('mika', id, 'mika')).state).toBe('acked');
    expect((await queue.ack('mika', id, 'mika')).state).toBe('acked');
    expect(house.events('message.acked')).toHaveLength(1);
  });

  test('what happened to a message is written as soon as it can be', async ({ house }) => {
    const queue = await open(house);
    await queue.send(note('mika'));
    const { id } = queue.head('mika')?.message ?? { id: '' };
    await queue.begin('mika', id);
    house.disk.refuse = (step) => {
      if (step === 'rename') throw diskError('ENOSPC');
    };
    await queue.submitted('mika', id, 'keys');
    await queue.finished('mika', id);
    expect(house.trouble.has('mail of mika')).toBe(true);
    expect(house.files('mika', 'cur')[0]).toMatch(/delivering$/);
    house.disk.refuse = () => {};
    await queue.sweep();
    expect(house.files('mika', 'done')[0]).toMatch(/submitted$/);
    expect(house.trouble.size).toBe(0);
  });

  test('a mailbox that can not be read is one agent’s trouble, until it can', async ({ house }) => {
    const queue = await open(house);
    await queue.send(note('mika'));
    const folder = `${house.paths.mailbox('mika')}/new`;
    renameSync(folder, `${folder}.away`);
    writeFileSync(folder, '');
    const next = await house.queue();
    await expect(next.send(note('mika'))).rejects.toMatchObject({ code: 'storage' });
    await next.send(note('ren'));
    expect([...house.trouble.keys()]).toEqual(['mailbox of mika']);
    rmSync(folder);
    renameSync(`${folder}.away`, folder);
    house.clock.pass(6_000);
    await next.sweep();
    expect(house.trouble.size).toBe(0);
    expect(next.head('mika')?.message.payload).toEqual({ text: 'hello' });
  });

  test('no queue at all is reported and opened later', async ({ house }) => {
    mkdirSync(house.paths.root, { recursive: true });
    writeFileSync(house.paths.queue, 'no folder');
    const queue = await open(house);
    expect(house.trouble.has('mail')).toBe(true);
    await expect(queue.send(note('mika'))).rejects.toMatchObject({ code: 'storage' });
    rmSync(house.paths.queue);
    await queue.sweep();
    await queue.send(note('mika'));
    expect(house.trouble.size).toBe(0);
  });
});

describe('clocks', () => {
  test('set back or forward a day kill nothing and hold nothing up', async ({ house }) => {
    const queue = await open(house);
    queue.setCrew(house.crew, { ...DEFAULT_MESSAGES, ttl: 60_000, lease: 30_000 }, house.tokenOf);
    for (const jump of [DAY, -2 * DAY, DAY]) {
      await queue.send(note('mika'));
      const { id } = queue.head('mika')?.message ?? { id: '' };
      await queue.begin('mika', id);
      await queue.retry('mika', id, 'gone');
      house.clock.wallAhead += jump;
      await queue.sweep();
      expect(house.events('message.dead')).toEqual([]);
      expect(queue.head('mika')).toBeNull();
      house.clock.pass(1_000);
      expect(await handOver(queue, 'mika')).toBe(id);
      house.clock.wallAhead += jump;
      await queue.sweep();
      expect(queue.inFlight('mika')).toHaveLength(1);
      await queue.ack('mika', id, 'mika');
      house.clock.wallAhead -= jump;
    }
  });

  test('a back-off found at the start that is further away than the longest is over', async ({ house }) => {
    const queue = await open(house);
    await queue.send(note('mika'));
    await queue.begin('mika', queue.head('mika')?.message.id ?? '');
    await queue.retry('mika', queue.inFlight('mika')[0]?.message.id ?? '', 'gone');
    const soon = await house.queue();
    expect(soon.head('mika')).toBeNull();
    expect(soon.nextDue('mika', house.clock.mono())).toBe(house.clock.mono() + 1_000);
    house.clock.wallAhead -= DAY;
    expect((await house.queue()).head('mika')).not.toBeNull();
  });
});
