import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentSpec } from '../../test/support/agent-spec.ts';
import type { RestartPolicy } from '../protocol/index.ts';
import { Story } from '../../test/support/story.ts';
import { step } from './machine.ts';
import { type Machine, mayHaveProcess, nextDeadline, type Signal } from './phase.ts';

describe('a held account', () => {
  const held = (story: Story): Story => {
    const exit = { kind: 'exited', incarnation: story.machine.incarnation, code: 1, class: 'failure' } as const;
    story.machine = step(story.machine, exit, {
      spec: story.spec,
      now: story.now,
      wall: story.now,
      random: 0,
      held: 'its account is at its limit',
    }).machine;
    return story;
  };

  it('is waited for without a start, and its end counts as no death', () => {
    const story = new Story({
      restart: { ...agentSpec().restart, healthyAfter: 10, breaker: { exits: 1, within: 9e9, retry: null } },
    });
    for (let round = 0; round < 5; round++) {
      held(story.up().at(1_000));
      expect(story.state).toBe('held');
      expect(nextDeadline(story.machine, story.spec.restart)).toBeNull();
      story.tell({ kind: 'release' });
      expect(story.state).toBe('starting/waiting');
      story.tell({ kind: 'dependencies-met' }, { kind: 'prepared' });
      story.tell({ kind: 'started', incarnation: story.machine.incarnation });
    }
    expect(story.machine.restarts).toBe(0);
  });

  it('can be stopped, and started by a person', () => {
    expect(held(new Story().up()).tell({ kind: 'stop' }).state).toBe('stopped');
    expect(held(new Story().up()).tell({ kind: 'start', reason: 'asked' }).state).toBe('starting/waiting');
  });

  it('does not bring back what its policy lets end', () => {
    const restart = { ...agentSpec().restart, policy: 'never', healthyAfter: 10 } as const;
    expect(held(new Story({ restart }).up()).state).toBe('stopped');
  });
});

describe('a life', () => {
  it('starts, dies and starts again', () => {
    const story = new Story().up();
    expect(story.state).toBe('running');
    story.at(5).dies();
    expect(story.state).toBe('starting/preparing');
    story.tell({ kind: 'prepared' }, { kind: 'started', incarnation: 2 });
    expect(story.state).toBe('running');
    expect(story.machine).toMatchObject({ incarnation: 2, restarts: 1 });
  });

  it('is not ready in time: it goes down the ladder and counts as a death', () => {
    const story = new Story({ ready: { kind: 'delay', delay: 1, timeout: 500 } }).up();
    expect(story.state).toBe('starting/probing');
    story.at(501).tell({ kind: 'tick' });
    expect(story.state).toBe('stopping');
    story.dies().tell({ kind: 'tree-gone' });
    expect(story.state).toBe('starting/preparing');
    // A restart is one that came about: only those are in the journal, which the next controller counts.
    expect(story.machine.restarts).toBe(0);
    story.tell({ kind: 'prepared' }, { kind: 'started', incarnation: 2 });
    expect(story.machine.restarts).toBe(1);
  });

  it('a stop outranks a restart in flight, and a restart does not bring a stopping one back', () => {
    const story = new Story()
      .up()
      .tell({ kind: 'restart', reason: 'asked' }, { kind: 'stop' }, { kind: 'restart', reason: 'asked' });
    story.dies().tell({ kind: 'tree-gone' });
    expect(story.state).toBe('stopped');
  });

  it('a start after a stop is not lost', () => {
    const story = new Story()
      .up()
      .tell({ kind: 'stop' }, { kind: 'start', reason: 'asked' })
      .dies()
      .tell({ kind: 'tree-gone' });
    expect(story.state).toBe('starting/waiting');
  });

  it('takes one rung after the other, and the last again and again', () => {
    const story = new Story().up().tell({ kind: 'stop' });
    for (let rung = 0; rung < 5; rung++) story.at(100).tell({ kind: 'tick' });
    expect(story.kinds().filter((kind) => kind === 'keys' || kind.startsWith('SIG'))).toEqual([
      'keys',
      'SIGINT',
      'SIGTERM',
      'SIGKILL',
      'SIGKILL',
      'SIGKILL',
    ]);
  });

  it('is over only when nothing of the tree is left', () => {
    const story = new Story().up().tell({ kind: 'stop' }, { kind: 'tree-gone' });
    expect(story.state).toBe('stopping');
    story.dies();
    expect(story.state).toBe('stopping');
    expect(
      story
        .dies()
        .kinds()
        .filter((kind) => kind === 'agent.exited'),
    ).toHaveLength(1);
    expect(story.tell({ kind: 'tree-gone' }).state).toBe('stopped');
  });

  it('what cannot be prepared waits a while, also with no back-off', () => {
    const story = new Story({ restart: { ...agentSpec().restart, healthyAfter: 0 } });
    story.tell(
      { kind: 'start', reason: 'up' },
      { kind: 'dependencies-met' },
      { kind: 'prepare-failed', message: 'no pane' },
    );
    expect(story.state).toBe('backoff');
    expect(nextDeadline(story.machine, story.spec.restart)).toBeGreaterThanOrEqual(1000);
  });

  it('what never started has no end', () => {
    const story = new Story().tell({ kind: 'start', reason: 'up' }, { kind: 'dependencies-met' }, { kind: 'prepared' });
    story.tell({ kind: 'exited', incarnation: 1, code: null, class: 'shim-lost' });
    expect(story.kinds()).not.toContain('agent.exited');
    expect(story.state).toBe('starting/preparing');
  });

  it('a signal about another incarnation means nothing', () => {
    const story = new Story().up();
    const { machine } = story;
    for (const incarnation of [0, 2, 7])
      story.tell(
        { kind: 'exited', incarnation, code: 1, class: 'failure' },
        { kind: 'ready', incarnation },
        { kind: 'started', incarnation },
      );
    expect(story.machine).toBe(machine);
  });
});

// ---- any sequence of signals ------------------------------------------------------------------------------------------

const KINDS = [
  'start',
  'stop',
  'restart',
  'dependencies-met',
  'prepared',
  'prepare-failed',
  'started',
  'ready',
  'exited',
  'exited-old',
  'lost',
  'unfit',
  'renew',
  'files',
  'tree-gone',
  'tick',
] as const;

function signalOf(kind: (typeof KINDS)[number], { incarnation }: Machine): Signal {
  switch (kind) {
    case 'start':
      return { kind, reason: 'asked' };
    case 'restart':
      return { kind, reason: 'asked' };
    case 'prepare-failed':
      return { kind, message: 'x' };
    case 'started':
    case 'ready':
      return { kind, incarnation };
    case 'exited':
      return { kind, incarnation, code: 1, class: 'failure' };
    case 'exited-old':
      return { kind: 'exited', incarnation: incarnation - 1, code: 1, class: 'failure' };
    case 'lost':
      return { kind: 'exited', incarnation, code: null, class: 'shim-lost' };
    case 'unfit':
      return { kind, fault: 'memory', detail: 'x' };
    case 'renew':
      return { kind, reason: 'schedule', detail: 'x' };
    case 'files':
      return { kind: 'renew', reason: kind, detail: 'x' };
    case 'stop':
    case 'dependencies-met':
    case 'prepared':
    case 'tree-gone':
    case 'tick':
      return { kind };
  }
}

const specs = fc.record({
  policy: fc.constantFrom('always', 'on-failure', 'never'),
  backoff: fc.constantFrom(null, { initial: 100, max: 1000, factor: 2, jitter: 0.2, resetAfter: 1000 }),
  breaker: fc.constantFrom(
    null,
    { exits: 3, within: 10_000, retry: null },
    { exits: 3, within: 10_000, retry: { after: 500, factor: 2, max: 1_000 } },
  ),
  maxAge: fc.constantFrom(null, 2_000),
  ready: fc.constantFrom(null, { kind: 'delay', delay: 1, timeout: 500 } as const),
});
const stories = fc.array(fc.tuple(fc.constantFrom(...KINDS), fc.constantFrom(0, 0, 1, 50, 100, 1000, 30_000)), {
  maxLength: 80,
});

/** What must hold in every state that can be reached. */
function check(machine: Machine, restart: RestartPolicy): void {
  const { phase, pending, startedAt } = machine;
  expect(pending && startedAt !== null, 'both told to start and started').toBe(false);
  if (phase.state === 'running') expect(startedAt).not.toBeNull();
  if (phase.state === 'starting' && phase.step === 'probing') expect(startedAt).not.toBeNull();
  if (phase.state === 'starting' && phase.step === 'launching') expect(pending).toBe(true);
  if (!mayHaveProcess(machine)) expect([pending, startedAt]).toEqual([false, null]);
  // Time or a fact leads out of every state but those that are meant to last.
  const lasting =
    ['stopped', 'held'].includes(phase.state) ||
    (phase.state === 'running' && restart.maxAge === null && !machine.deaths.trial) ||
    (phase.state === 'broken' && phase.until === null) ||
    (phase.state === 'starting' && phase.step === 'waiting');
  expect(machine.deaths.trial && machine.deaths.trips === 0, 'a trial of a breaker that never opened').toBe(false);
  expect(nextDeadline(machine, restart) === null).toBe(lasting);
}

describe('any story', () => {
  it('reaches no impossible state, launches one at a time, counts up, and never after the policy said no', () =>
    fc.assert(
      fc.property(specs, stories, ({ ready, ...restart }, signals) => {
        const story = new Story({ ready, restart: { ...agentSpec().restart, ...restart } });
        let alive = 0; // launched and not ended
        for (const [kind, wait] of signals) {
          const before = story.machine;
          story.at(wait).effects = [];
          story.tell(signalOf(kind, before));
          check(story.machine, story.spec.restart);
          if ((kind === 'exited' || kind === 'lost') && mayHaveProcess(before)) alive = 0;
          for (const effect of story.effects) {
            if (effect.kind !== 'launch') continue;
            expect(alive, 'launched while the one before may live').toBe(0);
            expect(effect.incarnation).toBe(before.incarnation + 1);
            alive++;
          }
          const died =
            (kind === 'exited' || kind === 'lost') && before.phase.state !== 'stopping' && mayHaveProcess(before);
          if (died && restart.policy === 'never') expect(story.state).toBe('stopped');
        }
      }),
      { numRuns: 500 },
    ));

  it('with a stop at its end comes to rest, and nothing is launched after', () =>
    fc.assert(
      fc.property(specs, stories, ({ ready, ...restart }, signals) => {
        const story = new Story({ ready, restart: { ...agentSpec().restart, ...restart } });
        for (const [kind, wait] of signals) story.at(wait).tell(signalOf(kind, story.machine));
        story.effects = [];
        story.tell({ kind: 'stop' });
        for (let round = 0; round < 12 && story.state !== 'stopped'; round++) {
          story
            .at(200)
            .tell(
              { kind: 'restart', reason: 'asked' },
              { kind: 'dependencies-met' },
              { kind: 'prepared' },
              { kind: 'tick' },
            );
          // What was told to start comes to life in the middle of it, and is killed.
          if (round === 3) story.tell({ kind: 'started', incarnation: story.machine.incarnation });
          if (round === 6) story.dies();
          if (round > 6) story.tell({ kind: 'tree-gone' });
        }
        if (story.effects.some(({ kind }) => kind === 'rung')) expect(story.kinds()).not.toContain('launch');
        else expect(story.kinds().slice(0, 1)).toEqual(story.kinds().includes('agent.state') ? ['agent.state'] : []);
      }),
      { numRuns: 300 },
    ));

  it('ends each deadline: a tick at its time changes the machine', () =>
    fc.assert(
      fc.property(specs, stories, ({ ready, ...restart }, signals) => {
        const story = new Story({ ready, restart: { ...agentSpec().restart, ...restart } });
        for (const [kind, wait] of signals) {
          story.at(wait).tell(signalOf(kind, story.machine));
          const due = nextDeadline(story.machine, story.spec.restart);
          if (due === null) continue;
          const { machine } = step(
            story.machine,
            { kind: 'tick' },
            { spec: story.spec, now: due, wall: due, random: 0, held: null },
          );
          expect(machine).not.toBe(story.machine);
          const next = nextDeadline(machine, story.spec.restart);
          if (next !== null) expect(next).toBeGreaterThan(due);
        }
      }),
    ));
});

describe('the words of a start', () => {
  const detail = ({ machine: { phase } }: Story): string => ('detail' in phase ? phase.detail : '');

  it('name what is waited for, and nothing where there is nothing', () => {
    expect(detail(new Story().tell({ kind: 'start', reason: 'asked' }))).toBe('starts');
    const dependsOn = [{ agent: 'kaede', condition: 'ready' as const }];
    expect(detail(new Story({ dependsOn }).tell({ kind: 'start', reason: 'asked' }))).toBe('waits for kaede (ready)');
  });

  it('tell after which end a wait is over', () => {
    const backoff = { initial: 1_000, max: 1_000, factor: 2, jitter: 0, resetAfter: 60_000 };
    const story = new Story({ restart: { ...agentSpec().restart, backoff } }).up().dies();
    expect(story.state).toBe('backoff');
    expect(detail(story.at(600_000).tell({ kind: 'tick' }))).toBe('starts again after: exit 1');
  });
});
