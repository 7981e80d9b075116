import { describe, expect } from 'vitest';
import { assertConsistent, assertJournal } from '../support/consistent.ts';
import { Dice, times } from '../support/random.ts';
import { test } from '../support/test.ts';

const CREW = { a: { command: ['sleep', '100000'] }, b: { command: 'sleep 100001 & wait' }, c: { type: 'worker' } };

/** Exit statuses that say "somebody else was faster", as documented: not running, time-out, conflict, failed. */
const FINE = [0, 4, 8, 9];

describe('many shells at once', () => {
  test('that raise, end and restart leave one session or none', async ({ project }) => {
    const dice = new Dice();
    project.write({ agents: CREW });
    const verbs = [
      ['up', '--no-attach'],
      ['up', '--no-attach'],
      ['down'],
      ['restart', 'all'],
      ['restart', 'a'],
      ['stop', 'b'],
      ['start', 'b'],
      ['status', '--json'],
    ];
    const shells = Array.from({ length: times(50, 12) }, () => dice.of(verbs));
    const ran = await Promise.all(
      shells.map(async (args) => ({ args: args.join(' '), ...(await project.cli(args, { timeout: 120_000 })) })),
    );
    expect(
      ran.filter(({ code }) => !FINE.includes(code as number)),
      project.diagnosis(),
    ).toEqual([]);
    for (const { stderr } of ran) expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
    const up = await project.cli(['up', '--no-attach'], { timeout: 120_000 });
    expect(up.code, up.stderr + project.diagnosis()).toBe(0);
    await project.ok('start', 'all');
    await assertConsistent(project);
  });

  test('that all say up get one session', async ({ project }) => {
    project.write({ agents: CREW });
    const ran = await Promise.all(
      Array.from({ length: times(50, 8) }, () => project.cli(['up', '--no-attach'], { timeout: 120_000 })),
    );
    expect(
      ran.filter(({ code }) => code !== 0),
      project.diagnosis(),
    ).toEqual([]);
    const snapshot = await assertConsistent(project);
    expect(snapshot.agents.map(({ incarnation }) => incarnation)).toEqual([1, 1, 1]);
  });

  test('that raise and end by turns never meet what the other left', async ({ project }) => {
    project.write({ agents: CREW });
    for (let round = 0; round < times(20, 4); round++) {
      await project.ok('up', '--no-attach');
      await project.ok('down');
    }
    await project.assertNothingLeft();
    assertJournal(project, project.journal());
  });
});
