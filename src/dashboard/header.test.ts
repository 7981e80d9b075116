import { describe, expect, it } from 'vitest';
import { dashboardState, pressed, screenLines } from '../../test/support/dashboard.ts';
import { agentLike, ago } from '../../test/support/dashboard-data.ts';
import { update } from './update.ts';

const crew = (names: number) => [
  ...Array.from({ length: names }, (_, at) => agentLike(`agent-${at}`)),
  agentLike('ayame', { activity: 'approval', activity_since: ago(120_000) }),
  agentLike('botan', { state: 'broken', pid: null, state_since: ago(3_600_000) }),
];
const at = (width: number, height: number, names = 8) => dashboardState({}, { width, height, agents: crew(names) });

describe('who waits for a person', () => {
  it.each([
    [60, 10, 'botan 1h'],
    [80, 24, 'botan 1h'],
    [100, 30, 'botan 1h'],
    [160, 45, '2 wait for you: botan 1h'],
  ])('is told in the header at %ix%i, the longest by name', (width, height, words) => {
    const [header] = screenLines(at(width, height)) as [string];
    expect(header).toContain(words);
    // How many run comes next, what happens in a minute last.
    expect(header).toMatch(width < 70 ? /● 9\/10/ : /10 agents {2}● 9/);
    if (width < 120) expect(header).not.toContain('msg/min');
  });

  it('is told with an address of any length', () => {
    const snapshot = at(60, 10).snapshot;
    if (snapshot === null) throw new Error('no snapshot');
    const [header] = screenLines({ ...at(60, 10), snapshot: { ...snapshot, session: 's'.repeat(58) } }) as [string];
    expect(header).toContain('2 wait');
  });

  it('stands above the crew where there is no rail, with as many agents as one likes, whoever is chosen', () => {
    for (const names of [1, 8, 60]) {
      const state = pressed(at(60, 10, names), 'home').state;
      const [, above] = screenLines(state) as [string, string];
      expect(above).toContain('✖ botan 1h  ▲ ayame 2m');
      expect(screenLines(at(100, 30, names))[1]).not.toContain('botan 1h  ▲');
      expect(screenLines(pressed(state, 'end').state)[1]).toBe(above);
    }
  });

  it('is chosen by a press on that line, and the lines below it are those that are pressed', () => {
    const state = at(60, 24);
    const lines = screenLines(state);
    const press = (x: number, y: number) =>
      update(state, { kind: 'mouse', what: 'press', x, y }, state.now).state.selected;
    expect(press((lines[1] as string).indexOf('ayame'), 1)).toBe('ayame');
    const row = lines.findIndex((line, index) => index > 1 && line.includes('agent-3'));
    expect(press(5, row)).toBe('agent-3');
  });

  it('is told with what it asks, and with the keys that answer it', () => {
    const asks = (name: string, answerable: boolean) =>
      agentLike(name, { activity: 'approval', asks: { text: 'rm -rf build && npm run build', answerable } });
    const agents = [agentLike('kaede'), asks('ayame', true), asks('botan', false)];
    const rail = screenLines(dashboardState({}, { width: 140, height: 30, agents }));
    const of = (name: string): string =>
      rail.map((line) => line.split('│').at(-1) as string).find((line) => line.includes(`▲ ${name}`)) ?? '';
    expect(of('ayame')).toMatch(/ wants to run .* a\/d$/);
    expect(of('botan')).toMatch(/ wants to run .* t$/);
    expect(rail.filter((line) => /│ {3}rm -rf build && npm run build/.test(line))).toHaveLength(2);
    // Where there is no rail it stands in the crew's table.
    expect(screenLines(dashboardState({}, { width: 80, height: 24, agents })).join('\n')).toMatch(
      /approval 1m +rm -rf bui/,
    );
    const footer = (selected: string): string =>
      screenLines(dashboardState({ selected }, { width: 140, height: 30, agents })).at(-1) as string;
    expect(footer('kaede')).not.toMatch(/approve|type answer/);
    expect(footer('ayame')).toMatch(/ a approve {3}/);
    expect(footer('botan')).toMatch(/ t type answer {3}/);
    expect(footer('botan')).not.toContain('approve');
  });

  it('is typed to from the box, where nobody knows the keys for it', () => {
    const agents = [agentLike('kaede'), agentLike('botan', { activity: 'approval' })];
    const asked = { kind: 'approval', lines: ['Proceed?'], token: 't', answerable: false } as const;
    const state = dashboardState(
      { overlay: { kind: 'asked', agent: 'botan', yes: true, asked } },
      { width: 80, height: 24, agents },
    );
    expect(screenLines(state).join('\n')).toContain('t type the answer');
    const typing = pressed(state, 't').state;
    expect(typing).toMatchObject({ screen: 'agent', selected: 'botan', overlay: null, agent: { typing: true } });
    const knows = { ...state, overlay: { ...state.overlay, asked: { ...asked, answerable: true } } } as typeof state;
    expect(pressed(knows, 't').state).toMatchObject({ screen: 'crew', overlay: null });
  });

  it('says how many more there are than have room', () => {
    const agents = Array.from({ length: 12 }, (_, index) => agentLike(`kaede-${index}`, { activity: 'question' }));
    const lines = screenLines(dashboardState({}, { width: 60, height: 10, agents }));
    expect(lines[1]).toMatch(/^ \? kaede-0 1m {2}.*and 9 more/);
  });
});
