import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { dropInIntake, listMail } from '../../src/mailbox/index.ts';
import { rawPath, watchFolder } from '../../src/platform/index.ts';
import { diskError, type MailHouse, mailTest as test, note } from '../support/mail-house.ts';
import { Dice, times } from '../support/random.ts';
import { until } from '../support/until.ts';

const ID = '0190a5a8-0000-7000-8000-000000000000';
const json = (value: unknown): string => JSON.stringify(value);

/** As a script does it: written beside, then moved in. */
function drop(house: MailHouse, name: string, text: string | Buffer): void {
  const temporary = `${house.paths.intake}/tmp/${readdirSync(`${house.paths.intake}/tmp`).length}`;
  writeFileSync(temporary, text);
  renameSync(temporary, rawPath(`${house.paths.intake}/new`, name).toString());
}
const texts = async (house: MailHouse): Promise<unknown[]> =>
  (await listMail(house.paths, {})).map(({ message }) => message.payload.text);

describe('what is dropped into the intake', () => {
  test('by a script is admitted in the order it was written, and gone from there', async ({ house }) => {
    house.agents(['mika', 'ren']);
    const queue = await house.queue();
    const words = ['z', 'm', 'a', 'k', 'b'];
    words.forEach((word, at) => {
      drop(house, word, json(note('mika', word)));
      utimesSync(`${house.paths.intake}/new/${word}`, 1_000 + at, 1_000 + at);
    });
    drop(house, 'all.json', json(note('broadcast', 'all')));
    await queue.drain();
    expect(await texts(house)).toEqual([...words, 'all', 'all']);
    expect(house.intake()).toEqual([]);
    expect((await listMail(house.paths, { last: 1 }))[0]?.message.from).toBe('external');
  });

  test('by orchestra without a controller waits there, once', async ({ house }) => {
    house.agents(['mika']);
    await dropInIntake(house.paths, { ...note('mika'), id: ID });
    await dropInIntake(house.paths, { ...note('mika'), id: ID });
    expect(house.intake()).toEqual([`${ID}.json`]);
    expect(house.intake('tmp')).toEqual([]);
    const queue = await house.queue();
    await queue.sweep();
    await dropInIntake(house.paths, { ...note('mika'), id: ID });
    await queue.sweep();
    expect(await texts(house)).toEqual(['hello']);
    expect(house.intake()).toEqual([]);
  });

  test('is read again after a crash and makes no second message, though it names no id', async ({ house }) => {
    house.agents(['mika']);
    let queue = await house.queue();
    for (let life = 0; life < 3; life++) {
      drop(house, 'same name', json(note('mika', `life ${life}`)));
      house.disk.refuse = (step, path) => {
        if (step !== 'remove' || !path.includes('/intake/new/')) return;
        house.kill();
        throw diskError('EIO');
      };
      await queue.drain();
      house.disk.refuse = () => {};
      expect(house.intake()).toHaveLength(1);
      queue = await house.queue();
      await queue.drain();
      expect(house.intake()).toHaveLength(0);
    }
    expect(await texts(house)).toEqual(['life 0', 'life 1', 'life 2']);
    expect(house.events('message.duplicate')).toHaveLength(3);
  });

  test('to nobody, forged or to a full mailbox is out of the way, with an event that says why', async ({ house }) => {
    house.agents(['mika']);
    house.rules = { ...house.rules, depth: 1 };
    const queue = await house.queue();
    drop(house, '1', json(note('nobody')));
    drop(house, '2', json({ ...note('mika'), from: 'mika' }));
    drop(house, '3', json(note('mika', 'fits')));
    await queue.drain();
    drop(house, '4', json(note('mika', 'does not fit')));
    await queue.drain();
    expect(house.events('message.refused').map(({ data }) => String(data.why).slice(0, 30))).toEqual([
      'no agent is named nobody',
      'it says it is from mika and is',
      'the mailbox of mika is full: 1',
    ]);
    expect(house.corrupt()).toHaveLength(3);
    expect(await texts(house)).toEqual(['fits']);
  });

  test('stays there while the disk is full, and is admitted later', async ({ house }) => {
    house.agents(['mika']);
    const queue = await house.queue();
    drop(house, '1', json(note('mika', 'first')));
    drop(house, '2', json(note('mika', 'second')));
    house.disk.refuse = (step) => {
      if (step === 'create') throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    };
    await queue.sweep();
    expect(house.intake()).toEqual(['1', '2']);
    expect([...house.trouble.keys()]).toEqual(['intake']);
    house.disk.refuse = () => {};
    await queue.sweep();
    expect(await texts(house)).toEqual(['first', 'second']);
    expect(house.trouble.size).toBe(0);
  });
});

describe('what is no message', () => {
  test('of whatever kind is out of the way at once, and stops nothing', async ({ house }) => {
    house.agents(['mika']);
    const queue = await house.queue();
    const folder = `${house.paths.intake}/new`;
    const secret = join(house.folder, 'secret');
    writeFileSync(secret, json(note('mika', 'read through a link')));
    symlinkSync(secret, `${folder}/link`);
    symlinkSync('/dev/zero', `${folder}/device`);
    symlinkSync('loop', `${folder}/loop`);
    execFileSync('mkfifo', [`${folder}/fifo`]);
    mkdirSync(`${folder}/folder/in it`, { recursive: true });
    writeFileSync(`${folder}/empty`, '');
    writeFileSync(`${folder}/huge`, '');
    truncateSync(`${folder}/huge`, 10 * 1024 * 1024);
    writeFileSync(`${folder}/-rf`, 'no json');
    writeFileSync(`${folder}/${'n'.repeat(255)}`, '[]');
    writeFileSync(rawPath(folder, 'no utf-8 \xff\xfe\n\x1b[31m'), '{}');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(house.folder, 's'), resolve));
    renameSync(join(house.folder, 's'), `${folder}/socket`);
    drop(house, 'good', json(note('mika', 'good')));
    await queue.drain();
    expect(await texts(house)).toEqual(['good']);
    expect(house.intake()).toEqual([]);
    expect(house.corrupt()).toHaveLength(11);
    const reasons = house.events('mail.corrupt').map(({ data }) => data.why);
    for (const why of ['a symbolic link', 'a fifo', 'a folder', 'a socket', 'empty', '10485760 bytes', 'no JSON'])
      expect(
        reasons.some((reason) => String(reason).includes(why)),
        why,
      ).toBe(true);
    for (const { data } of house.events('mail.corrupt')) expect(data.file).toMatch(/^[\x20-\x7e]+$/);
    await new Promise((resolve) => server.close(resolve));
  });

  test('in a mailbox is out of the way at the start', async ({ house }) => {
    house.agents(['mika']);
    const first = await house.queue();
    await first.send(note('mika', 'good'));
    const box = house.paths.mailbox('mika');
    const name = `2-000000000009-${ID}`;
    writeFileSync(join(house.folder, 'words'), 'somebody else’s');
    execFileSync('mkfifo', [`${box}/new/${name}.a0`]);
    symlinkSync(join(house.folder, 'words'), `${box}/cur/${name.replace('9-0190a5a8', '8-0190a5a9')}.a1.delivering`);
    mkdirSync(`${box}/done/a folder`);
    const queue = await house.queue();
    expect(await texts(house)).toEqual(['good']);
    expect(queue.head('mika')?.message.payload.text).toBe('good');
    expect(house.corrupt()).toHaveLength(3);
    expect(readFileSync(join(house.folder, 'words'), 'utf8')).toBe('somebody else’s');
  });

  // A link in place of a mailbox once had everything removed that lay in the tmp/ behind it.
  test('a link in place of a mailbox or of a folder in it is never followed', async ({ house }) => {
    house.agents(['mika', 'ren']);
    const first = await house.queue();
    await first.send(note('broadcast', 'lost from sight'));
    const away = join(house.folder, 'away');
    for (const at of ['tmp', 'new', 'cur']) mkdirSync(join(away, at), { recursive: true });
    const precious = [
      join(away, 'precious'),
      join(away, 'tmp', 'precious'),
      join(away, 'tmp', `2-000000000009-${ID}.a0`),
    ];
    for (const file of precious) writeFileSync(file, 'keep');
    symlinkSync(away, house.paths.mailbox('linked'));
    renameSync(`${house.paths.mailbox('mika')}/tmp`, `${house.paths.mailbox('mika')}/tmp-before`);
    symlinkSync(join(away, 'tmp'), `${house.paths.mailbox('mika')}/tmp`);
    symlinkSync(away, join(house.paths.mailbox('ren'), 'tmp', 'folder'));
    symlinkSync(away, `${house.paths.corrupt}/1-0-aaaaaa-folder`);
    const before = treeOf(away);
    house.agents(['mika', 'ren', 'linked']);
    const queue = await house.queue();
    house.clock.pass(30 * 24 * 3_600_000);
    await queue.sweep();
    await expect(queue.send(note('mika'))).rejects.toMatchObject({ code: 'storage' });
    await expect(queue.send(note('linked'))).rejects.toMatchObject({ code: 'storage' });
    await queue.send(note('ren'));
    expect(treeOf(away)).toEqual(before);
    for (const file of precious) expect(readFileSync(file, 'utf8')).toBe('keep');
  });

  test('a flood of it delays nobody else', async ({ house }) => {
    house.agents(['mika', 'ren']);
    const queue = await house.queue();
    const dice = new Dice();
    const files = times(100_000, 3_000);
    for (let n = 0; n < files; n++) writeFileSync(`${house.paths.intake}/new/${n}`, fuzz(dice));
    const real = performance.now.bind(performance);
    house.clock.mono = () => real();
    const started = real();
    let over = false;
    const flood = (async () => {
      while (house.intake().length > 0) await queue.drain();
      over = true;
    })();
    let slowest = 0;
    let sent = 0;
    while (!over) {
      const before = real();
      await queue.send(note('ren'));
      await queue.ack('ren', (await queue.take('ren'))?.message.id ?? '', 'ren');
      slowest = Math.max(slowest, real() - before);
      sent++;
    }
    await flood;
    process.stderr.write(
      `${files} files in ${Math.round(real() - started)} ms, ${sent} messages meanwhile, slowest ${Math.round(slowest)} ms\n`,
    );
    expect(house.intake()).toEqual([]);
    expect(slowest).toBeLessThan(1_000);
    const refused = house.events('mail.corrupt').length + house.events('message.refused').length;
    const admitted = house.events('message.queued').length - sent;
    expect(refused + admitted + house.events('message.duplicate').length).toBe(files);
  }, 600_000);
});

/** Something near a message, most often not one. */
function fuzz(dice: Dice): string | Buffer {
  const whole = json({
    ...note('mika'),
    ...(dice.below(4) === 0 ? { priority: dice.of(['high', 'highest', 7, null]) } : {}),
  });
  switch (dice.below(6)) {
    case 0:
      return whole.slice(0, dice.below(whole.length));
    case 1:
      return Buffer.from(Array.from({ length: dice.below(200) }, () => dice.below(256)));
    case 2:
      return json({
        ...note('mika'),
        [dice.of(['seq', 'id', 'from', 'to', 'ttl', '__proto__'])]: dice.of([1, '../x', 'ren', null, {}]),
      });
    case 3:
      return `${'['.repeat(dice.below(2_000))}`;
    default:
      return dice.below(40) === 0 ? whole : `${whole}x`;
  }
}

describe('a watch on a folder', () => {
  test('says that something was moved in, without being asked again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'watch-'));
    let hints = 0;
    const watch = await watchFolder(
      join(folder, 'new'),
      () => void hints++,
      (why) => expect.fail(why),
    ).catch(() => null);
    await watch?.close();
    mkdirSync(join(folder, 'new'), { recursive: true });
    const real = await watchFolder(
      join(folder, 'new'),
      () => void hints++,
      (why) => expect.fail(why),
    );
    for (let n = 1; n <= 3; n++) {
      writeFileSync(join(folder, `${n}`), '');
      renameSync(join(folder, `${n}`), join(folder, 'new', `${n}`));
      await until(
        'a hint',
        () => hints,
        (seen) => seen >= n,
        5_000,
        2,
      );
      rmSync(join(folder, 'new', `${n}`));
    }
    await real.close();
    rmSync(folder, { recursive: true });
  });
});

const treeOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort((a, b) => a.localeCompare(b));
