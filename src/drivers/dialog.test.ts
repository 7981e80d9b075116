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
