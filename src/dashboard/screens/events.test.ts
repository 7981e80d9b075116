import { describe, expect, test } from 'vitest';
import { Desk, textsOf } from '../../../test/support/dashboard.ts';
import { anEvent } from '../../../test/support/dashboard-data.ts';
import { anAgent, aSnapshot } from '../../../test/support/fake-session.ts';
import type { OrchestraEvent } from '../../protocol/index.ts';
import { view } from '../view.ts';

const many = (count: number): OrchestraEvent[] =>
  Array.from({ length: count }, (_, index) =>
    anEvent('agent.ready', index % 2 === 0 ? 'kaede' : 'sakura', { incarnation: 1, after: index * 1_000 }, index),
  );

const desk = (events: readonly OrchestraEvent[]): Desk =>
  new Desk({ width: 80, height: 12 }).live(aSnapshot([anAgent('kaede'), anAgent('sakura')]), events).show('events');

/** The rows of the list: all but the header, the titles and the footer. */
const rows = ({ state }: Desk): string[] => textsOf(view(state)).slice(2, -1);

const chosen = ({ state }: Desk): string[] =>
  view(state)
    .lines.filter((line) => line.some(({ ground }) => ground === 'select'))
    .map((line) => line.map(({ text }) => text).join(''));

describe('the journal', () => {
  test('follows the newest event', () => {
    const here = desk(many(50));
    expect(rows(here).at(-1)).toContain('ready after 49s');
    here.event(anEvent('agent.removed', 'kaede', {}));
    expect(rows(here).at(-1)).toContain('removed');
    expect(chosen(here)[0]).toContain('removed');
  });

  test('stands still from the moment one scrolls up, until End', () => {
    const here = desk(many(50)).press('up', 'up');
    const before = rows(here);
    expect(chosen(here)[0]).toContain('ready after 47s');
    here.event(...many(30));
    expect(rows(here)).toEqual(before);
    expect(chosen(here)[0]).toContain('ready after 47s');
    here.press('end');
    expect(rows(here).at(-1)).toContain('ready after 29s');
    here.event(anEvent('agent.removed', 'kaede', {}));
    expect(rows(here).at(-1)).toContain('removed');
  });

  test('follows again when one has come down to the newest', () => {
    const here = desk(many(50)).press('up', 'up', 'down');
    expect(here.state.events.seq).not.toBeNull();
    here.press('down').event(anEvent('agent.removed', 'kaede', {}));
    expect(rows(here).at(-1)).toContain('removed');
  });

  test('shows what is chosen when older events have been forgotten', () => {
    const here = desk(many(50))
      .press('home')
      .event(...many(4_000));
    expect(chosen(here)).toHaveLength(1);
    expect(rows(here)).toHaveLength(9);
  });

  test('is narrowed by agent, type and words, all of them', () => {
    const here = desk([...many(10), anEvent('message.dead', 'kaede', { id: 'x', reason: 'expired', attempt: 3 })]);
    const shown = (filter: string): string[] => {
      here.state = { ...here.state, filter };
      return rows(here).filter((row) => row.trim() !== '');
    };
    expect(shown('SAKURA')).toHaveLength(5);
    expect(shown('message.')).toHaveLength(1);
    expect(shown('kaede 3 attempts')).toHaveLength(1);
    expect(shown('after 4s')).toHaveLength(1);
    expect(shown('nothing of the kind')[0]).toContain('no event matches');
  });

  test('reads only what is shown: the rest costs nothing with a picture', () => {
    let read = 0;
    const watched = many(2_000).map((event) =>
      Object.defineProperty({ ...event }, 'data', { get: () => (read++, event.data) }),
    ) as OrchestraEvent[];
    const here = desk(watched);
    read = 0;
    view(here.state);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(100);
  });
});

describe('one event', () => {
  test('is told in full, and what is in it stays text', () => {
    const detail = 'evil\x1b[31m\x1b]0;owned\x07 first\nsecond\u202e';
    const here = desk([anEvent('agent.state', 'kaede', { from: 'running', to: 'broken', detail })]).resize(100, 30);
    here.press('enter');
    const shown = textsOf(view(here.state)).join('\n');
    expect(shown).toMatch(/from {4}running/);
    expect(shown).toMatch(/detail {2}evil first/);
    expect(shown).toMatch(/│ {9}second/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
    expect(shown).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
    expect(here.press('escape').state.overlay).toBeNull();
  });

  test('is scrolled when there is more of it than room', () => {
    const added = Array.from({ length: 40 }, (_, index) => `agent-${index}`);
    const here = desk([anEvent('session.applied', null, { by: 'x', added, removed: [], restarted: [], changed: [] })]);
    here.press('enter');
    expect(textsOf(view(here.state)).join('\n')).not.toContain('"agent-39"');
    here.press('pagedown', 'pagedown', 'pagedown', 'pagedown', 'pagedown', 'pagedown', 'pagedown');
    expect(textsOf(view(here.state)).join('\n')).toContain('changed');
    here.press('up', 'up', 'up', 'up');
    expect(textsOf(view(here.state)).join('\n')).toContain('"agent-39"');
  });
});
