import { beforeAll, describe, expect, it } from 'vitest';
import { dashboardState, keyNamed, pressed, screenText, textOf } from '../../../test/support/dashboard.ts';
import { ago, agentLike, anEvent, mailLike, NOON } from '../../../test/support/dashboard-data.ts';
import type { AgentSnapshot, LiveScreen } from '../../protocol/index.ts';
import { lineWidth, type Size } from '../frame.ts';
import type { AgentTab, State } from '../model/state.ts';
import { update } from '../update.ts';
import { view } from '../view.ts';

beforeAll(() => {
  process.env.TZ = 'UTC';
});

const SIZES: readonly Size[] = [
  { width: 60, height: 10 },
  { width: 80, height: 24 },
  { width: 120, height: 30 },
  { width: 160, height: 45 },
  { width: 240, height: 70 },
];

const live = (lines: readonly string[], over: Partial<LiveScreen> = {}): LiveScreen => ({
  agent: 'kaede',
  pane: '%1',
  title: '',
  width: 80,
  height: lines.length,
  lines,
  cursor: { x: 0, y: 0 },
  ...over,
});

function agentState(
  {
    tab = 'screen',
    size = { width: 72, height: 12 },
    screen = null,
  }: { tab?: AgentTab; size?: Size; screen?: LiveScreen | null },
  ...agents: readonly AgentSnapshot[]
): State {
  const crew = agents.length > 0 ? agents : [agentLike('kaede'), agentLike('sakura')];
  const state = dashboardState({}, { agents: crew, ...size });
  return { ...state, screen: 'agent', agent: { ...state.agent, tab, screen } };
}

const loaded = (state: State, kind: 'load-screen' | 'load-log', value: unknown, agent = 'kaede'): State =>
  update(state, { kind: 'done', of: { kind, agent }, value }, NOON).state;

describe('one agent', () => {
  it('says all that is known of it', () => {
    const agent = agentLike('kaede', {
      display: 'カエデ',
      role: 'lead',
      skills: ['shell', 'review'],
      activity: 'busy',
      activity_since: ago(42_000),
      task: { id: 'x', from: 'external', text: 'テストを直す' },
      mail: { queued: 2, inFlight: 1, dead: 0 },
      restarts: 2,
      cpu: 12.4,
      last_exit: { code: 1, class: 'failure', at: ago(7_200_000) },
    });
    const state = agentState({ size: { width: 150, height: 14 } }, agent, agentLike('sakura'));
    expect(screenText(state).split('\n').slice(1, 4)).toEqual([
      ` ● kaede カエデ  busy 42s  テストを直す${' '.repeat(107)}1/2`,
      '   worker, lead   shell review   up 1m   2 restarts   last exit failure 1 2h ago   pid 4711   pane %1   run 1   CPU 12%   MEM 43M',
      `─[screen]─ mail 3 ─ events ─ log ${'─'.repeat(117)}`,
    ]);
  });

  it('shows the end of its screen, with its colours', () => {
    const lines = Array.from({ length: 30 }, (_, n) => `\x1b[3${n % 8}mline ${n}`);
    const state = agentState({ size: { width: 40, height: 9 }, screen: live([...lines, '', '']) });
    expect(screenText(state).split('\n').slice(3, 8)).toEqual(['line 25', 'line 26', 'line 27', 'line 28', 'line 29']);
    expect(view(state).lines[3]?.[0]?.sgr).toBe('31');
    const { state: up } = pressed(state, 'pageup');
    expect(screenText(up).split('\n')[7]).toBe('line 25');
    expect(screenText(pressed(up, 'home').state).split('\n')[3]).toBe('line 0');
    expect(screenText(pressed(up, 'home', 'end').state).split('\n')[7]).toBe('line 29');
  });

  it('never shows the screen of another', () => {
    expect(screenText(agentState({ screen: live(['secret'], { agent: 'sakura' }) }))).not.toContain('secret');
    expect(screenText(loaded(agentState({}), 'load-screen', live(['secret']), 'sakura'))).not.toContain('secret');
    const log = loaded(agentState({ tab: 'log' }), 'load-log', ['mine']);
    expect(screenText(log)).toContain('mine');
    expect(screenText(pressed(log, 'n').state)).not.toContain('mine');
  });

  it('types through with a mark that nobody misses, the cursor where one types', () => {
    const screen = live([...Array.from({ length: 30 }, () => 'x'), '> '], { cursor: { x: 2, y: 30 } });
    const { state } = pressed(agentState({ size: { width: 72, height: 12 }, screen }), 't');
    expect(screenText(state)).toContain('your keys go to kaede');
    expect(view(state).cursor).toEqual({ x: 2, y: 10 });
    const typed = pressed(state, 'q', 's', 'escape');
    expect(typed.effects.map((effect) => effect.kind === 'press' && effect.input)).toEqual(['q', 's', 'escape']);
    const ended = pressed(state, 'C-]').state;
    expect(ended.agent.typing).toBe(false);
    expect(view(ended).cursor).toBeNull();
  });

  it('what is typed for an agent that is gone goes to nobody else', () => {
    const { state } = pressed(agentState({ screen: live(['x']) }), 't');
    const snapshot = dashboardState({}, { agents: [agentLike('sakura')] }).snapshot;
    const gone = update(state, { kind: 'done', of: { kind: 'load-snapshot' }, value: snapshot }, NOON).state;
    expect(gone.selected).toBe('sakura');
    expect(pressed(gone, 'q').effects).not.toContainEqual(expect.objectContaining({ kind: 'press' }));
  });

  it('a long paste goes through in parts that lose nothing', () => {
    const { state } = pressed(agentState({ screen: live(['x']) }), 't');
    const text = 'é🍁字'.repeat(5_000);
    const { effects } = update(state, { kind: 'paste', text }, NOON);
    const parts = effects.map((effect) => (effect.kind === 'press' ? effect.input : ''));
    expect(parts.join('')).toBe(`\x1b[200~${text}\x1b[201~`);
    for (const part of parts) {
      expect(new TextEncoder().encode(part).length).toBeLessThanOrEqual(16 * 1024);
      expect(part).not.toMatch(/\p{Cs}/u);
    }
  });

  it('what it asks stands above its screen, with the keys that answer', () => {
    const asking = agentLike('kaede', { activity: 'approval', detail: 'Bash \x1b[31mrm -rf build' });
    expect(screenText(agentState({}, asking)).split('\n')[3]).toBe(
      ' ▲ wants to run: Bash rm -rf build            a approve  d deny  t type',
    );
  });

  it('its mail is a table, one of which opens in full', () => {
    const filter = { agent: 'kaede', last: 200 };
    const state = agentState({ tab: 'mail', size: { width: 80, height: 16 } });
    expect(screenText(state)).toContain('asking for its messages');
    const value = [mailLike(1, { to: 'kaede', from: 'sakura', payload: { text: 'first\nsecond line' } })];
    const came = update(state, { kind: 'done', of: { kind: 'load-mail', filter }, value }, NOON).state;
    expect(screenText(came).split('\n').slice(4, 6)).toEqual([
      '    TIME      FROM    STATE   AGE  TEXT',
      ' ○  11:59:00  sakura  queued   1m  first',
    ]);
    const open = pressed(came, 'enter').state;
    expect(screenText(open)).toContain('second line');
    expect(screenText(pressed(open, 'escape').state)).not.toContain('second line');
    expect(pressed(open, 'escape', 'escape').state.screen).toBe('crew');
  });

  it('its events are its own', () => {
    const state = agentState({ tab: 'events' });
    state.history.add([
      anEvent('agent.asked', 'kaede', { verb: 'restart', by: 'me' }),
      anEvent('agent.asked', 'sakura', { verb: 'stop', by: 'me' }),
    ]);
    expect(screenText(state)).toContain('12:00:00  asked to restart by me');
    expect(screenText(state)).not.toContain('stop');
  });

  it('its log is wrapped and followed', () => {
    const lines = Array.from({ length: 100 }, (_, n) => `line ${n} ${'word '.repeat(20)}`);
    const state = loaded(agentState({ tab: 'log', size: { width: 60, height: 10 } }), 'load-log', lines);
    expect(screenText(state)).toContain(' line 99 word');
    const up = pressed(state, ...Array.from({ length: 12 }, () => 'up')).state;
    expect(screenText(up)).not.toContain('line 99');
    expect(screenText(pressed(up, 'G').state)).toContain('line 99');
  });

  it('tabs and neighbours are a key away, and ask for what they show', () => {
    const { state } = pressed(agentState({}), 'right', 'right', 'right', 'right');
    expect(state.agent.tab).toBe('log');
    expect(pressed(state, '[', 'left', 'left', 'left').state.agent.tab).toBe('screen');
    expect(pressed(state, 'n').state.selected).toBe('sakura');
    expect(pressed(state, 'n', 'n').state.selected).toBe('kaede');
    expect(pressed(state, 'S-up').state.selected).toBe('sakura');
    expect(update(state, { kind: 'tick' }, NOON).effects).toContainEqual({ kind: 'load-log', agent: 'kaede' });
    const back = pressed(state, '[').state;
    expect(update(back, { kind: 'tick' }, NOON).effects).toEqual([]);
  });

  const HOSTILE = [
    '\x1b[31m\x1b]0;evil\x07\x1b[2J\x9b5nred\x1b[999;999Hx',
    '\u202eevil\u2066',
    '\u200b\u200d\ufeffe\u0301\u0301',
    '字'.repeat(300),
    '👩‍👩‍👧‍👦🍁'.repeat(50),
    '{bold}{red-fg}x{/}',
    'a\tb\r\nc\vd',
    'x'.repeat(1_000_000),
  ];

  it('whatever an agent prints or is called, every line has its width and no control in it', () => {
    const agent = agentLike('kaede', {
      display: HOSTILE.slice(0, 4).join(''),
      role: HOSTILE[0] as string,
      skills: [HOSTILE[1] as string],
      detail: HOSTILE.slice(0, 6).join(''),
      activity: 'question',
    });
    for (const size of SIZES) {
      for (const tab of ['screen', 'log'] as const) {
        const shown = loaded(agentState({ tab, size, screen: live(HOSTILE) }, agent), 'load-log', HOSTILE);
        for (const state of [shown, pressed(shown, 't').state, pressed(shown, 'home').state]) {
          for (const line of view(state).lines) {
            expect(lineWidth(line)).toBe(size.width);
            expect(textOf(line)).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
            for (const { sgr } of line) expect(sgr ?? '0').toMatch(/^[\d;]+$/);
          }
        }
      }
    }
  });

  it('a screen full of colours is drawn in a moment', () => {
    const line = Array.from({ length: 240 }, (_, n) => `\x1b[38;5;${n}m字`).join('');
    const state = agentState({
      size: { width: 240, height: 70 },
      screen: live(Array.from({ length: 70 }, () => line)),
    });
    view(state);
    const before = performance.now();
    for (let n = 0; n < 20; n++) view(state);
    expect(performance.now() - before).toBeLessThan(1_500);
    expect(update(state, { kind: 'key', key: keyNamed('j') }, NOON).state.agent.back).toBe(0);
  });
});
