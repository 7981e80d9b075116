import { formatDuration } from '../../base/index.ts';
import type { AgentSnapshot } from '../../protocol/index.ts';
import { stateSign } from '../../view/index.ts';
import type { Tone } from '../frame.ts';
import { shortAge } from '../text.ts';
import { TONE_OF } from '../tone.ts';

/** The sign of what matters most: a state that is no running one, else what the agent does. */
export function signOf({ state, activity, paused }: AgentSnapshot, unicode: boolean): string {
  if (state !== 'running') return unicode ? stateSign(state).sign : stateSign(state).ascii;
  if (activity === 'approval') return unicode ? '▲' : '!';
  if (activity === 'question') return '?';
  if (activity === 'error') return unicode ? '✖' : 'x';
  if (paused) return unicode ? '‖' : '=';
  if (activity === 'idle') return unicode ? '○' : 'o';
  return unicode ? '●' : '*';
}

/** What it stands for, as a colour. */
export function toneOf({ state, activity, paused }: AgentSnapshot): Tone {
  if (state !== 'running') return TONE_OF[stateSign(state).ink];
  if (activity === 'approval' || activity === 'question') return 'ask';
  if (activity === 'error') return 'bad';
  if (paused) return 'warn';
  if (activity === 'limited') return 'warn';
  return activity === 'idle' ? 'dim' : 'good';
}

export const activityTone = (agent: AgentSnapshot): Tone =>
  agent.state === 'running' && agent.activity === 'idle' && !agent.paused ? 'plain' : toneOf(agent);

/** `busy  0:42`, `approval 2m`, `held → 17:05`, `backoff 4s`, `broken`. */
export function activityText(agent: AgentSnapshot, now: number, grown: number): string {
  const { state, activity, next_start, held_until, paused } = agent;
  if (state === 'backoff' && next_start !== null) return `again in ${formatDuration(Math.max(0, next_start - grown))}`;
  if (state === 'held' && held_until !== null) return `held → ${clockTime(held_until)}`;
  if (state !== 'running') return state;
  const word = activity === 'unknown' ? 'running' : activity;
  const since = now - Date.parse(activity === 'unknown' ? agent.state_since : agent.activity_since);
  const age =
    Number.isFinite(since) && since >= 1_000 && activity !== 'idle' && activity !== 'unknown'
      ? ` ${shortAge(since)}`
      : '';
  return `${paused ? 'paused, ' : ''}${word}${age}`;
}

/** ISO 8601 as the reader's hour and minute. */
const clockTime = (iso: string): string => {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? '?'
    : `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
};
