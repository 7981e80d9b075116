import { describe, expect, it } from 'vitest';
import { dashboardState } from '../../../test/support/dashboard.ts';
import { agentLike, anEvent } from '../../../test/support/dashboard-data.ts';
import type { OrchestraEvent } from '../../protocol/index.ts';
import type { State } from '../model/state.ts';
import { view } from '../view.ts';

const ID = '01a1ffa0-949b-72cd-b43a-f2a9ea587313';

/** The lines of the pane of events, of a crew that has heard these. */
function pane(events: readonly OrchestraEvent[], over: Partial<State> = {}): string[] {
  const state = dashboardState(over, { width: 100, height: 24, agents: [agentLike('kaede'), agentLike('botan')] });
  state.history.add(events);
  const lines = view(state).lines.map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
  return lines.slice(lines.findIndex((line) => line.includes('─ Events')) + 1, -1).filter((line) => line !== '');
}

const queued = (id = ID) =>
  anEvent('message.queued', 'kaede', { id, type: 'note', from: 'botan', seq: 1, priority: 'normal', replyTo: null });
const tried = (id = ID): OrchestraEvent[] => [
  anEvent('message.delivering', 'kaede', { id, attempt: 1 }),
  anEvent('message.deferred', 'kaede', { id, why: 'busy', detail: 'it works' }),
];

describe('the newest events', () => {
  it('tell of a message that waits in one line, who wrote it and how often it was tried', () => {
    const often = (): OrchestraEvent[] => Array.from({ length: 12 }, () => tried()).flat();
    const lines = pane([anEvent('agent.answered', 'botan', { yes: true, by: 'cli' }), queued(), ...often()]);
    expect(lines).toEqual([
      expect.stringMatching(/ botan {2}allowed by cli$/),
      expect.stringMatching(/ botan → kaede {2}note {2}waits: it works ×12$/),
    ]);
    const story = [queued(), ...often()];
    const over = anEvent('message.submitted', 'kaede', { id: ID, attempt: 1, door: 'keys' }, 5_000);
    expect(pane([...story, over]).at(-1)).toMatch(/note {2}submitted in 5s$/);
    expect(pane([queued(), ...tried()]).at(-1)).toMatch(/waits: it works$/);
  });

  it('shorten the ids of messages that are known no more', () => {
    const [line] = pane(tried());
    expect(line).toContain('…587313');
    expect(line).not.toContain('01a1ffa0');
  });

  it('fold what is said again, and only that', () => {
    const degraded = (message: string) => anEvent('controller.degraded', null, { what: 'journal', message });
    const lines = pane([degraded('full'), degraded('full'), degraded('full'), degraded('gone'), degraded('full')]);
    expect(lines.map((line) => line.replace(/^.*?journal/, ''))).toEqual([
      ' does not work: full ×3',
      ' does not work: gone',
      ' does not work: full',
    ]);
  });

  it('stay in sight behind a message that was tried a thousand times, without looking at all of that', () => {
    const lines = pane([queued(), ...Array.from({ length: 1_000 }, () => tried()).flat()]);
    expect(lines).toEqual([expect.stringMatching(/waits: it works ×250$/)]);
  });
});
