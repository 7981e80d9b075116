import type { Activity, ActivitySource } from '../protocol/index.ts';
import type { DialogKind, Driver, Reading } from './driver.ts';

/** What is told about an agent, each by whoever knows it. Title and screen come together in a `screen` reading; `title` alone is a faster hint. */
export type ActivitySignal =
  | { readonly kind: 'started' | 'submitted' | 'exited' }
  | { readonly kind: 'hook' | 'report'; readonly activity: Activity }
  /** `at`: when the line was written, monotonic milliseconds. It is read later, and must not undo what was heard meanwhile. */
  | { readonly kind: 'transcript'; readonly activity: 'busy' | 'idle'; readonly at: number }
  | { readonly kind: 'title'; readonly title: string }
  | { readonly kind: 'screen'; readonly reading: Reading };

interface Claim {
  readonly activity: Activity;
  readonly by: ActivitySource;
  /** Monotonic, milliseconds. */
  readonly at: number;
}

/** Equal readings of the screen in a row. */
interface Streak {
  readonly activity: Activity;
  readonly by: 'title' | 'screen';
  readonly dialog: DialogKind | null;
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

export interface ActivityState {
  readonly activity: Activity;
  readonly by: ActivitySource;
  readonly dialog: DialogKind | null;
  /** Since when, monotonic milliseconds. */
  readonly since: number;
  /** The newest word of the agent itself: its report, its hook, its transcript, or that a message was submitted to it. */
  readonly claim: Claim | null;
  readonly streak: Streak | null;
}

export const FIRST_ACTIVITY: ActivityState = {
  activity: 'unknown',
  by: 'screen',
  dialog: null,
  since: 0,
  claim: null,
  streak: null,
};

/** What the screen says must stand for so long, in two readings, before it ends a turn: between two of its steps a CLI looks idle. */
const SETTLED = 200;
/** A screen is drawn after the hook ran: only what stood there this much later contradicts it. */
const DRAWN = 700;
/** A turn that was interrupted ends without a hook (Claude's Stop does not fire): so long after the last one the screen decides. */
const UNHEARD = 1_000;

/**
 * One signal into what an agent is doing. Pure; `now` is monotonic, milliseconds. Order of trust: the agent's report and hooks, its transcript, its
 * title, its screen. A dialog on the screen outranks them all, and `idle` always takes two that agree.
 */
export function activityStep(state: ActivityState, signal: ActivitySignal, now: number, driver: Driver): ActivityState {
  switch (signal.kind) {
    case 'started':
    case 'exited':
      return { ...FIRST_ACTIVITY, since: now };
    case 'submitted':
      return settle({ ...state, claim: { activity: 'busy', by: 'screen', at: now }, streak: null }, now);
    case 'hook':
    case 'report':
      return settle({ ...state, claim: { activity: signal.activity, by: signal.kind, at: now } }, now);
    case 'transcript':
      if (isStale(signal.at, state.claim)) return state;
      return settle(
        { ...state, claim: { activity: signal.activity, by: 'transcript', at: Math.min(signal.at, now) } },
        now,
      );
    case 'title': {
      const sign = driver.signs.find(({ at, match }) => at === 'title' && match.test(signal.title));
      if (sign === undefined || sign.means === 'idle') return state;
      return settle(
        {
          ...state,
          streak: follow(state.streak, { activity: sign.means, by: 'title', dialog: sign.dialog ?? null }, now),
        },
        now,
      );
    }
    case 'screen': {
      const { activity, by, dialog } = signal.reading;
      return settle({ ...state, streak: follow(state.streak, { activity, by, dialog }, now) }, now);
    }
  }
}

function follow(streak: Streak | null, seen: Pick<Streak, 'activity' | 'by' | 'dialog'>, now: number): Streak {
  if (streak === null || streak.activity !== seen.activity || streak.dialog !== seen.dialog)
    return { ...seen, first: now, last: now, count: 1 };
  return { ...streak, by: seen.by, last: now, count: streak.count + 1 };
}

function settle(state: ActivityState, now: number): ActivityState {
  const next = decide(state);
  if (next === null || (next.activity === state.activity && next.dialog === state.dialog)) return state;
  return { ...state, ...next, since: now };
}

type Decision = Pick<ActivityState, 'activity' | 'by' | 'dialog'>;

/** Written before somebody who is trusted more said something: the end of one turn must not end the next. Of its own lines the later one counts. */
const isStale = (at: number, claim: Claim | null): boolean =>
  claim !== null && (claim.by === 'transcript' ? at < claim.at : at <= claim.at);

/** @returns null while what was known before still stands */
function decide({ claim, streak }: ActivityState): Decision | null {
  if (streak !== null && isDialog(streak.activity)) return pick(streak);
  if (claim === null) return streak === null ? null : alone(streak);
  const word: Decision = {
    activity: claim.activity,
    by: claim.by,
    dialog: isDialog(claim.activity) ? claim.activity : null,
  };
  const settled = streak !== null && isSettled(streak);
  if (isDialog(claim.activity)) {
    // Answered, and nothing said so: the turn goes on until something else is known.
    return settled && streak.last > claim.at + DRAWN + SETTLED ? alone(streak) : word;
  }
  if (claim.activity === 'busy') {
    const unheard =
      settled && streak.activity !== 'unknown' && streak.first >= claim.at && streak.last > claim.at + UNHEARD;
    return unheard ? alone(streak) : word;
  }
  if (claim.activity !== 'idle') return word;
  // Its own word is believed with no screen to be read. A line may be old: never without a look that agrees.
  if (streak === null || streak.activity === 'unknown') return claim.by === 'transcript' ? null : word;
  if (streak.activity === 'idle') return streak.last > claim.at ? word : null;
  // It says that it waits and looks otherwise: what was drawn before it said so does not count.
  return streak.activity !== 'busy' || streak.last > claim.at + SETTLED ? alone(streak) : null;
}

const pick = ({ activity, by, dialog }: Decision): Decision => ({ activity, by, dialog });
/** What the screen alone says: busy at once, everything else once it has settled. */
const alone = (streak: Streak): Decision | null =>
  streak.activity === 'busy' || isSettled(streak) ? pick(streak) : null;
const isSettled = ({ count, first, last }: Streak): boolean => count >= 2 && last - first >= SETTLED;
const isDialog = (activity: Activity): activity is 'approval' | 'question' =>
  activity === 'approval' || activity === 'question';
