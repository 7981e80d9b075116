import { describe, expect, test } from 'vitest';
import type { AgentTypeSpec } from '../protocol/index.ts';
import { DRIVERS, driverOf, readScreen, type Screen } from './index.ts';

const spec = (some: Partial<AgentTypeSpec>): AgentTypeSpec => ({
  extends: null,
  command: null,
  screen: {},
  title: {},
  composer: null,
  submit: null,
  quit: null,
  ...some,
});
const screen = (lines: readonly string[], title = ''): Screen => ({
  lines,
  title,
  cursorX: 0,
  cursorY: lines.length,
  inMode: false,
  width: 80,
  height: 24,
});

describe('driverOf', () => {
  test('a pattern that takes for ever holds nobody up, and is told', () => {
    const told: string[] = [];
    const types = { slow: spec({ screen: { idle: ['(a+)+$'] }, composer: '^(a+)+> $' }) };
    const driver = driverOf('slow', types, (where, pattern) => told.push(`${where} ${pattern}`));
    for (let look = 0; look < 5; look++) readScreen(driver, screen([`${'a'.repeat(60)}!${look}`]), 0);
    expect(told.toSorted()).toEqual(['agent_types.slow.composer (?:^(a+)+> )(.*)$', 'agent_types.slow.screen (a+)+$']);
  });

  test('the built-in types', () => {
    expect(Object.keys(DRIVERS)).toEqual([
      'claude',
      'codex',
      'gemini',
      'qwen',
      'opencode',
      'aider',
      'worker',
      'command',
    ]);
    for (const type of Object.keys(DRIVERS)) expect(driverOf(type, {})).toBe(DRIVERS[type]);
    expect(driverOf('constructor', {}).composer).toBeNull();
  });

  test('a type of its own: what it says is read', () => {
    const bot = driverOf('bot', {
      bot: spec({
        command: ['bot'],
        screen: { busy: ['^thinking'], approval: ['^allow\\?'] },
        title: { error: ['^oops'] },
        composer: '^bot> $',
        submit: { keys: ['C-j'], wait: 900 },
        quit: ['C-d'],
      }),
    });
    expect(bot).toMatchObject({
      type: 'bot',
      command: ['bot'],
      submit: { keys: ['C-j'], wait: 900 },
      quit: ['C-d'],
      launch: 'none',
    });
    const read = (lines: readonly string[], title = '') => readScreen(bot, screen(lines, title), 0);
    expect(read(['hello', 'bot>'])).toMatchObject({ activity: 'idle', composer: { kind: 'empty' } });
    expect(read(['hello', 'bot> a draft'])).toMatchObject({
      activity: 'idle',
      composer: { kind: 'draft', text: 'a draft' },
    });
    expect(read(['thinking hard', 'bot>'])).toMatchObject({ activity: 'busy' });
    expect(read(['allow?'])).toMatchObject({ activity: 'approval', dialog: 'approval' });
    expect(read(['bot>'], 'oops')).toMatchObject({ activity: 'error', by: 'title' });
    expect(read(['what is this'])).toMatchObject({ activity: 'unknown', known: false });
  });

  test('a dialog that was answered is none, a dialog that could be answered in the input field is one', () => {
    const bot = driverOf('bot', { bot: spec({ screen: { approval: ['^allow\\?'] }, composer: '^> $' }) });
    const read = (lines: readonly string[], cursorY = lines.length - 1) =>
      readScreen(bot, { ...screen(lines), cursorX: 2, cursorY }, 0);
    expect(read(['allow? rm', "* chose 'y'", '', '>'])).toMatchObject({ activity: 'idle', dialog: null, past: 1 });
    expect(read(['allow? rm', "* chose 'y'", '> a draft'])).toMatchObject({ activity: 'idle', past: 1 });
    // The cursor is elsewhere: what is below may be no input field.
    expect(read(['allow? rm', "* chose 'y'", '>'], 0)).toMatchObject({ activity: 'approval', past: 0 });
    expect(read(['> an old message', 'allow? rm', ''], 2)).toMatchObject({ activity: 'approval' });
    expect(read(['allow? rm', '', '>'])).toMatchObject({ activity: 'approval', past: 0 });
  });

  test('without an input field, one that shows when it works waits where its cursor is free', () => {
    const bot = driverOf('bot', { bot: spec({ screen: { busy: ['^thinking'] } }) });
    const at = (lines: readonly string[], cursorX: number) =>
      readScreen(bot, { ...screen(lines), cursorX, cursorY: lines.length - 1 }, 0).activity;
    expect([at(['thinking'], 8), at(['done', 'bot>'], 5), at(['half a li'], 9)]).toEqual(['busy', 'idle', 'unknown']);
    expect(readScreen(driverOf('command', {}), screen(['$']), 0).activity).toBe('unknown');
  });

  test('a type that extends another adds to it', () => {
    const mine = driverOf('mine', { mine: spec({ extends: 'claude', screen: { limited: ['^slow down'] } }) });
    expect(mine).toMatchObject({ type: 'mine', launch: 'claude', command: ['claude'] });
    expect(mine.signs.length).toBe((DRIVERS.claude?.signs.length ?? 0) + 1);
    const changed = driverOf('claude', { claude: spec({ quit: ['C-d'] }) });
    expect(changed).toMatchObject({ quit: ['C-d'], launch: 'claude' });
    const again = driverOf('third', { third: spec({ extends: 'mine' }), mine: spec({ extends: 'codex' }) });
    expect(again.launch).toBe('codex');
  });

  test('types that extend each other, and patterns that are none, are errors of the configuration', () => {
    const circle = { a: spec({ extends: 'b' }), b: spec({ extends: 'a' }) };
    expect(() => driverOf('a', circle)).toThrow(/extend each other/);
    expect(() => driverOf('a', { a: spec({ screen: { busy: ['('] } }) })).toThrow(/agent_types\.a\.screen/);
  });
});
