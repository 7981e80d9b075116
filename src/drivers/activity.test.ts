import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Activity } from '../protocol/index.ts';
import { type ActivitySignal, type ActivityState, activityStep, FIRST_ACTIVITY } from './activity.ts';
import { claude } from './claude.ts';
import type { Reading } from './index.ts';

const shows = (activity: Activity): ActivitySignal => {
  const dialog = activity === 'approval' || activity === 'question' ? activity : null;
  const composer = { kind: dialog === null ? 'empty' : 'none', text: '' } as const;
  const rest = { by: 'screen', composer, ready: true, past: 0, resetAt: null, line: '', known: true } as const;
  return { kind: 'screen', reading: { ...rest, activity, dialog } satisfies Reading };
};
const written = (activity: 'busy' | 'idle', at: number): ActivitySignal => ({ kind: 'transcript', activity, at });
const hook = (activity: Activity): ActivitySignal => ({ kind: 'hook', activity });

/** Signals with their moments, through to what is shown after each. */
function shown(...signals: readonly (readonly [number, ActivitySignal])[]): Activity[] {
  let state: ActivityState = FIRST_ACTIVITY;
  return signals.map(([at, signal]) => {
    state = activityStep(state, signal, at, claude);
    return state.activity;
  });
}

describe('activityStep', () => {
  test('busy at once, idle by two readings', () => {
    expect(shown([0, shows('busy')], [100, shows('idle')], [200, shows('idle')], [350, shows('idle')])).toEqual([
      'busy',
      'busy',
      'busy',
      'idle',
    ]);
  });

  test('an idle moment between two steps of a turn is not shown', () => {
    expect(shown([0, shows('busy')], [250, shows('idle')], [500, shows('busy')], [750, shows('idle')])).toEqual(
      Array(4).fill('busy'),
    );
  });

  test('a hook is believed over the screen, but an idle one waits for a look', () => {
    expect(shown([0, hook('busy')], [10, shows('idle')], [400, shows('idle')])).toEqual(['busy', 'busy', 'busy']);
    expect(shown([0, hook('busy')], [10, shows('busy')], [500, hook('idle')], [510, shows('idle')])).toEqual([
      'busy',
      'busy',
      'busy',
      'idle',
    ]);
  });

  test('a turn that was interrupted ends without a hook', () => {
    const signals = [0, 250, 500, 750, 1_000, 1_250].map((at) => [at, shows('idle')] as const);
    expect(shown([0, hook('busy')], ...signals).at(-1)).toBe('idle');
  });

  test('a turn that was interrupted ends with the line that says so, and a look that agrees', () => {
    expect(shown([0, hook('busy')], [400, shows('idle')], [410, written('idle', 390)])).toEqual([
      'busy',
      'busy',
      'idle',
    ]);
    expect(shown([0, hook('busy')], [380, shows('busy')], [410, written('idle', 390)], [500, shows('idle')])).toEqual([
      'busy',
      'busy',
      'busy',
      'idle',
    ]);
  });

  test('what the end of one turn left in the transcript does not end the next', () => {
    const looks = [200, 400].map((at) => [at, shows('idle')] as const);
    expect(shown([0, shows('busy')], [100, hook('busy')], [150, written('idle', 90)], ...looks)).toEqual(
      Array(5).fill('busy'),
    );
    expect(shown([100, { kind: 'submitted' }], [150, written('idle', 100)], ...looks).at(-1)).toBe('busy');
  });

  test('a dialog on the screen wins over every idle', () => {
    expect(shown([0, hook('idle')], [10, shows('idle')], [20, shows('approval')])).toEqual([
      'idle',
      'idle',
      'approval',
    ]);
    expect(shown([0, shows('question')], [10, hook('idle')], [20, { kind: 'report', activity: 'idle' }])).toEqual(
      Array(3).fill('question'),
    );
  });

  test('a hook tells of a dialog before it is drawn, and the screen of its end', () => {
    const looks = [1_000, 1_250].map((at) => [at, shows('busy')] as const);
    expect(shown([0, hook('busy')], [100, hook('approval')], [150, shows('busy')], ...looks)).toEqual([
      'busy',
      'approval',
      'approval',
      'approval',
      'busy',
    ]);
  });

  test('a message that was submitted makes it busy until it is seen to wait again', () => {
    const looks = [100, 350, 600, 850, 1_100].map((at) => [at, shows('idle')] as const);
    expect(shown([0, { kind: 'submitted' }], ...looks)).toEqual(['busy', 'busy', 'busy', 'busy', 'busy', 'idle']);
  });

  test('a start forgets what was known, a title hints at work', () => {
    expect(shown([0, shows('approval')], [5, { kind: 'started' }], [9, { kind: 'title', title: '⠐ Claude' }])).toEqual([
      'approval',
      'unknown',
      'busy',
    ]);
  });

  test('limits, errors and unknown screens take two readings', () => {
    for (const activity of ['limited', 'error', 'unknown'] as const)
      expect(shown([0, shows('busy')], [100, shows(activity)], [400, shows(activity)])).toEqual([
        'busy',
        'busy',
        activity,
      ]);
  });
});

/** Signals in the order they arrive, each some time after the one before. */
const arrivals = fc.array(
  fc.record({
    after: fc.integer({ min: 1, max: 900 }),
    what: fc.oneof(
      fc.constantFrom<Activity>('idle', 'busy', 'approval').map(hook),
      fc.constantFrom<Activity>('idle', 'busy', 'approval', 'unknown').map(shows),
      fc.constant<ActivitySignal>({ kind: 'submitted' }),
      fc.tuple(fc.constantFrom('idle', 'busy'), fc.integer({ min: 0, max: 2_000 })),
    ),
  }),
  { maxLength: 30 },
);

describe('the order of trust', () => {
  const timed = (all: readonly { readonly after: number; readonly what: unknown }[]) => {
    let now = 10_000;
    return all.map(({ after, what }) => {
      now += after;
      if (!Array.isArray(what)) return { now, signal: what as ActivitySignal };
      const [activity, age] = what as ['idle' | 'busy', number];
      return { now, signal: written(activity, now - age) };
    });
  };

  test('a line that was written before an agent or a submission spoke changes nothing, as if it had never been read', () => {
    fc.assert(
      fc.property(arrivals, (all) => {
        let state: ActivityState = FIRST_ACTIVITY;
        let spoke = Number.NEGATIVE_INFINITY;
        for (const { now, signal } of timed(all)) {
          const after = activityStep(state, signal, now, claude);
          if (signal.kind === 'transcript' && signal.at <= spoke) expect(after).toBe(state);
          if (signal.kind === 'hook' || signal.kind === 'submitted') spoke = now;
          state = after;
        }
      }),
    );
  });

  test('no line makes an agent idle whose screen shows that it works or asks', () => {
    fc.assert(
      fc.property(arrivals, (all) => {
        let state: ActivityState = FIRST_ACTIVITY;
        let seen: Activity = 'unknown';
        for (const { now, signal } of timed(all)) {
          const before = state.activity;
          state = activityStep(state, signal, now, claude);
          if (signal.kind === 'screen') seen = signal.reading.activity;
          if (signal.kind === 'transcript' && before !== 'idle' && (seen === 'busy' || seen === 'approval'))
            expect(state.activity).not.toBe('idle');
        }
      }),
    );
  });

  test('a hook and a dialog on the screen outrank every line', () => {
    fc.assert(
      fc.property(arrivals, (all) => {
        let state: ActivityState = FIRST_ACTIVITY;
        for (const { now, signal } of timed(all)) {
          state = activityStep(state, signal, now, claude);
          if (signal.kind === 'screen' && signal.reading.dialog !== null) expect(state.activity).toBe('approval');
          if (signal.kind === 'hook') expect(state.claim).toMatchObject({ by: 'hook', activity: signal.activity });
        }
      }),
    );
  });
});

/** What an agent truly does: pieces of time, each with what its hooks fail to say. */
const piece = fc.record({
  activity: fc.constantFrom<Activity>('idle', 'busy', 'approval'),
  lasts: fc.integer({ min: 300, max: 6_000 }),
  unheard: fc.boolean(),
  late: fc.integer({ min: 0, max: 150 }),
  /** How late its line is read; null: none is written. */
  read: fc.option(fc.integer({ min: 0, max: 1_500 })),
});
const LOOK = 250;

describe('against the truth', () => {
  test('no wrong idle lasts longer than a second, and no dialog is shown as idle once it was looked at', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        fc.array(fc.nat({ max: 400 })),
        (pieces, hooks, flickers) => {
          const events: { at: number; signal: ActivitySignal; truth: Activity }[] = [];
          let at = 0;
          for (const { activity, lasts, unheard, late, read } of pieces) {
            if (hooks && !unheard) events.push({ at: at + late, signal: hook(activity), truth: activity });
            if (read !== null && activity !== 'approval')
              events.push({
                at: at + read,
                signal: written(activity === 'idle' ? 'idle' : 'busy', at),
                truth: activity,
              });
            for (let look = Math.ceil(at / LOOK) * LOOK; look < at + lasts; look += LOOK) {
              // Now and then a CLI that works looks idle for a moment.
              const flickers_ =
                activity === 'busy' &&
                flickers.includes((look / LOOK) % 400) &&
                !flickers.includes((look / LOOK - 1) % 400);
              events.push({ at: look, signal: shows(flickers_ ? 'idle' : activity), truth: activity });
            }
            at += lasts;
          }
          events.sort((a, b) => a.at - b.at);
          const truthAt = (time: number): Activity => {
            let end = 0;
            return pieces.find(({ lasts }) => (end += lasts) > time)?.activity ?? 'idle';
          };
          let state: ActivityState = FIRST_ACTIVITY;
          let wrongSince: number | null = null;
          for (const { at: now, signal } of events) {
            state = activityStep(state, signal, now, claude);
            const truth = truthAt(now);
            const wrong = state.activity === 'idle' && truth !== 'idle';
            if (signal.kind === 'screen' && truth === 'approval') expect(state.activity).toBe('approval');
            wrongSince = wrong ? (wrongSince ?? now) : null;
            if (wrongSince !== null) expect(now - wrongSince).toBeLessThanOrEqual(1_000);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
