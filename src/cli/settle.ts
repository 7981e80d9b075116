import type { AgentSnapshot, SessionSpec } from '../protocol/index.ts';

/** Where one agent stands after `up`. */
export type Standing =
  | 'up' // running and ready
  | 'failed' // broken, or dead and waiting for its next start
  | 'resting' // down as it should be: stopped by a person, or it did its work and ended; or held by something outside
  | 'blocked' // waits for an agent that failed or rests
  | 'coming';

/** Where each agent of the configuration stands. An agent the controller does not show yet is coming. */
export function standings(spec: SessionSpec, agents: readonly AgentSnapshot[]): ReadonlyMap<string, Standing> {
  const shown = new Map(agents.map((agent) => [agent.name, agent]));
  const found = new Map<string, Standing>();
  for (const { name } of spec.agents) found.set(name, ownStanding(shown.get(name)));
  // A chain of dependencies as long as there are agents, at most.
  for (let changed = true; changed; ) {
    changed = false;
    for (const { name, dependsOn } of spec.agents) {
      const stuck = dependsOn.some(({ agent }) => isStuck(found.get(agent)));
      if (stuck && found.get(name) === 'coming' && shown.get(name)?.pid == null) {
        found.set(name, 'blocked');
        changed = true;
      }
    }
  }
  return found;
}

const isStuck = (standing: Standing | undefined): boolean =>
  standing === 'failed' || standing === 'resting' || standing === 'blocked';

function ownStanding(agent: AgentSnapshot | undefined): Standing {
  switch (agent?.state) {
    case 'running':
      return 'up';
    case 'broken':
    case 'backoff':
      return 'failed';
    case 'held':
      return 'resting';
    case 'stopped':
      // Before its first start an agent is stopped too, and says no reason.
      return agent.detail !== '' || agent.incarnation > 0 ? 'resting' : 'coming';
    default:
      return 'coming';
  }
}

/** Nothing more will happen by itself soon. */
export const isSettled = (all: ReadonlyMap<string, Standing>): boolean => ![...all.values()].includes('coming');
