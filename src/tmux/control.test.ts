import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import type { Pipe } from '../platform/index.ts';
import { ControlConnection, ControlLost } from './control.ts';
import { execAll } from './exec.ts';
import { checkVersion, missingCommands, NEEDED_COMMANDS } from '../base/index.ts';

/** The other end of a control connection, played by the test. */
class FakeTmux implements Pipe {
  readonly pid = 1;
  readonly written: string[] = [];
  readonly signals: string[] = [];
  say: (line: string) => void = () => {};
  #gone: () => void = () => {};
  readonly exited = new Promise<void>((resolve) => {
    this.#gone = resolve;
  });
  #number = 0;

  write(text: string): boolean {
    this.written.push(text);
    return true;
  }
  end(): void {
    this.#gone();
  }
  kill(signal: NodeJS.Signals): void {
    this.signals.push(signal);
    this.#gone();
  }
  /** Answers the oldest open command (flag 1), or speaks of itself (flag 0). */
  answer(lines: readonly string[], end: 'end' | 'error' = 'end', flag = 1): void {
    const tag = `17000 ${++this.#number}`;
    for (const line of [`%begin ${tag} ${flag}`, ...lines, `%${end} ${tag} ${flag}`]) this.say(line);
  }
}

async function connected(): Promise<{
  tmux: FakeTmux;
  clock: FakeClock;
  notices: string[];
  control: ControlConnection;
}> {
  const tmux = new FakeTmux();
  const clock = new FakeClock();
  const notices: string[] = [];
  const opening = ControlConnection.open(
    async (onLine) => {
      tmux.say = onLine;
      return tmux;
    },
    clock,
    5_000,
    (notice) => notices.push(notice),
  );
  await Promise.resolve();
  tmux.answer([], 'end', 0);
  return { tmux, clock, notices, control: await opening };
}

describe('a control connection', () => {
  it('is none when tmux refuses it', async () => {
    const tmux = new FakeTmux();
    const clock = new FakeClock();
    const opening = ControlConnection.open(
      async (onLine) => {
        tmux.say = onLine;
        return tmux;
      },
      clock,
      5_000,
      () => {},
    );
    await Promise.resolve();
    tmux.answer(["can't find session: garden"], 'error', 0);
    await expect(opening).rejects.toEqual(new ControlLost("can't find session: garden", false));
    expect(clock.pending).toBe(0);
  });

  it('gives each command its own reply, in order, errors among them', async () => {
    const { tmux, control, clock } = await connected();
    const replies = control.send([['list-panes'], ['kill-pane', '-t', '%9'], ['display-message', '-p', "it's"]]);
    const more = control.send([['list-windows']]);
    await Promise.resolve(); // what is said in one turn goes out in one write
    expect(tmux.written).toEqual([`list-panes\nkill-pane -t %9\ndisplay-message -p 'it'\\''s'\nlist-windows\n`]);
    tmux.answer(['%0|a', '%1|b']);
    tmux.answer(["can't find pane: %9"], 'error');
    tmux.answer([]);
    tmux.answer(['@0']);
    expect(await more).toEqual([{ ok: true, lines: ['@0'] }]);
    expect(await replies).toEqual([
      { ok: true, lines: ['%0|a', '%1|b'] },
      { ok: false, error: "can't find pane: %9" },
      { ok: true, lines: [] },
    ]);
    expect(clock.pending).toBe(0);
  });

  it('takes notices and the output of hooks for what they are', async () => {
    const { tmux, control, notices } = await connected();
    const replies = control.send([['list-panes']]);
    tmux.say('%layout-change @0 b25d');
    tmux.answer(['from a hook'], 'end', 0);
    // A line of a reply may look like the end of another.
    tmux.answer(['%end 1 1 1', '%window-close @1', 'x']);
    tmux.say('%window-close @2');
    expect(await replies).toEqual([{ ok: true, lines: ['%end 1 1 1', '%window-close @1', 'x'] }]);
    expect(notices).toEqual(['%layout-change @0 b25d', '%window-close @2']);
  });

  it('is given up when a reply does not come, and its client is killed', async () => {
    const { tmux, control, clock } = await connected();
    const replies = control.send([['list-panes']]);
    clock.pass(5_000);
    await expect(replies).rejects.toThrow(/did not answer "list-panes" within 5000 ms/);
    expect(tmux.signals).toEqual(['SIGKILL']);
    await expect(control.send([['list-panes']])).rejects.toBeInstanceOf(ControlLost);
    expect(control.open).toBe(false);
  });

  it('fails what waits when the client ends', async () => {
    const { tmux, control } = await connected();
    const replies = control.send([['list-panes']]);
    tmux.end();
    await expect(replies).rejects.toMatchObject({ wedged: false });
    await control.lost;
  });

  it('is not opened to a tmux that says nothing', async () => {
    const tmux = new FakeTmux();
    const clock = new FakeClock();
    const opening = ControlConnection.open(
      async () => tmux,
      clock,
      5_000,
      () => {},
    );
    await Promise.resolve();
    await Promise.resolve();
    clock.pass(5_000);
    await expect(opening).rejects.toThrow(/silent/);
  });
});

describe('the way without control mode', () => {
  const MARK = '== orchestra: end of reply ==\n';
  const ended = (code: number, stdout: string, stderr = '', timedOut = false) => ({
    code,
    stdout,
    stderr,
    signal: null,
    timedOut,
    error: null,
  });

  it('goes on after the command that failed', async () => {
    const asked: (readonly string[])[] = [];
    const said = [ended(1, `a\nb\n${MARK}`, 'no such pane'), ended(0, `c\n${MARK}`)];
    const replies = await execAll(
      async (args) => {
        asked.push(args);
        return said.shift() as ReturnType<typeof ended>;
      },
      [['one'], ['two', 'x;'], ['three']],
    );
    expect(replies).toEqual([
      { ok: true, lines: ['a', 'b'] },
      { ok: false, error: 'no such pane' },
      { ok: true, lines: ['c'] },
    ]);
    expect(asked[0]).toContain('x\\;');
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['no server running on /x', false],
    ['error connecting to /x (No such file or directory)', false],
    ['', true],
  ])('asks once only when there is nobody to ask (%j)', async (stderr, timedOut) => {
    let asked = 0;
    const replies = await execAll(async () => {
      asked++;
      return ended(1, '', stderr, timedOut);
    }, [['one'], ['two']]);
    expect(asked).toBe(1);
    expect(replies.map(({ ok }) => ok)).toEqual([false, false]);
  });
});

describe('versions', () => {
  it.each([
    ['tmux 3.3a\n', true],
    ['tmux 3.2', true],
    ['tmux 3.10', true],
    ['tmux next-3.5', true],
    ['tmux master', true],
    ['tmux openbsd-7.4', true],
    ['tmux 4.0', true],
    ['tmux 3.1c', false],
    ['tmux 2.9', false],
  ])('%j: %s', (text, ok) => {
    const check = checkVersion(text);
    expect(check.ok).toBe(ok);
    expect(check.message === '').toBe(ok);
  });

  it('names the commands that are missing', () => {
    const all = NEEDED_COMMANDS.map((name) => `${name} alias`);
    expect(missingCommands(all)).toEqual([]);
    expect(missingCommands(all.slice(2))).toEqual(NEEDED_COMMANDS.slice(0, 2));
  });
});
