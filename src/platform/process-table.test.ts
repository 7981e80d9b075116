import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAlive, parseStat } from './process-table.ts';

const line = (pid: number, comm: string, state: string): string =>
  `${pid} (${comm}) ${state} 7 8 9 34816 8 4194304 10 11 12 13 14 15 16 17 20 0 1 0 22222 1000000 250 18446744073709551615 1 1 0`;

describe('proc_pid_stat(5)', () => {
  it.each(['sh', 'a) R (b', ') Z 1 1 1', 'tmux: server', '((', 'x y z', ''])('is read past the name %j', (comm) =>
    expect(parseStat(line(42, comm, 'S'))).toEqual({
      pid: 42,
      comm,
      state: 'S',
      ppid: 7,
      pgrp: 8,
      session: 9,
      cpuTicks: 29,
      reapedTicks: 33,
      startTime: 22222,
      rss: 250 * 4096,
    }),
  );

  it('is read past any name', () =>
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), (comm) => {
        expect(parseStat(line(1, comm, 'Z'))).toMatchObject({ comm, state: 'Z', startTime: 22222 });
      }),
    ));

  it.each(['', '42', '42 (sh', '42 (sh) S 1 2'])('%j is none', (text) => expect(parseStat(text)).toBeNull());

  it('a zombie is not alive', () => {
    expect(isAlive(parseStat(line(1, 'sh', 'Z')))).toBe(false);
    expect(isAlive(parseStat(line(1, 'sh', 'D')))).toBe(true);
    expect(isAlive(null)).toBe(false);
  });
});
