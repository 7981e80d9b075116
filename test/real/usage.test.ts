import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as plain } from 'vitest';
import { UsageTable } from '../../src/journal/index.ts';
import { migrate } from '../../src/journal/schema.ts';
import { openDatabase } from '../../src/platform/index.ts';
import type { Usage, UsagePoint } from '../../src/protocol/index.ts';
import { test } from '../support/test.ts';
import { until } from '../support/until.ts';

/** The last three looks came within a second or so of each other. */
const eachSecond = (points: readonly UsagePoint[]): boolean => {
  const last = points.slice(-4).map(({ at }) => at);
  return last.length === 4 && last.slice(1).every((at, n) => at - (last[n] ?? 0) < 2_000);
};

test('the processor, memory and disk of whole trees are seen, each second while something happens', async ({
  project,
}) => {
  await project.up({
    agents: {
      // Its children do it, not itself.
      busy: { command: '(while :; do printf %200000s x > out; done) & wait' },
      quiet: { command: 'exec sleep 1000' },
    },
  });
  const usage = async (): Promise<Usage> => JSON.parse(await project.ok('usage', '--json')) as Usage;
  const told = await until(
    'ten looks',
    usage,
    ({ agents: [one, other] }) =>
      (other?.points.length ?? 0) >= 5 && eachSecond(one?.points ?? []) && one?.points.at(-1)?.written !== 0,
    30_000,
    500,
  );
  const [busy, quiet] = told.agents;
  expect([busy?.agent, quiet?.agent, told.step]).toEqual(['busy', 'quiet', 1_000]);
  expect(Math.max(...(busy?.points ?? []).map(({ cpu }) => cpu))).toBeGreaterThan(5);
  expect(Math.max(...(quiet?.points ?? []).map(({ cpu }) => cpu))).toBeLessThan(5);
  expect(quiet?.points.every(({ written }) => written === 0)).toBe(true);
  expect(busy?.points.every(({ memory }) => memory > 0)).toBe(true);
  expect(told.watching.cpu).toBeGreaterThan(0);
  expect(await project.ok('usage', 'quiet')).toMatch(
    /^agent .*\nquiet .*\n\nlooking costs \d\.\d\d % of a core, every /,
  );
  expect(await project.ok('advise')).toBe('nothing to advise: see what is used with orchestra usage\n');
});

plain('minutes outlive the controller, each once, and are forgotten by age', () => {
  const folder = mkdtempSync(join(tmpdir(), 'usage-'));
  try {
    const point = (at: number) => ({ at, cpu: 1.5, memory: 2 ** 40, written: 7 });
    const first = openDatabase(join(folder, 'state.db'));
    migrate(first);
    const minutes = [60_000, 120_000, 120_000].map((at) => ({ agent: 'kaede', point: point(at) }));
    new UsageTable(first).save(minutes);
    first.close();
    const second = openDatabase(join(folder, 'state.db'));
    const table = new UsageTable(second);
    expect(table.load('kaede', 0)).toEqual([point(60_000), point(120_000)]);
    expect(table.load('other', 0)).toEqual([]);
    table.forget(100_000);
    expect(table.load('kaede', 0)).toEqual([point(120_000)]);
    second.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
