import { describe, expect, it } from 'vitest';
import { dashboardState } from '../../../test/support/dashboard.ts';
import { agentLike, ago, anEvent } from '../../../test/support/dashboard-data.ts';
import { aSnapshot } from '../../../test/support/fake-session.ts';
import type { OrchestraEvent } from '../../protocol/index.ts';
import { view } from '../view.ts';

const MINUTE = 60_000;

/** The tones of the rows of the first chart, a letter a column: sent, done, dead; a blank where nothing is drawn. */
function plot(events: readonly OrchestraEvent[], uptime: number): string[] {
  const snapshot = aSnapshot([agentLike('kaede')], { uptime });
  const state = dashboardState({ screen: 'charts', snapshot, takenAt: Date.parse(ago(0)) }, { width: 80, height: 40 });
  state.history.add(events);
  const letters: Readonly<Record<string, string>> = { busy: 's', good: 'd', bad: 'x' };
  const rows = view(state)
    .lines.slice(2, 12)
    .map((line) =>
      line
        .flatMap(({ text, tone }) => Array.from(text).map((one) => (one === ' ' ? ' ' : (letters[tone] ?? ' '))))
        .join('')
        .slice(7),
    );
  return rows;
}

const said = (minutes: number, n: number): OrchestraEvent[] => {
  const id = `${minutes}-${n}`;
  const sent = { id, type: 'note', from: 'external', seq: 1, priority: 'normal', replyTo: null } as const;
  return [
    anEvent('message.queued', 'kaede', sent, -minutes * MINUTE),
    anEvent('message.acked', 'kaede', { id, by: 'kaede' }, -minutes * MINUTE + 1_000),
  ];
};

describe('messages over time', () => {
  it('one that was given up does not paint the hour in its colour', () => {
    const busy = Array.from({ length: 60 }, (_, index) => said(59 - index, 0)).flat();
    const dead = anEvent('message.dead', 'kaede', { id: 'gone', reason: 'attempts', attempt: 5 }, -30 * MINUTE);
    const rows = plot(
      [...busy, dead].sort((a, b) => a.time.localeCompare(b.time)),
      120 * MINUTE,
    );
    const red = rows.join('').match(/x/g)?.length ?? 0;
    expect(red).toBeGreaterThan(0);
    expect(red).toBeLessThan(25);
  });

  it('draws nothing of the time before there was a session', () => {
    const rows = plot(
      [...said(4, 0), ...said(3, 1), ...said(2, 2)].sort((a, b) => a.time.localeCompare(b.time)),
      5 * MINUTE,
    );
    expect(rows.some((row) => row.trim() !== '')).toBe(true);
    for (const row of rows) expect(row.slice(0, 60).trim()).toBe('');
  });
});
