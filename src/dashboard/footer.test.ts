import { describe, expect, it } from 'vitest';
import { dashboardState, screenLines } from '../../test/support/dashboard.ts';
import { agentLike, mailLike } from '../../test/support/dashboard-data.ts';
import { copyKey } from './model/mail.ts';
import type { State } from './model/state.ts';
import { update } from './update.ts';

const last = (state: State): string => screenLines(state).at(-1) as string;
const press = (state: State, x: number, y: number): State =>
  update(state, { kind: 'mouse', what: 'press', x, y }, state.now).state;
const at = (width: number, over: Partial<State> = {}): State =>
  dashboardState(over, {
    width,
    height: 24,
    agents: [agentLike('kaede'), agentLike('ayame', { activity: 'approval' })],
  });

describe('the last line', () => {
  it.each([60, 80, 100, 160])('keeps the keys that lead to all others at %i columns', (width) => {
    for (const selected of ['kaede', 'ayame']) {
      const line = last(at(width, { selected }));
      for (const hint of ['? keys', '/ filter', ': command', '⏎ open']) expect(line).toContain(hint);
      if (width > 60 || selected === 'kaede') expect(line).toContain('m message');
      expect(line).not.toContain('…');
      // Approval is offered to whom it is of use.
      expect(line.includes('a approve')).toBe(selected === 'ayame');
    }
    expect(last(at(width, { filter: 'a filter of some length' }))).toContain('? keys');
  });

  it('says how one comes back from an open message', () => {
    const entry = mailLike(1);
    const { mail } = at(80);
    const list = at(80, { screen: 'messages', mail: { ...mail, entries: [entry], of: '{"last":200}' } });
    expect(last(list)).not.toContain('Esc back');
    expect(last({ ...list, mail: { ...list.mail, open: true, chosen: copyKey(entry) } })).toContain('Esc back');
  });

  it('does what is pressed in it', () => {
    const state = at(120);
    const x = last(state).indexOf('? keys');
    expect(press(state, x, 23).overlay).toMatchObject({ kind: 'help' });
    expect(press(state, x + 5, 23).overlay).toMatchObject({ kind: 'help' });
    expect(press(state, x - 1, 23)).toEqual(state);
    expect(press(state, last(state).indexOf('⏎'), 23).screen).toBe('agent');
    expect(press(state, 119, 23)).toEqual(state);
    const told = { ...state, toast: { text: 'sent to kaede', tone: 'good', until: state.now + 1 } } as const;
    expect(press(told, x, 23)).toEqual(told);
  });
});

describe('the first line', () => {
  it('shows the screen whose number is pressed', () => {
    const state = at(160);
    const [header] = screenLines(state) as [string];
    const numbers = header.slice(header.indexOf('1 Crew'));
    for (const [number, screen] of [
      ['2', 'agent'],
      ['3', 'messages'],
      ['6', 'charts'],
      ['1 Crew', 'crew'],
    ] as const) {
      const x = header.indexOf('1 Crew') + numbers.indexOf(number);
      expect(press(state, x, 0).screen).toBe(screen);
    }
    expect(press(state, 3, 0)).toEqual(state);
    expect(press(at(80), 78, 0).screen).toBe('crew');
    const typing = { ...state, screen: 'agent', agent: { ...state.agent, typing: true } } as const;
    expect(press(typing, header.indexOf('1 Crew'), 0)).toEqual(typing);
  });
});
