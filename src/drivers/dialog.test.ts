import { describe, expect, it } from 'vitest';
import { recordedScreens } from '../../test/support/screens.ts';
import { DRIVERS, type Dialog, type Driver, readDialog, type Screen } from './index.ts';

const driverOf = (type: string): Driver => DRIVERS[type] as Driver;
const recorded = recordedScreens();
const read = (type: string, screen: Screen): Dialog | null => readDialog(driverOf(type), screen, 0);
const of = (name: string): { type: string; screen: Screen } => {
  const found = recorded.find((each) => each.name.startsWith(name));
  if (found === undefined) throw new Error(`no screen ${name}`);
  return found;
};

/** opencode tells the marked option by its background alone, which plain recordings do not hold. */
const marked = (screen: Screen, option = 'Allow once'): Screen => ({
  ...screen,
  lines: screen.lines.map((line) =>
    line.includes('Allow once   Allow always')
      ? line.replace(` ${option} `, `\x1b[48;5;215m \x1b[38;5;232m${option}\x1b[39m \x1b[49m`)
      : line,
  ),
});

const approvals = recorded.filter(({ state }) => state === 'approval' || state === 'approval-tool');

describe('a dialog on a screen', () => {
  it.each(approvals)('$name can be answered for this one time', ({ type, screen }) => {
    const dialog = read(type, type === 'opencode' ? marked(screen) : screen);
    expect(dialog).toMatchObject({ kind: 'approval', yes: ['Enter'], no: ['Escape'] });
    expect(dialog?.lines.join('\n')).toMatch(/touch|ran|post|send|external directory/);
    // Nothing of the transcript above it.
    expect(dialog?.lines.join('\n')).not.toMatch(/Understood/);
    expect(dialog?.lines.length).toBeLessThan(22);
  });

  it.each(recorded.filter(({ state }) => !state.startsWith('approval') || state === 'approval-refused'))(
    '$name has nothing to approve',
    ({ type, screen, state }) => {
      const dialog = read(type, screen);
      expect(dialog?.yes ?? null).toBeNull();
      expect(dialog === null).toBe(state !== 'question');
    },
  );

  it.each([
    ['claude/approval-160', '❯ 1. Yes', '  1. Yes', '  2. Yes', '❯ 2. Yes'],
    ['codex/approval-160', '› 1. Yes', '  1. Yes', '  2. Yes', '› 2. Yes'],
    ['codex/approval-tool-160', '› 1. Allow', '  1. Allow', '  2. Allow', '› 2. Allow'],
    ['gemini/approval-160', '● 1. Allow', '  1. Allow', '  2. Allow', '● 2. Allow'],
    ['qwen/approval-160', '› 1. Yes', '  1. Yes', '  2. Always', '› 2. Always'],
  ])('%s is not answered while a lasting option is marked', (name, was, first, second, now) => {
    const { type, screen } = of(name);
    const moved = { ...screen, lines: screen.lines.map((line) => line.replace(was, first).replace(second, now)) };
    expect(moved.lines).not.toEqual(screen.lines);
    expect(read(type, moved)).toMatchObject({ kind: 'approval', yes: null, no: null });
    expect(read(type, moved)?.text).not.toBe(read(type, screen)?.text);
  });

  it.each(['Allow always', 'Reject', 'nothing'])('of opencode is not answered while %s is marked', (option) => {
    const { screen } = of('opencode/approval-80');
    expect(read('opencode', marked(screen, option))?.yes).toBeNull();
  });

  it('is the same in another width, and while its spinner turns', () => {
    const text = (name: string): string | undefined => read(of(name).type, of(name).screen)?.text;
    expect(text('claude/approval-80')).toBe(text('claude/approval-160'));
    const { screen } = of('qwen/approval-80');
    const turned = { ...screen, lines: screen.lines.map((line) => line.replace('⠏', '⠙')) };
    expect(read('qwen', turned)?.text).toBe(text('qwen/approval-80'));
  });

  it('is another one when it asks about another command', () => {
    const { type, screen } = of('codex/approval-160');
    const other = { ...screen, lines: screen.lines.map((line) => line.replace('$ touch', '$ rm -rf')) };
    expect(read(type, other)?.text).not.toBe(read(type, screen)?.text);
  });

  it('that no driver describes is a person’s to answer', () => {
    const lines = ['Add file to the chat? (Y)es/(N)o [Yes]:'];
    const screen = { lines, title: '', cursorX: 0, cursorY: 0, inMode: false, width: 80, height: 24 };
    expect(read('aider', screen)).toMatchObject({ kind: 'approval', yes: null, no: null, lines });
  });
});

describe('what is asked, in one line', () => {
  it.each([
    ['claude/approval-160', 'touch /tmp/dir/x'],
    ['claude/approval-80', 'touch /tmp/dir/x'],
    ['claude/approval-tool-80', 'post — Send Tool: (MCP)'],
    ['claude/question-80', 'Which colour?'],
    ['codex/approval-160', 'touch /tmp/dir/x'],
    ['codex/approval-80', 'touch /tmp/dir/x'],
    ['codex/approval-tool-160', 'Allow the post MCP server to run tool "send"?'],
    ['gemini/approval-80', 'touch /tmp/dir/x'],
    ['gemini/approval-tool-80', 'send (post MCP Server) {"to":"ben","text":"hi"}'],
    ['gemini/question-80', 'Which colour?'],
    ['qwen/approval-80', 'touch /tmp/dir/x (a command)'],
    ['qwen/approval-tool-160', 'send (post MCP Server) {"to":"ben","text":"hi"}'],
    ['qwen/question-160', 'Which colour?'],
    ['opencode/approval-80', 'Access external directory /tmp/dir'],
    ['opencode/question-80', 'Which colour?'],
  ])('%s: %s', (name, asks) => {
    const { type, screen } = of(name);
    expect(read(type, screen)?.asks).toBe(asks);
  });

  const own = driverFor([
    { at: 'bottom', match: /proceed\?|allow\?|\[y\/n\]/i, means: 'approval', dialog: 'approval' },
  ]);
  const shows = (...lines: string[]): Dialog | null =>
    readDialog(own, { ...(of('claude/idle-80').screen as Screen), title: '', lines }, 0);
  const OLD = ['an old answer', 'of many lines', '', 'another one', ''];

  it.each([
    [
      'a bare question is about what stands before it',
      ['rm -rf build && npm run build', '', 'Do you want to proceed?', '> 1. Yes', '  2. No'],
      'rm -rf build && npm run build',
    ],
    ['a question that names it', ['May I run rm -rf build?', 'Allow? [y/n]'], 'May I run rm -rf build?'],
    ['one line of everything', ['Remove the folder build? [y/N]'], 'Remove the folder build? [y/N]'],
    ['what stands in a frame', ['╭────╮', '│ make install │', '│ Proceed? │', '╰────╯', '[y/n]'], 'make install'],
  ])('where nobody knows its form, %s', (_, lines, asks) => {
    const dialog = shows(...OLD, ...lines);
    expect(dialog?.asks).toBe(asks);
    // A person is shown the dialog, not the transcript.
    expect(dialog?.lines.join()).not.toContain('old answer');
    expect(dialog?.lines.at(-1)).toBe(lines.at(-1));
    expect(dialog).toMatchObject({ yes: null, no: null });
  });

  it('is short, and holds nothing a terminal would act on', () => {
    const asks = shows(`rm ${'x'.repeat(5_000)}`, 'Proceed?')?.asks ?? '';
    expect(asks).toHaveLength(200);
    expect(shows('rm \x1b]0;owned\x07\u202e x', 'Proceed?')?.asks).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(shows('', 'Proceed?', '[y/n]')?.asks).toBe('Proceed?');
  });
});

/** A CLI nobody knows, as a configuration describes one. */
function driverFor(signs: Driver['signs']): Driver {
  return { ...driverOf('aider'), type: 'own', signs, composer: null, answers: null };
}
