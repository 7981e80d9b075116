import { describe, expect } from 'vitest';
import { nextTurn } from '../platform/index.ts';
import { diskError, mailTest as test, type MailHouse, note } from '../../test/support/mail-house.ts';
import { gate } from '../../test/support/gate.ts';
import { until } from '../../test/support/until.ts';
import type { MailQueue } from './queue.ts';

const HOUR = 3_600_000;

async function open(house: MailHouse): Promise<MailQueue> {
  house.logBytes = 16 * 1024;
  house.agents(['mika', 'ren']);
  return house.queue();
}
const texts = async (queue: MailQueue): Promise<unknown[]> =>
  (await queue.list({})).map(({ message, state }) => `${state} ${String(message.payload.text)}`);

describe('when the power goes', () => {
  test('a message that was promised is back, though its file never reached the disk', async ({ house }) => {
    const queue = await open(house);
    house.disk.log.length = 0;
    for (const text of ['one', 'two', 'three']) await queue.send(note('mika', text));
    expect(house.disk.log.some((step) => step.startsWith('sync ') && step.includes('/mika/'))).toBe(false);
    house.losePower((nth) => (['nothing', 'no content', 'all'] as const)[nth % 3] ?? 'all');
    expect(await texts(await house.queue())).toEqual(['queued one', 'queued two', 'queued three']);
    expect(house.corrupt()).toEqual([]);
  });

  test('a message that went on meanwhile is where it was, with its content', async ({ house }) => {
    const queue = await open(house);
    const { id } = await queue.send(note('mika', 'one'));
    await queue.begin('mika', id);
    await queue.ack('mika', id, 'mika');
    house.losePower(() => 'no content');
    expect(await texts(await house.queue())).toEqual(['acked one']);
  });

  test('a copy of a message to many is handed over only when it outlives that', async ({ house }) => {
    const queue = await open(house);
    const disk = gate();
    house.disk.logGate = disk.promise;
    const { id } = await queue.send(note('broadcast', 'one'));
    let handed = false;
    const begun = queue.begin('mika', id).then(() => {
      handed = true;
    });
    await until(
      'the folder to be synced',
      () => house.disk.log.filter((step) => /syncDir .*mika.cur/.test(step)).length,
      (n) => n === 1,
    );
    for (let turn = 0; turn < 20; turn++) await nextTurn();
    expect(handed).toBe(false);
    disk.open();
    await begun;
    expect(handed).toBe(true);
  });

  test('the original of a message to many is there until no copy can be lost, also when the controller is killed before', async ({
    house,
  }) => {
    const queue = await open(house);
    const disk = gate();
    house.disk.logGate = disk.promise;
    await queue.send(note('broadcast', 'one'));
    house.kill();
    disk.open();
    await house.queue();
    expect(house.intake('cur')).toEqual([]);
    house.losePower(() => 'nothing');
    expect(await texts(await house.queue())).toEqual(['queued one', 'queued one']);
  });

  test('what a sender is told is there already is there, also when the controller was killed before it was safe', async ({
    house,
  }) => {
    house.agents(['mika']);
    const queue = await house.queue();
    const draft = { ...note('mika', 'one'), id: '0190a5a8-0000-7000-8000-000000000001' };
    house.disk.refuse = (step, path) => {
      if (step !== 'sync' || !path.includes('/mika/')) return;
      house.kill();
      throw diskError('EIO');
    };
    await queue.send(draft).catch(() => {});
    house.disk.refuse = () => {};
    expect(await (await house.queue()).send(draft)).toMatchObject({ duplicate: true });
    house.losePower(() => 'nothing');
    expect(await texts(await house.queue())).toEqual(['queued one']);
  });

  test('what was refused is not there, though it stood in the log', async ({ house }) => {
    const queue = await open(house);
    await queue.send(note('mika', 'one'));
    house.disk.refuse = (step, path) => {
      if (step === 'rename' && path.includes('/mika/new/')) throw diskError('ENOSPC');
    };
    await expect(queue.send(note('mika', 'two'))).rejects.toMatchObject({ code: 'storage' });
    await expect(queue.send(note('broadcast', 'three'))).rejects.toMatchObject({ code: 'storage' });
    house.disk.refuse = () => {};
    house.losePower(() => 'nothing');
    expect(await texts(await house.queue())).toEqual(['queued one']);
  });

  test('what was dealt with and cleaned away does not come back', async ({ house }) => {
    const queue = await open(house);
    const { id } = await queue.send(note('mika', 'one'));
    await queue.begin('mika', id);
    await queue.ack('mika', id, 'mika');
    house.clock.pass(house.rules.keep + HOUR);
    await queue.sweep();
    expect(house.allFiles('mika')).toHaveLength(1); // the log first
    await until(
      'the file to be gone',
      async () => {
        house.clock.pass(HOUR);
        await queue.sweep();
        return house.allFiles('mika');
      },
      (files) => files.length === 0,
    );
    house.losePower(() => 'nothing');
    expect(await texts(await house.queue())).toEqual([]);
  });

  test('a mailbox that can not be read then keeps the log as it is for the next start', async ({ house }) => {
    const queue = await open(house);
    await queue.send(note('mika', 'one'));
    await queue.send(note('ren', 'two'));
    house.losePower(() => 'nothing');
    house.disk.refuse = (step, path) => {
      if (step === 'create' && path.includes('/mika/')) throw diskError('EIO');
    };
    expect(await texts(await house.queue())).toEqual(['queued two']);
    house.disk.refuse = () => {};
    expect(new Set(await texts(await house.queue()))).toEqual(new Set(['queued one', 'queued two']));
  });
});
