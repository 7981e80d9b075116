import { plainLine } from '../../base/index.ts';
import type { AgentSnapshot } from '../../protocol/index.ts';
import type { State } from './state.ts';

/** Agents of the newest snapshot that the filter lets through, in the order of the file. */
export function shownAgents({ snapshot, filter }: State): readonly AgentSnapshot[] {
  const agents = snapshot?.agents ?? [];
  const wanted = filter.trim().toLowerCase();
  if (wanted === '') return agents;
  return agents.filter((agent) =>
    [agent.name, plainLine(agent.display), agent.type, agent.state, agent.activity, agent.role, ...agent.skills].some(
      (word) => word.toLowerCase().includes(wanted),
    ),
  );
}

export const agentOf = ({ snapshot, selected }: State): AgentSnapshot | null =>
  snapshot?.agents.find(({ name }) => name === selected) ?? null;

/** Messages that wait to be handed to an agent; what waits for the person is none of them. */
export const queuedOf = ({ snapshot }: State): number =>
  (snapshot?.agents ?? []).reduce((sum, { mail }) => sum + mail.queued, 0);

/** Why an agent waits for a person. */
export type WaitKind = 'approval' | 'question' | 'held' | 'broken';

export interface Waiting {
  readonly agent: AgentSnapshot;
  readonly kind: WaitKind;
  /** Milliseconds it has waited. */
  readonly since: number;
}

/** Who waits for a person, the longest first. */
export function waitingOf({ snapshot, now }: State): readonly Waiting[] {
  const waiting = (snapshot?.agents ?? []).flatMap((agent): Waiting[] => {
    const kind = waitKind(agent);
    if (kind === null) return [];
    const from = Date.parse(kind === 'approval' || kind === 'question' ? agent.activity_since : agent.state_since);
    // A clock that was set back makes no negative ages.
    return [{ agent, kind, since: Number.isFinite(from) ? Math.max(0, now - from) : 0 }];
  });
  return waiting.sort((a, b) => b.since - a.since);
}

/** It asks, and its answer has to be typed: nobody knows the keys for it. */
export const mustType = ({ activity, state, asks }: AgentSnapshot): boolean =>
  state === 'running' && (activity === 'question' || (activity === 'approval' && asks?.answerable === false));

/** It asks, and `approve` and `deny` answer it. */
export const canApprove = (agent: AgentSnapshot): boolean =>
  agent.state === 'running' && agent.activity === 'approval' && !mustType(agent);

/** What it asks, or what it waits for. */
export const asksText = ({ asks, detail }: AgentSnapshot): string => plainLine(asks?.text || detail);

function waitKind({ state, activity }: AgentSnapshot): WaitKind | null {
  if (state === 'broken' || state === 'held') return state;
  if (state === 'running' && (activity === 'approval' || activity === 'question')) return activity;
  return null;
}
