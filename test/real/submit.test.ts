import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { driverOf, readScreen, submit, type Submission } from '../../src/drivers/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import { TmuxDoor } from '../support/tmux-door.ts';
import { until } from '../support/until.ts';

const TUI = fileURLToPath(new URL('../support/fake-tui.mjs', import.meta.url));
const CLAUDE = driverOf('claude', {});

let dir: string;
let door: TmuxDoor;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'submit-'));
  door = new TmuxDoor(join(dir, 'tmux.sock'));
});
afterEach(async () => {
  await door.tmux(['kill-server']).catch(() => '');
  rmSync(dir, { recursive: true, force: true });
});

const open = async (command: readonly string[]): Promise<void> => {
  await door.tmux(['-f', '/dev/null', 'new-session', '-d', '-x', '100', '-y', '30', '--', 'env', ...command]);
};
const reading = async () => {
  const screen = await door.read();
  return screen === null ? null : readScreen(CLAUDE, screen, 0);
};
const type = (text: string): Promise<Submission> => submit(door, CLAUDE, text, { clock: systemClock, mode: 'idle' });

describe('a program that looks like Claude Code', () => {
  const told = (): { submitted?: string; answered?: boolean }[] =>
    existsSync(join(dir, 'log'))
      ? readFileSync(join(dir, 'log'), 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as { submitted?: string })
      : [];
  const signal = async (name: string, good: (seen: Awaited<ReturnType<typeof reading>>) => boolean) => {
    process.kill(Number(await door.tmux(['display', '-p', '#{pane_pid}'])), name);
    await until(`the screen after ${name}`, reading, good);
  };

  beforeEach(async () => {
    await open([process.execPath, TUI, join(dir, 'log')]);
    await until('the input field', reading, (seen) => seen?.activity === 'idle');
  });

  test.each([
    ['one line', 'Message 1: hello'],
    ['ends with a semicolon', 'Message 2: a;'],
    ['commands of a CLI', 'Message 3: /quit !ls @x #y $z `w`'],
    ['Japanese, emoji, combining', 'Message 4: カエデさん、こんにちは。🍁 e\u0301 ｶｴﾃﾞ'],
    ['several lines', 'Message 5:\n\n  one\n    two;\nthree'],
    ['longer than the pane is wide', `Message 6: ${'word '.repeat(120)}end`],
    [
      'more than the screen holds',
      `Message 7: ${Array.from({ length: 60 }, (_, index) => `line ${index}`).join('\n')}`,
    ],
  ])('%s arrives whole and once', async (_, text) => {
    expect(await type(text)).toMatchObject({ result: 'submitted' });
    expect(told()).toEqual([{ submitted: text }]);
  });

  test('escape sequences are taken out, and no paste ends early', async () => {
    expect(await type('Message: a\x1b[201~\rb\x1b[31mc\x03d')).toMatchObject({ result: 'submitted' });
    expect(told()).toEqual([{ submitted: 'Message: a\nbcd' }]);
  });

  test('one after another', async () => {
    for (let index = 0; index < 5; index++) {
      expect(await type(`Message ${index} of five`)).toMatchObject({ result: 'submitted' });
      await until('the end of the turn', reading, (seen) => seen?.activity === 'idle');
    }
    expect(told()).toEqual([0, 1, 2, 3, 4].map((index) => ({ submitted: `Message ${index} of five` })));
  });

  test('nothing is typed while it works, into a dialog, or behind a draft', async () => {
    await signal('SIGUSR2', (seen) => seen?.activity === 'busy');
    expect((await type('Message')).result).toBe('busy');
    await until('the end of the turn', reading, (seen) => seen?.activity === 'idle');
    await signal('SIGUSR1', (seen) => seen?.activity === 'approval');
    expect((await type('Message')).result).toBe('dialog');
    await signal('SIGUSR1', (seen) => seen?.activity === 'idle');
    await door.keys(['d', 'r', 'a', 'f', 't']);
    await until('the draft', reading, (seen) => seen?.composer.text === 'draft');
    expect((await type('Message')).result).toBe('draft');
    expect([(await reading())?.composer.text, told()]).toEqual(['draft', []]);
  });

  test('copy mode does not eat it', async () => {
    await door.tmux(['copy-mode']);
    expect((await type('Message in copy mode')).result).toBe('submitted');
    expect(told()).toEqual([{ submitted: 'Message in copy mode' }]);
  });

  test('a dialog that comes up behind the paste is never answered', async () => {
    const paste = door.paste.bind(door);
    door.paste = async (text) => {
      await paste(text);
      await signal('SIGUSR1', (seen) => seen?.activity === 'approval');
    };
    const first = await type('Message behind a dialog');
    expect([first.result, first.touched]).toEqual(['ambiguous', 'typed']);
    await signal('SIGUSR1', (seen) => seen?.activity === 'idle');
    const again = await submit(door, CLAUDE, 'Message behind a dialog', {
      clock: systemClock,
      mode: 'idle',
      again: first.touched,
    });
    expect([again.result, told()]).toEqual(['submitted', [{ submitted: 'Message behind a dialog' }]]);
  });

  test('a pane that is gone', async () => {
    await door.tmux(['kill-server']);
    expect((await type('Message')).result).toBe('gone');
  });
});

test('any program that reads lines gets one line', async () => {
  await open(['sh', '-c', `while read -r line; do printf 'got: %s\\n' "$line" >>${dir}/log; done`]);
  const command = driverOf('command', {});
  for (const text of ['Message one\nof two lines', 'Message two']) {
    const { result, why } = await submit(door, command, text, { clock: systemClock, mode: 'idle' });
    expect([result, why]).toEqual(['submitted', 'proven']);
  }
  await until(
    'both lines',
    () => readFileSync(join(dir, 'log'), 'utf8'),
    (log) => log === 'got: Message one of two lines\ngot: Message two\n',
  );
});
