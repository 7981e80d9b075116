import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCrew, anAgent, aSnapshot } from '../../../test/support/fake-session.ts';
import { stripEscapes, textWidth } from '../../base/index.ts';
import { statusLines } from './status.ts';
import { makeStyle } from './style.ts';

const plain = makeStyle(false);
const lines = (width: number, agents = aCrew()): string[] => statusLines(aSnapshot(agents), { width, style: plain });

describe('the status table', () => {
  it('shows everything where there is room', () =>
    expect(lines(140)).toEqual([
      'garden · 9 agents: 3 running, 1 starting, 1 stopping, 1 stopped, 1 backoff, 1 broken, 1 held · up 3h 07m · controller 4242',
      '',
      '   agent      display    state        activity       up  restarts  memory    pid  detail',
      '●  conductor  指揮       running      busy       3h 07m         0    312M  24590',
      '●  kaede      カエデ     running                12m 05s         2     50M  24589',
      '◐  sakura     サクラ     starting                               0                 waits for what it depends on',
      '▲  tsubaki               backoff 12s                           14                 exit 127: command not found',
      '✖  botan      ボタン     broken                                 5                 died 5 times within 600 s, last: exit 1',
      '■  momiji                stopped                                0                 stopped by request',
      '◌  ayame                 held                    1m 01s         0    1.5G      9  waits for its quota',
      '●  workers-1  evil name  running                 1d 01h         0     50M   4711',
      '◑  workers-2             stopping                1m 01s         0     50M   4711  asked to stop',
    ]));

  it('drops what matters least first', () =>
    expect(lines(80)).toEqual([
      'garden · 9 agents ●3 ◐1 ◑1 ■1 ▲1 ✖1 ◌1 · up 3h 07m · controller 4242',
      '',
      '   agent      display    state        activity  detail',
      '●  conductor  指揮       running      busy',
      '●  kaede      カエデ     running',
      '◐  sakura     サクラ     starting               waits for what it depends on',
      '▲  tsubaki               backoff 12s            exit 127: command not found',
      '✖  botan      ボタン     broken                 died 5 times within 600 s, last…',
      '■  momiji                stopped                stopped by request',
      '◌  ayame                 held                   waits for its quota',
      '●  workers-1  evil name  running',
      '◑  workers-2             stopping               asked to stop',
    ]));

  it('cuts the detail in a narrow pane', () =>
    expect(lines(40).slice(0, 6)).toEqual([
      'garden · 9 agents ●3 ◐1 ◑1 ■1 ▲1 ✖1 ◌1',
      '',
      '   agent      state        detail',
      '●  conductor  running',
      '●  kaede      running',
      '◐  sakura     starting     waits for wh…',
    ]));

  it('says so when there is nobody', () =>
    expect(lines(80, [])).toEqual(['garden · 0 agents · up 3h 07m · controller 4242', '', 'no agents']));

  it('shows what does not work', () => {
    const snapshot = aSnapshot([]);
    const sick = { ...snapshot, controller: { ...snapshot.controller, degraded: ['journal: \x1b[2Jdisk is full'] } };
    expect(statusLines(sick, { width: 60, style: plain })[1]).toBe('! journal: disk is full');
  });

  it('goes on counting after the snapshot', () => {
    const screen = { width: 100, style: plain, age: 5_000 };
    const [head, , , running] = statusLines(aSnapshot([anAgent('kaede', { uptime: 55_000 })]), screen);
    expect(head).toContain('up 3h 07m');
    expect(running).toContain('1m 00s');
    const waiting = anAgent('kaede', { state: 'backoff', pid: null, next_start: 7_000 });
    expect(statusLines(aSnapshot([waiting]), screen)[3]).toContain('backoff 2s');
  });

  it('uses letters where the terminal has no signs, and colours only when asked', () => {
    const ascii = statusLines(aSnapshot(aCrew()), { width: 140, style: makeStyle(false, false) });
    expect(ascii[3]?.startsWith('+  conductor')).toBe(true);
    expect(ascii[0]).not.toContain('·');
    const coloured = statusLines(aSnapshot(aCrew()), { width: 140, style: makeStyle(true) });
    expect(coloured[3]).toContain('\x1b[32m●\x1b[0m');
    expect(coloured.map(stripEscapes).map((line) => line.trimEnd())).toEqual(lines(140));
  });

  it('bears a state of a newer controller', () =>
    expect(lines(80, [anAgent('kaede', { state: 'dreaming' as never })])[3]).toContain('?  kaede  dreaming'));
});

describe('a crew larger than the screen', () => {
  const many = Array.from({ length: 200 }, (_, at) =>
    anAgent(`agent-${at}`, at === 150 ? { state: 'broken', pid: null, detail: 'exit 1' } : {}),
  );

  it('shows who is in trouble, then the names of the rest', () => {
    const shown = statusLines(aSnapshot(many), { width: 60, height: 9, style: plain });
    expect(shown).toEqual([
      'garden · 200 agents ●199 ✖1 · up 3h 07m · controller 4242',
      '',
      '   agent      state   restarts  memory  detail',
      '✖  agent-150  broken         0     50M  exit 1',
      '',
      '● agent-0    ● agent-1    ● agent-2    ● agent-3',
      '● agent-4    ● agent-5    ● agent-6    ● agent-7',
      '● agent-8    ● agent-9    ● agent-10   ● agent-11',
      'and 187 more: make it taller',
    ]);
  });

  it('shows who is in trouble first where there is room for a few names only', () =>
    expect(statusLines(aSnapshot(many), { width: 20, height: 5, style: plain })[2]).toBe('✖ agent-150'));
});

it('fits into any terminal, whatever the agents are called', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          name: fc.string({ unit: 'binary', maxLength: 40 }),
          display: fc.string({ unit: 'binary', maxLength: 40 }),
          detail: fc.string({ unit: 'binary', maxLength: 90 }),
          state: fc.constantFrom('running', 'broken', 'backoff', 'starting'),
          activity: fc.constantFrom('unknown', 'busy', 'approval'),
          restarts: fc.nat(),
          memory: fc.option(fc.nat()),
        }),
        { maxLength: 30 },
      ),
      fc.integer({ min: 1, max: 240 }),
      fc.integer({ min: 1, max: 60 }),
      (agents, width, height) => {
        const crew = agents.map(({ name, ...changes }) => anAgent(name, changes as never));
        const shown = statusLines(aSnapshot(crew), { width, height, style: plain });
        // Five columns with a gap of two need nine; below that tables are as narrow as they get.
        for (const line of shown) expect(textWidth(line)).toBeLessThanOrEqual(Math.max(width, 9));
        for (const line of shown) expect(line).not.toMatch(/\p{Cc}/u);
        expect(shown.length).toBeLessThanOrEqual(Math.max(height, 4));
      },
    ),
  ));
