import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Activity } from '../protocol/index.ts';
import { type ActivitySignal, type ActivityState, activityStep, FIRST_ACTIVITY } from './activity.ts';
import { claude } from './claude.ts';
import type { Reading } from './index.ts';

const shows = (activity: Activity): ActivitySignal => {
  const dialog = activity === 'approval' || activity === 'question' ? activity : null;
  const composer = { kind: dialog === null ? 'empty' : 'none', text: '' } as const;
  const rest = { by: 'screen', composer, ready: true, resetAt: null, line: '', known: true } as const;
  return { kind: 'screen', reading: { ...rest, activity, dialog } satisfies Reading };
};
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

/** What an agent truly does: pieces of time, each with what its hooks fail to say. */
const piece = fc.record({
  activity: fc.constantFrom<Activity>('idle', 'busy', 'approval'),
  lasts: fc.integer({ min: 300, max: 6_000 }),
  unheard: fc.boolean(),
  late: fc.integer({ min: 0, max: 150 }),
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
          for (const { activity, lasts, unheard, late } of pieces) {
            if (hooks && !unheard) events.push({ at: at + late, signal: hook(activity), truth: activity });
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
