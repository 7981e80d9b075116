import { describe, expect, test } from 'vitest';
import { Desk, textsOf } from '../../test/support/dashboard.ts';
import { anEvent } from '../../test/support/dashboard-data.ts';
import { anAgent, aSnapshot } from '../../test/support/fake-session.ts';
import type { AgentSnapshot, OrchestraEvent } from '../protocol/index.ts';
import { GLOBAL } from './global.ts';
import { SCREENS } from './model/state.ts';
import { screenOf } from './screens/index.ts';
import { view } from './view.ts';

const crew = (...names: readonly string[]): AgentSnapshot[] => names.map((name) => anAgent(name));

const snapshot = (desk: Desk, agents: readonly AgentSnapshot[], seq = 7): Desk =>
  desk.take({ kind: 'stream', message: { kind: 'snapshot', snapshot: aSnapshot(agents, { seq }) } });

const count = (desk: Desk, kind: string): number => desk.asked.filter((one) => one === kind).length;

describe('what is chosen', () => {
  test('stays chosen, whatever comes and goes around it', () => {
    const desk = new Desk().live(aSnapshot(crew('a', 'b', 'c'))).press('down');
    expect(desk.state.selected).toBe('b');
    snapshot(desk, crew('z', 'c', 'b', 'y'));
    expect(desk.state.selected).toBe('b');
    desk.event(anEvent('agent.exited', 'b', { incarnation: 1, code: 1, class: 'failure', uptime: 1, healthy: false }));
    desk.resize(60, 10).resize(200, 50);
    desk.take({ kind: 'link', link: { kind: 'lost', message: 'gone', since: 0 } });
    desk.live(aSnapshot(crew('b', 'a')));
    expect(desk.state.selected).toBe('b');
  });

  test('is somebody who is there when the chosen one is gone', () => {
    const desk = new Desk().live(aSnapshot(crew('a', 'b'))).press('down');
    snapshot(desk, crew('c', 'd'));
    expect(desk.state.selected).toBe('c');
    snapshot(desk, []);
    expect(() => view(desk.state)).not.toThrow();
  });
});

describe('the bell', () => {
  test('rings once for everybody who begins to wait for a person', () => {
    const desk = new Desk().live(aSnapshot(crew('a', 'b'), { seq: 0 }));
    expect(count(desk, 'bell')).toBe(0);
    desk.event(anEvent('agent.activity', 'a', { from: 'busy', to: 'approval', by: 'screen' }));
    expect(count(desk, 'bell')).toBe(1);
    desk.event(anEvent('agent.ready', 'a', { incarnation: 1, after: 1 }));
    snapshot(desk, [anAgent('a', { activity: 'approval' }), anAgent('b')]);
    desk.take({ kind: 'tick' });
    expect(count(desk, 'bell')).toBe(1);
    snapshot(desk, [anAgent('a', { activity: 'approval' }), anAgent('b', { state: 'broken' })]);
    expect(count(desk, 'bell')).toBe(2);
    snapshot(desk, crew('a', 'b'));
    expect(count(desk, 'bell')).toBe(2);
    snapshot(desk, [anAgent('a', { activity: 'question' }), anAgent('b')]);
    expect(count(desk, 'bell')).toBe(3);
  });

  test('does not ring again for who waits still when the connection is back', () => {
    const waiting = aSnapshot([anAgent('a', { activity: 'approval' })]);
    const desk = new Desk().live(waiting);
    desk.take({ kind: 'link', link: { kind: 'lost', message: 'gone', since: 0 } });
    desk.live(waiting);
    expect(count(desk, 'bell')).toBe(1);
  });
});

describe('snapshots and events', () => {
  const broken = (seq: number): OrchestraEvent => ({
    ...anEvent('agent.state', 'a', { from: 'running', to: 'broken', detail: 'exit 1' }),
    seq,
  });

  test('an event that a snapshot knows changes nothing, a newer one does', () => {
    const desk = new Desk().live(aSnapshot(crew('a'), { seq: 7 }));
    desk.event(broken(7));
    expect(desk.state.snapshot?.agents[0]?.state).toBe('running');
    desk.event(broken(8));
    expect(desk.state.snapshot?.agents[0]?.state).toBe('broken');
  });

  test('a snapshot is asked for after an event, not with every one, and not twice at a time', () => {
    const desk = new Desk().live(aSnapshot(crew('a')));
    for (let at = 0; at < 100; at++) {
      desk.event(anEvent('agent.ready', 'a', { incarnation: 1, after: 1 }));
      desk.now += 20;
      desk.take({ kind: 'tick' });
    }
    expect(count(desk, 'load-snapshot')).toBe(1);
    snapshot(desk, crew('a'));
    desk.event(anEvent('agent.ready', 'a', { incarnation: 1, after: 1 }));
    desk.now += 1_000;
    desk.take({ kind: 'tick' });
    expect(count(desk, 'load-snapshot')).toBe(2);
  });

  test('a snapshot that never comes is asked for again', () => {
    const desk = new Desk().live(aSnapshot(crew('a')));
    desk.now += 11_000;
    desk.take({ kind: 'tick' });
    desk.now += 11_000;
    desk.take({ kind: 'tick' }, { kind: 'tick' });
    expect(count(desk, 'load-snapshot')).toBe(2);
  });

  test('after a gap what was missed is read', () => {
    const desk = new Desk().live(aSnapshot(crew('a')));
    const before = count(desk, 'load-events');
    desk.take({ kind: 'stream', message: { kind: 'gap', dropped: 10 } });
    expect(count(desk, 'load-events')).toBe(before + 1);
  });
});

describe('the history', () => {
  const queued = (id: string): OrchestraEvent =>
    anEvent('message.queued', 'a', { id, type: 'note', from: 'b', seq: 1, priority: 'normal', replyTo: null });
  const sent = ({ state }: Desk): number =>
    state.history.pulse.series(state.now, 60, 1, (minute) => minute.sent).reduce((sum, each) => sum + each, 0);

  test('is read once with each connection, and what came meanwhile is in it once', () => {
    const events = [queued('1'), queued('2'), queued('3')];
    const late = queued('4');
    const desk = new Desk();
    desk.take({ kind: 'link', link: { kind: 'live' } });
    expect(count(desk, 'load-events')).toBe(1);
    desk.event(events[2] as OrchestraEvent, late);
    desk.take({ kind: 'done', of: { kind: 'load-events', filter: {} }, value: events });
    expect(desk.state.history.events.map(({ seq }) => seq)).toEqual([...events, late].map(({ seq }) => seq));
    expect(sent(desk)).toBe(4);
    // The controller died and another one answers with the same journal and more.
    desk.take({ kind: 'link', link: { kind: 'lost', message: 'gone', since: 0 } });
    desk.take({ kind: 'link', link: { kind: 'live' } });
    const all = [...events, late, queued('5')];
    desk.take({ kind: 'done', of: { kind: 'load-events', filter: {} }, value: all });
    expect(desk.state.history.events).toHaveLength(5);
    expect(sent(desk)).toBe(5);
    expect(count(desk, 'load-events')).toBe(2);
  });

  test('is of the new journal when the session is another one with the same folder', () => {
    const desk = new Desk().live(aSnapshot(crew('a')), [queued('1'), queued('2')]);
    desk.take(
      { kind: 'link', link: { kind: 'lost', message: 'gone', since: 0 } },
      { kind: 'link', link: { kind: 'live' } },
    );
    expect(() => desk.take({ kind: 'done', of: { kind: 'load-events', filter: {} }, value: [] })).not.toThrow();
  });
});

describe('keys', () => {
  test('each does one thing on its screen', () => {
    for (const screen of SCREENS) {
      const desk = new Desk().live(aSnapshot(crew('a'))).show(screen);
      const own = screenOf(desk.state).bindings;
      const keys = own.flatMap((binding) => binding.keys);
      expect(new Set(keys).size, `keys of ${screen}`).toBe(keys.length);
      const ids = [...new Set([...own, ...GLOBAL])].map(({ id }) => id);
      expect(new Set(ids).size, `names of what can be done on ${screen}: ${ids.join(' ')}`).toBe(ids.length);
    }
  });

  test('lead to every screen, round and back', () => {
    const desk = new Desk().live(aSnapshot(crew('a')));
    const seen = SCREENS.map((_, index) => desk.press(String(index + 1)).state.screen);
    expect(seen).toEqual(SCREENS);
    expect(desk.press('tab').state.screen).toBe('crew');
    expect(desk.press('S-tab').state.screen).toBe('charts');
    for (let at = 0; at < 20; at++) desk.press('escape');
    expect(desk.state.screen).toBe('crew');
  });

  test('that nothing is bound to change nothing', () => {
    const desk = new Desk().live(aSnapshot(crew('a')));
    const before = textsOf(view(desk.state));
    desk.press('f7', 'M-x', '~', 'カ', 'insert');
    expect(textsOf(view(desk.state))).toEqual(before);
  });
});
