import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gate } from '../../test/support/gate.ts';
import { type LogPorts, readSegment, WriteAheadLog } from './write-ahead-log.ts';

const BYTES = 1_024;

/** The two files, in memory, as the disk has them: a write counts once it was let go. */
class Files {
  readonly bytes = [Buffer.alloc(BYTES), Buffer.alloc(BYTES)];
  writes = 0;
  checkpoints = 0;
  refuse = false;
  /** Each write waits for it. */
  gate: Promise<void> = Promise.resolve();
  /** Each checkpoint waits for it. */
  sync: Promise<void> = Promise.resolve();

  log(boot = 'one', random = 1): WriteAheadLog {
    let seed = random;
    const ports: LogPorts = {
      read: (which, most) => Buffer.from((this.bytes[which] as Buffer).subarray(0, most)),
      open: async (which) => ({
        write: async (data, at) => {
          await this.gate;
          if (this.refuse) throw new Error('EIO');
          this.writes++;
          (this.bytes[which] as Buffer).set(data, at);
        },
        close() {},
      }),
      checkpoint: async () => {
        await this.sync;
        this.checkpoints++;
      },
      random: (count) => new Uint8Array(count).fill(seed++),
      boot,
    };
    return new WriteAheadLog(ports, BYTES);
  }

  async opened(boot = 'one', random = 1): Promise<WriteAheadLog> {
    const log = this.log(boot, random);
    log.recover();
    await log.ready();
    return log;
  }

  /** What the next start after a power loss finds. */
  records(): string[] {
    return this.log('after')
      .recover()
      .flatMap(({ records }) => records.map((record) => record.toString()));
  }
}

const append = (log: WriteAheadLog, text: string): Promise<boolean> => log.append(text, Buffer.from(text));

describe('a write-ahead log', () => {
  test('keeps nothing before it was asked what it holds', async () => {
    const log = new Files().log();
    await log.ready();
    expect(await append(log, 'a')).toBe(false);
  });

  test('gives back what was kept, in order, after a power loss only', async () => {
    const files = new Files();
    const log = await files.opened();
    for (const text of ['a', 'b', 'c']) expect(await append(log, text)).toBe(true);
    expect(files.log('one').recover()).toEqual([]);
    expect(files.records()).toEqual(['a', 'b', 'c']);
  });

  test('writes all that came while it wrote at once', async () => {
    const files = new Files();
    const log = await files.opened();
    const first = gate();
    files.gate = first.promise;
    const kept = Array.from({ length: 20 }, (_, n) => append(log, String(n)));
    first.open();
    expect(await Promise.all(kept)).toEqual(kept.map(() => true));
    expect(files.writes).toBe(2);
  });

  test('says no when the disk refuses, and from then on', async () => {
    const files = new Files();
    const log = await files.opened();
    files.refuse = true;
    expect(await append(log, 'a')).toBe(false);
    files.refuse = false;
    expect(await append(log, 'b')).toBe(false);
    expect(files.records()).toEqual([]);
  });

  test('goes on in the other file when one is full, and takes that one again only after a checkpoint', async () => {
    const files = new Files();
    const log = await files.opened();
    const sync = gate();
    files.sync = sync.promise;
    const long = (letter: string): string => letter.repeat(400);
    for (const letter of ['a', 'b', 'c', 'd']) expect(await append(log, long(letter))).toBe(true);
    expect(await append(log, long('e'))).toBe(false); // a and b are not known to be on the disk yet
    expect(files.records()).toEqual(['a', 'b', 'c', 'd'].map(long));
    sync.open();
    await log.ready();
    expect(files.records()).toEqual(['c', 'd'].map(long));
    expect(await append(log, long('f'))).toBe(true);
    expect(files.records()).toEqual(['c', 'd', 'f'].map(long));
    expect(await append(log, 'x'.repeat(BYTES))).toBe(false);
  });

  test('lets go of a record only when no power loss can bring it back', async () => {
    const files = new Files();
    const log = await files.opened();
    expect(log.holds('a')).toBe(false);
    await append(log, 'a');
    expect(log.holds('a')).toBe(true);
    await log.ready();
    expect(log.holds('a')).toBe(false);
    expect(files.records()).toEqual([]);
    expect(await append(log, 'b')).toBe(true);
    expect(files.records()).toEqual(['b']);
  });

  test('holds what an earlier process left, until that is on the disk', async () => {
    const files = new Files();
    await append(await files.opened(), 'a');
    const next = files.log('one', 50);
    next.recover();
    expect(next.holds('a')).toBe(true);
    await next.ready();
    expect(next.holds('a')).toBe(false);
    expect(files.records()).toEqual([]);
  });

  test('that is left as it is loses nothing', async () => {
    const files = new Files();
    await append(await files.opened(), 'a');
    const next = files.log('two', 50);
    expect(next.recover().flatMap(({ records }) => records.map(String))).toEqual(['a']);
    next.leave();
    await next.ready();
    expect(await append(next, 'b')).toBe(false);
    expect(next.holds('a')).toBe(true);
    expect(files.records()).toEqual(['a']);
  });

  test('that was begun anew does not give back what still lies behind its end', async () => {
    const files = new Files();
    const old = await files.opened('one', 1);
    for (const text of ['same', 'old']) await append(old, text);
    const log = await files.opened('one', 100);
    await append(log, 'same');
    expect(files.records()).toEqual(['same']);
  });

  test('torn anywhere gives back what came before, never what an earlier use left behind it', async () => {
    const texts = fc.array(fc.string({ minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(texts, texts, fc.nat(BYTES), async (before, after, cut) => {
        const files = new Files();
        const old = await files.opened('one', 1);
        for (const text of before) await append(old, text);
        const bytes = Buffer.from(files.bytes[0] as Buffer);
        const log = await files.opened('one', 100);
        for (const text of after) await append(log, text);
        const whole = readSegment(files.bytes[0] as Buffer);
        expect(whole?.records.map(String)).toEqual(after);
        // The first `cut` bytes of the new ones reached the disk, behind them lie the old.
        bytes.set((files.bytes[0] as Buffer).subarray(0, cut));
        const found = readSegment(bytes)?.records.map(String) ?? [];
        const isOld = found.every((text, at) => text === before[at]) && cut < 128;
        if (!isOld) expect(after.slice(0, found.length)).toEqual(found);
      }),
    );
  });
});
