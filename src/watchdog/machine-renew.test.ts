import { describe, expect, it } from 'vitest';
import { agentSpec } from '../../test/support/agent-spec.ts';
import { Story } from '../../test/support/story.ts';
import { nextDeadline } from './phase.ts';
import { NO_DEATHS } from './restart-policy.ts';

describe('a breaker with a retry', () => {
  const restart = {
    ...agentSpec().restart,
    breaker: { exits: 2, within: 10_000, retry: { after: 1_000, factor: 2, max: 8_000 } },
  };
  const broken = (): Story => {
    const story = new Story({ restart }).up().dies();
    return story.tell({ kind: 'prepared' }, { kind: 'started', incarnation: 2 }).dies();
  };
  const tried = (story: Story): Story =>
    story.tell({ kind: 'tick' }, { kind: 'prepared' }, { kind: 'started', incarnation: story.machine.incarnation + 1 });
  const turns = (story: Story): unknown[] =>
    story.effects.flatMap((effect) =>
      effect.kind === 'emit' && effect.event.type === 'agent.breaker' ? [effect.event.data] : [],
    );

  it('tries once, stays down longer when that fails, and says so', () => {
    const story = broken();
    expect(story.state).toBe('broken');
    expect(story.at(999).tell({ kind: 'tick' }).state).toBe('broken');
    expect(tried(story.at(1)).state).toBe('running');
    expect(story.dies().state).toBe('broken');
    expect(nextDeadline(story.machine, restart)).toBe(story.now + 2_000);
    expect(turns(story)).toEqual([
      { is: 'open', trips: 1, retry: 1_000 },
      { is: 'trial', trips: 1, retry: null },
      { is: 'open', trips: 2, retry: 2_000 },
    ]);
  });

  it('closes when the trial lives, and forgets the deaths', () => {
    const story = tried(broken().at(1_000)).at(5_000).tell({ kind: 'tick' });
    expect([story.state, story.machine.deaths]).toEqual(['running', NO_DEATHS]);
    expect(turns(story).at(-1)).toEqual({ is: 'closed', trips: 1, retry: null });
  });

  it('closes by a person, and by a change of files', () => {
    for (const signal of [
      { kind: 'restart', reason: 'asked' },
      { kind: 'renew', reason: 'files', detail: 'a.js changed' },
    ] as const) {
      const story = broken().tell(signal);
      expect([story.state, story.machine.deaths]).toEqual(['starting/waiting', NO_DEATHS]);
    }
  });
});

describe('a start for another reason than a death', () => {
  it.each(['schedule', 'files', 'dependency', 'rolling'] as const)(
    'by %s ends what runs and starts anew, which is no death',
    (reason) => {
      const story = new Story().up().tell({ kind: 'renew', reason, detail: 'x' });
      expect(story.state).toBe('stopping');
      expect(story.dies().tell({ kind: 'tree-gone' }).state).toBe('starting/waiting');
      expect([story.machine.deaths, story.machine.restarts]).toEqual([NO_DEATHS, 0]);
    },
  );

  it('does nothing to what is down, or not launched yet', () => {
    for (const story of [new Story(), new Story().tell({ kind: 'start', reason: 'up' })]) {
      const before = story.machine;
      expect(story.tell({ kind: 'renew', reason: 'schedule', detail: 'x' }).machine).toBe(before);
    }
  });

  it('comes when it has run for as long as it may', () => {
    const story = new Story({ restart: { ...agentSpec().restart, maxAge: 60_000 } }).up();
    expect(story.at(59_999).tell({ kind: 'tick' }).state).toBe('running');
    expect(story.at(1).tell({ kind: 'tick' }).state).toBe('stopping');
    story.dies().tell({ kind: 'tree-gone' });
    expect(story.machine.phase).toMatchObject({ state: 'starting', reason: 'max-age' });
  });
});
