import type { AgentSnapshot } from '../../protocol/index.ts';
import type { State } from './state.ts';

/** Milliseconds between two ticks: while an agent's screen is shown, while seconds are, and while nothing changes by itself. */
const LIVE = 200;
const SECONDS = 1_000;
const QUIET = 10_000;
/** Sooner than this nothing is asked again, ms. */
const LEAST = 100;
const MINUTE = 60_000;

/** Milliseconds until the next tick is due: as rarely as the picture allows, since every one of them makes it anew. */
export function untilTick(state: State): number {
  if (state.screen === 'agent' && state.agent.tab === 'screen') return LIVE;
  const pace = showsSeconds(state) ? SECONDS : QUIET;
  return Math.max(LEAST, Math.min(pace, state.refresh.due - state.now));
}

function showsSeconds({ link, toast, overlay, screen, snapshot, now }: State): boolean {
  if (link.kind !== 'live' || toast !== null || overlay !== null || screen !== 'crew') return true;
  return (snapshot?.agents ?? []).some((agent) => agesBySecond(agent, now));
}

/** Its line tells how many seconds something has lasted, or lasts still. */
function agesBySecond({ state, activity, state_since, activity_since }: AgentSnapshot, now: number): boolean {
  if (state !== 'running') return state !== 'stopped' && (state !== 'broken' || now - Date.parse(state_since) < MINUTE);
  if (now - Date.parse(state_since) < MINUTE) return true;
  return activity !== 'idle' && activity !== 'unknown' && now - Date.parse(activity_since) < MINUTE;
}
