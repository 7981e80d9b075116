import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test as base } from 'vitest';
import { openPipe, run, systemClock } from '../../src/platform/index.ts';
import { ControlConnection, type TmuxCommand, type TmuxReply } from '../../src/tmux/control.ts';
import { execAll } from '../../src/tmux/exec.ts';
import { TmuxServer } from '../../src/tmux/index.ts';
import { until } from '../support/until.ts';
import { isUp } from '../support/processes.ts';

/** A private tmux server with one empty pane. */
class Fixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'engine-'));
  readonly socket = join(this.folder, 'sock');
  readonly env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TMUX')));
  readonly exec = (args: readonly string[]) =>
    run(['tmux', '-u', '-S', this.socket, ...args], { timeout: 10_000, env: this.env });

  async start(): Promise<void> {
    const started = await this.exec([
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-s',
      's',
      '-x',
      '80',
      '-y',
      '24',
      '--',
      'sleep',
      '1000',
    ]);
    expect(started.stderr).toBe('');
  }

  async end(): Promise<void> {
    const { stdout } = await this.exec(['display-message', '-p', '#{pid}']);
    await this.exec(['kill-server']);
    if (Number(stdout) > 1)
      await until(
        'the end of the server',
        () => isUp(Number(stdout)),
        (up) => !up,
      );
    rmSync(this.folder, { recursive: true, force: true });
  }

  control(): Promise<ControlConnection> {
    return ControlConnection.open(
      (onLine) =>
        openPipe(
          ['tmux', '-u', '-C', '-S', this.socket, 'attach-session', '-t', '=s', '-f', 'no-output,ignore-size'],
          this.env,
          onLine,
        ),
      systemClock,
      10_000,
      () => {},
    );
  }
}

const test = base.extend<{ fixture: Fixture }>({
  fixture: async ({ task: _task }, use) => {
    const fixture = new Fixture();
    await fixture.start();
    await use(fixture);
    await fixture.end();
  },
});

type Way = (commands: readonly TmuxCommand[]) => Promise<TmuxReply[]>;

const ways: Record<string, (fixture: Fixture) => Promise<{ run: Way; close(): Promise<void> }>> = {
  'control mode': async (fixture) => {
    const control = await fixture.control();
    return { run: (commands) => control.send(commands), close: () => control.close() };
  },
  'one program a batch': async (fixture) => ({
    run: (commands) => execAll(fixture.exec, commands),
    close: async () => {},
  }),
};

describe.for(Object.keys(ways))('commands by %s', (name) => {
  test('are answered one by one, and one that fails stops none', async ({ fixture }) => {
    const way = await (ways[name] as (typeof ways)[string])(fixture);
    const replies = await way.run([
      ['display-message', '-p', 'one'],
      ['kill-pane', '-t', '%99'],
      ['resize-pane', '-t', '%77'],
      ['display-message', '-p', 'two'],
      ['set-option', '-g', '@x', '1'],
      ['display-message', '-p', '#{@x}'],
    ]);
    expect(replies.map((reply) => (reply.ok ? reply.lines : 'failed'))).toEqual([
      ['one'],
      'failed',
      'failed',
      ['two'],
      [],
      ['1'],
    ]);
    expect(replies[1]).toMatchObject({ error: expect.stringMatching(/%99/) });
    await way.close();
  });

  test('carry any text as it is', async ({ fixture }) => {
    const way = await (ways[name] as (typeof ways)[string])(fixture);
    const character = fc.oneof(
      fc.constantFrom(
        ...'\'"\\;#{}$~`%() \t|&<>*?[]!^@=:,.-_/'.split(''),
        '#{',
        '$(',
        '\u001b[31m',
        'カ',
        'é',
        '😀',
        '\u0001',
        '\u007f',
      ),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    );
    const text = fc
      .array(character, { maxLength: 12 })
      .map((parts) => parts.join('').replaceAll('\0', ''))
      .filter((value) => value !== '');
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 4 }), async (values) => {
        const set = values.map((value, at): TmuxCommand => ['set-option', '-g', `@v${at}`, value]);
        for (const reply of await way.run(set)) expect(reply).toMatchObject({ ok: true });
        // Read back past tmux's own escaping: the environment of a program sees the bytes.
        for (const [at, value] of values.entries()) {
          const { stdout } = await fixture.exec(['display-message', '-p', `#{@v${at}}`]);
          if (/^[^\p{Cc}#]*$/u.test(value)) expect(stdout).toBe(`${value}\n`);
        }
      }),
      { numRuns: 25 },
    );
    await way.close();
  });

  test('start a program with exactly these words', async ({ fixture }) => {
    const way = await (ways[name] as (typeof ways)[string])(fixture);
    const words = [
      "it's",
      '$(date)',
      '`x`',
      'a;',
      ';',
      '~',
      '#{pane_id}',
      '%H',
      'two  spaces',
      'line\nbreak',
      '\u001b[0m',
      'カエデ',
      '',
      '\\',
      '"',
      '{',
      '}',
    ];
    const out = join(fixture.folder, 'words');
    const [reply] = await way.run([
      [
        'split-window',
        '-d',
        '-P',
        '-F',
        '#{pane_id}',
        '--',
        'sh',
        '-c',
        'out=$1; shift; for w; do printf "%s\\0" "$w"; done >"$out.tmp"; mv "$out.tmp" "$out"',
        'sh',
        out,
        ...words,
      ],
    ]);
    expect(reply).toEqual({ ok: true, lines: [expect.stringMatching(/^%\d+$/)] });
    const got = await until(
      'the words',
      () => readFileSync(out, 'utf8'),
      () => true,
    );
    expect(got.split('\0').slice(0, -1)).toEqual(words);
    await way.close();
  });
});

test('a control connection that is closed leaves no client behind, and lets the server end', async ({ fixture }) => {
  expect((await fixture.exec(['list-clients'])).stdout).toBe('');
  const control = await fixture.control();
  await control.close();
  await until(
    'no client',
    async () => (await fixture.exec(['list-clients'])).stdout,
    (clients) => clients === '',
  );
});

test('a server is found again by another engine, and ended for good', async ({ fixture }) => {
  const ports = {
    clock: systemClock,
    run: (argv: readonly string[], timeout: number) => run(argv, { timeout, env: fixture.env }),
    pipe: (argv: readonly string[], onLine: (line: string) => void) => openPipe(argv, fixture.env, onLine),
  };
  const options = { socket: fixture.socket, conf: '/dev/null', session: 's', timeout: 5_000, reconnectAfter: 100 };
  const server = new TmuxServer(
    ports,
    options,
    () => {},
    () => {},
  );
  expect(await server.adopt()).toBe(true);
  const { pid } = server;
  expect(await server.ask(['display-message', '-p', '#{pid}'])).toEqual([String(pid)]);
  await server.shutdown();
  expect(isUp(pid as number)).toBe(false);
  expect(
    await new TmuxServer(
      ports,
      options,
      () => {},
      () => {},
    ).adopt(),
  ).toBe(false);
});
