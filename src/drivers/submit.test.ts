import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FakeCli, type Habits, type Happening } from '../../test/support/fake-cli.ts';
import { times } from '../../test/support/random.ts';
import { claude } from './claude.ts';
import { letters } from './holds.ts';
import { PaneLocks, submit, type Submission } from './index.ts';

const TEXT =
  'Message 01a1faca-e22a-7960-96ef-6281d64112b5 from kaede: please look\nat this\nAnswer with: orchestra reply ID';
const QUIET: Habits = {
  width: 80,
  pasteDelay: 30,
  foldAbove: 99,
  deafTo: 0,
  turn: 800,
  behindDialog: 'kept',
  dialogBeside: false,
  echoes: true,
};

const type = (cli: FakeCli, options: Partial<Parameters<typeof submit>[3]> = {}): Promise<Submission> =>
  submit(cli, claude, TEXT, { clock: cli.clock, mode: 'idle', ...options });

describe('submit', () => {
  test('a text arrives whole, once', async () => {
    const cli = new FakeCli(QUIET, []);
    expect((await type(cli)).result).toBe('submitted');
    expect(cli.submitted).toEqual([TEXT]);
    expect(cli.presses).toBe(1);
  });

  test.each([
    ['dialog', 'dialog'],
    ['person', 'draft'],
    ['turn', 'busy'],
    ['end', 'gone'],
  ] as const)('what is there already refuses: %s', async (what, result) => {
    const cli = new FakeCli(QUIET, [{ at: 0, what }]);
    expect((await type(cli)).result).toBe(result);
    expect([cli.submitted, cli.presses, cli.text.replace('x', '')]).toEqual([[], 0, '']);
  });

  test('copy mode is left', async () => {
    const cli = new FakeCli(QUIET, [
      { at: 0, what: 'copy-mode' },
      { at: 100, what: 'copy-mode' },
    ]);
    expect((await type(cli)).result).toBe('submitted');
  });

  test('a turn that begins while it is typed: the text is taken out again', async () => {
    const cli = new FakeCli(QUIET, [{ at: 100, what: 'turn' }]);
    const { result, touched } = await type(cli);
    expect([result, touched, cli.text, cli.submitted]).toEqual(['busy', 'nothing', '', []]);
  });

  test('a dialog that comes up while it is typed is left alone; the text behind it is submitted later, not typed twice', async () => {
    const cli = new FakeCli(QUIET, [{ at: 100, what: 'dialog' }]);
    const first = await type(cli);
    expect([first.result, first.touched, cli.presses]).toEqual(['ambiguous', 'typed', 0]);
    expect((await type(cli, { again: first.touched })).result).toBe('ambiguous');
    cli.dialog = false;
    expect((await type(cli, { again: first.touched })).result).toBe('submitted');
    expect([cli.submitted, cli.answeredDialogs]).toEqual([[TEXT], 0]);
  });

  test('a dialog beside the input field, with our text in it, is not answered either', async () => {
    const cli = new FakeCli({ ...QUIET, dialogBeside: true }, [{ at: 100, what: 'dialog' }]);
    expect((await type(cli)).result).toBe('ambiguous');
    expect([cli.presses, cli.answeredDialogs]).toEqual([0, 0]);
  });

  test('text that a dialog swallowed is typed again', async () => {
    const cli = new FakeCli({ ...QUIET, behindDialog: 'dropped', pasteDelay: 150 }, [{ at: 100, what: 'dialog' }]);
    const first = await type(cli);
    cli.dialog = false;
    expect((await type(cli, { again: first.touched })).result).toBe('submitted');
    expect(cli.submitted).toEqual([TEXT]);
  });

  test('an Enter that is not heard is pressed once more', async () => {
    const cli = new FakeCli({ ...QUIET, deafTo: 1 }, []);
    expect((await type(cli)).result).toBe('submitted');
    expect([cli.presses, cli.submitted]).toEqual([2, [TEXT]]);
  });

  test('an input field that hears no Enter is emptied', async () => {
    const cli = new FakeCli({ ...QUIET, deafTo: 9 }, []);
    expect((await type(cli)).result).toBe('busy');
    expect([cli.presses, cli.text]).toEqual([2, '']);
  });

  test('a short turn without an echo is proven by its hook alone', async () => {
    const silent = { ...QUIET, turn: 0, echoes: false };
    const cli = new FakeCli(silent, []);
    expect((await type(cli)).result).toBe('ambiguous');
    const told = new FakeCli(silent, []);
    expect((await type(told, { started: () => told.submitted.length > 0 })).result).toBe('submitted');
  });

  test('nothing to type is an error of the caller', async () => {
    const cli = new FakeCli(QUIET, []);
    await expect(submit(cli, claude, '\x1b[31m \n', { clock: cli.clock, mode: 'idle' })).rejects.toThrow(
      'nothing to type',
    );
  });
});

const habits = fc.record<Habits>({
  width: fc.integer({ min: 24, max: 200 }),
  pasteDelay: fc.integer({ min: 0, max: 3_000 }),
  foldAbove: fc.constantFrom(1, 2, 99),
  deafTo: fc.constantFrom(0, 0, 0, 1, 2),
  turn: fc.integer({ min: 0, max: 3_000 }),
  behindDialog: fc.constantFrom('kept', 'dropped'),
  dialogBeside: fc.boolean(),
  echoes: fc.boolean(),
});
const happening = fc.record<Happening>({
  at: fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 12_000 })),
  what: fc.constantFrom('dialog', 'answer', 'person', 'turn', 'copy-mode', 'end'),
});

describe('whatever befalls it', () => {
  const check = (cli: FakeCli, { result }: Submission): void => {
    const mine = cli.submitted.filter((text) => letters(text) === letters(TEXT)).length;
    expect([cli.answeredDialogs, cli.sentDrafts, cli.interruptedTurns]).toEqual([0, 0, 0]);
    expect(mine).toBe(cli.submitted.length);
    expect(mine).toBeLessThanOrEqual(1);
    if (result === 'submitted') expect(mine).toBe(1);
    if (result === 'busy' || result === 'dialog' || result === 'draft') {
      expect(mine).toBe(0);
      expect(cli.composer.filter(({ by }) => by === 'us')).toEqual([]);
    }
    if (result === 'gone') expect(mine).toBe(0);
  };

  test('no dialog is answered, no draft sent, no turn interrupted, nothing said twice', {
    timeout: 900_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(habits, fc.array(happening, { maxLength: 6 }), async (some, happenings) => {
        const cli = new FakeCli(some, happenings);
        let end = await type(cli, { started: () => cli.submitted.length > 0 && cli.text === '' });
        check(cli, end);
        // As the queue goes on: what is ambiguous is settled, never typed blindly.
        for (let round = 0; round < 4 && end.result === 'ambiguous'; round++) {
          cli.pass(4_000);
          end = await type(cli, { again: end.touched });
          check(cli, end);
        }
      }),
      { numRuns: times(4_000, 400) },
    );
  });
});

describe('PaneLocks', () => {
  test('one at a time for a pane, side by side for two, also after a failure', async () => {
    const locks = new PaneLocks();
    const order: string[] = [];
    const work =
      (name: string, fails = false) =>
      async (): Promise<void> => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
        if (fails) throw new Error(name);
      };
    const ends = await Promise.allSettled([
      locks.run('%1', work('a', true)),
      locks.run('%1', work('b')),
      locks.run('%2', work('c')),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(order.indexOf('b begins')).toBeGreaterThan(order.indexOf('a ends'));
    expect(order.indexOf('c begins')).toBeLessThan(order.indexOf('a ends'));
  });
});
