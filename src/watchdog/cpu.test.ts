import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CpuSample, cpuBetween } from './cpu.ts';

type Used = readonly [pid: number, startTime: number, cpuTicks: number, reapedTicks?: number];
const sample = (at: number, ...used: Used[]): CpuSample => ({
  at,
  used: new Map(used.map(([pid, startTime, cpuTicks, reapedTicks = 0]) => [pid, { startTime, cpuTicks, reapedTicks }])),
});

describe('the processor time of a tree', () => {
  it('is the sum over its processes, in percent of one core', () =>
    expect(cpuBetween(sample(1000, [1, 5, 100], [2, 6, 0]), sample(1500, [1, 5, 350], [2, 6, 500]))).toBe(150));

  it('counts whole what was born since', () =>
    expect(cpuBetween(sample(1000, [1, 5, 0]), sample(1100, [1, 5, 0], [9, 1010, 90]))).toBe(90));

  it('counts once a child that was there before and was waited for since', () =>
    expect(cpuBetween(sample(1000, [1, 5, 0], [2, 6, 5000]), sample(1100, [1, 5, 0, 5040]))).toBe(40));

  it('counts children that lived between the samples only', () =>
    expect(cpuBetween(sample(1000, [1, 5, 0]), sample(1100, [1, 5, 10, 80]))).toBe(90));

  it('leaves out what a process did before it came into the tree', () => {
    const joined = sample(1100, [1, 5, 10], [7, 900, 4000]);
    expect(cpuBetween(sample(1000, [1, 5, 0]), joined)).toBe(10);
    expect(cpuBetween(joined, sample(1200, [1, 5, 10], [7, 900, 4050]))).toBe(50);
  });

  it('takes a pid that was given out again for another process', () =>
    expect(cpuBetween(sample(1000, [1, 5, 0], [2, 6, 9000]), sample(1100, [1, 5, 0], [2, 1050, 20]))).toBe(20));

  it('is not known when no time passed', () =>
    expect(cpuBetween(sample(9, [1, 5, 0]), sample(9, [1, 5, 7]))).toBeNull());

  it('is never negative and never more than what the living and the waited-for used', () => {
    const processes = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat(1500), fc.nat(10_000), fc.nat(10_000)),
      { selector: ([pid]) => pid, maxLength: 6 },
    );
    fc.assert(
      fc.property(processes, processes, fc.integer({ min: 1, max: 500 }), (before, now, elapsed) => {
        const cpu = cpuBetween(sample(1000, ...before), sample(1000 + elapsed, ...now)) as number;
        const all = now.reduce((sum, [, , own, reaped]) => sum + own + reaped, 0);
        expect(cpu).toBeGreaterThanOrEqual(0);
        expect(cpu).toBeLessThanOrEqual((all / elapsed) * 100);
      }),
    );
  });
});
