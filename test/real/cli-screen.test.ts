import { describe, expect } from 'vitest';
import { aCrew, anAgent, CONFIGURATION, fakeSession } from '../support/fake-session.ts';
import { Terminal } from '../support/terminal.ts';
import { test as base } from '../support/test.ts';
import { until } from '../support/until.ts';

const test = base.extend<{ terminal: Terminal }>({
  terminal: async ({ project }, use) => {
    const terminal = new Terminal(project);
    await use(terminal);
    terminal.close();
  },
});

describe('status --watch', () => {
  test('follows what happens, the size of the terminal, and the loss of its controller', async ({
    project,
    terminal,
  }) => {
    project.writeText(CONFIGURATION);
    const session = await fakeSession(project.folder, aCrew());
    terminal.open(project.folder, 100, 20, 'status', '--watch');
    const first = await terminal.shows('workers-2');
    // tmux agrees about the width of カエデ: its column of states is straight.
    expect(first).toMatch(/^● {2}kaede {6}カエデ {5}running/m);
    expect(terminal.tmux('display-message', '-p', '#{cursor_flag}').trim()).toBe('0');

    session.snapshot = { ...session.snapshot, agents: [anAgent('ajisai', { state: 'broken', detail: 'exit 1' })] };
    session.publish({
      kind: 'event',
      event: { seq: 8, time: '2026-01-31T12:00:00.000Z', type: 'agent.removed', agent: 'kaede', data: {} },
    });
    const changed = await terminal.shows('ajisai');
    expect(changed).not.toContain('kaede');

    terminal.tmux('resize-window', '-x', '30', '-y', '6');
    await until(
      'lines within 30 columns',
      () => terminal.screen(),
      (screen) => screen.includes('ajisai') && !screen.includes('controller'),
    );

    await session.close();
    expect(await terminal.shows('waiting: no session')).toContain('ajisai');
    const again = await fakeSession(project.folder, [anAgent('botan')]);
    await until(
      'the new controller',
      () => terminal.screen(),
      (screen) => screen.includes('botan') && !screen.includes('waiting:'),
    );

    terminal.tmux('send-keys', 'q');
    await terminal.shows('ended 0');
    expect(terminal.tmux('display-message', '-p', '#{cursor_flag}').trim()).toBe('1');
    await again.close();
  });

  test('writes nothing when nothing changes', async ({ project, terminal }) => {
    project.writeText(CONFIGURATION);
    const session = await fakeSession(project.folder, [anAgent('kaede', { state: 'stopped', pid: null })]);
    terminal.open(project.folder, 100, 20, 'status', '--watch');
    await terminal.shows('kaede');
    // Only the hours and minutes of the session are on the screen: a second changes no letter.
    const before = terminal.tmux('display-message', '-p', '#{history_bytes} #{cursor_x} #{cursor_y}');
    session.publish({
      kind: 'event',
      event: { seq: 8, time: '2026-01-31T12:00:00.000Z', type: 'agent.removed', agent: 'x', data: {} },
    });
    await until(
      'another look at the snapshot',
      () => session.calls.length,
      (calls) => calls > 0,
    );
    expect(terminal.tmux('display-message', '-p', '#{history_bytes} #{cursor_x} #{cursor_y}')).toBe(before);
    terminal.tmux('send-keys', 'C-c');
    await terminal.shows('ended 0');
    await session.close();
  });
});

describe('up on a terminal', () => {
  const SLOW = { kaede: { type: 'worker', ready: { delay: '30s' } }, sakura: { type: 'worker' } };

  test('tells how far it is; Ctrl-C leaves the session running and says so', async ({ project, terminal }) => {
    project.write({ agents: SLOW });
    terminal.open(project.folder, 100, 20, 'up');
    await terminal.shows('1/2 running  kaede starting…');
    terminal.tmux('send-keys', 'C-c');
    const said = await terminal.shows('ended 130');
    expect(said).toContain('garden goes on starting without you');
    expect((await project.status()).agents.map(({ state }) => state)).toEqual(['starting', 'running']);
  });

  test('attaches when all are up, and comes back on a detach', async ({ project, terminal }) => {
    project.write({ agents: { kaede: { type: 'worker', display: 'カエデ' } } });
    terminal.open(project.folder, 100, 20, 'up');
    await terminal.shows('kaede is ready');
    await terminal.shows('orchestra ▸ garden');
    terminal.tmux('send-keys', 'C-b', 'd');
    await terminal.shows('ended 0');
  });
});
