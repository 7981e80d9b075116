import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { mailProblems, recover, type Witnessed } from '../support/mail-checker.ts';
import { mailTest as test } from '../support/mail-house.ts';

const root = process.getuid?.() === 0;
const CREW = ['a', 'b', 'c'];

describe.skipIf(!root)('mail on a disk that is full (needs root: a tmpfs is mounted)', () => {
  test('refuses with nothing half left, keeps what it promised, and goes on when there is room', async ({ house }) => {
    const disk = house.paths.root;
    mkdirSync(disk, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', disk]);
    try {
      const queue = await recover(house.paths, CREW);
      const seen: Witnessed[] = [];
      const fill = async (): Promise<number> => {
        let refused = 0;
        for (let n = 0; n < 200; n++) {
          const to = n % 3 === 0 ? 'broadcast' : (CREW[n % 3] as string);
          try {
            const { id, recipients } = await queue.send({ type: 'note', to, payload: { text: 'x'.repeat(9_000) } });
            seen.push({ kind: 'promised', id, recipients });
          } catch (error) {
            expect(error).toMatchObject({ code: 'storage', message: expect.stringContaining('full') as string });
            refused++;
          }
        }
        return refused;
      };
      expect(await fill()).toBeGreaterThan(0);
      // A claim needs no room, so what is there is still handed over.
      const id = queue.head('a')?.message.id ?? '';
      await queue.begin('a', id);
      await queue.ack('a', id, 'a');
      seen.push({ kind: 'handed', agent: 'a', id }, { kind: 'acked', agent: 'a', id });
      expect(mailProblems(house.paths, CREW, seen)).toEqual([]);
      expect(house.intake('cur')).toEqual([]);
      execFileSync('mount', ['-o', 'remount,size=16m', disk]);
      expect(await fill()).toBe(0);
      await queue.close();
      const next = await recover(house.paths, CREW);
      expect(mailProblems(house.paths, CREW, seen)).toEqual([]);
      await next.close();
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });
});
