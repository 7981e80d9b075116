import type { AgentSnapshot, SessionSpec } from '../protocol/index.ts';

/** Where one agent stands after `up`. */
export type Standing =
  | 'up' // running and ready
  | 'failed' // broken, dead and waiting for its next start, or ended badly just now and not to be started again
  | 'resting' // down as it should be: stopped by a person, or it did its work and ended; or held by something outside
  | 'blocked' // waits for an agent that failed or rests
  | 'coming';

/**
 * An agent without a readiness probe counts as running once it has run this long, milliseconds: a program that is not there or
 * refuses its arguments is dead by then, and `up` can say so.
 */
const STEADY = 50;

/**
 * Where each agent of the configuration stands. An agent the controller does not show yet is coming.
 * @param since wall clock at which `up` began, milliseconds: an end before it is history
 */
export function standings(
  spec: SessionSpec,
  agents: readonly AgentSnapshot[],
  since: number,
): ReadonlyMap<string, Standing> {
  const shown = new Map(agents.map((agent) => [agent.name, agent]));
  const found = new Map<string, Standing>();
  for (const { name, ready } of spec.agents) found.set(name, ownStanding(shown.get(name), since, ready === null));
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

function ownStanding(agent: AgentSnapshot | undefined, since: number, unprobed: boolean): Standing {
  switch (agent?.state) {
    case 'running':
      return unprobed && agent.uptime < STEADY ? 'coming' : 'up';
    case 'broken':
    case 'backoff':
      return 'failed';
    case 'held':
      return 'resting';
    case 'stopped':
      // Before its first start an agent is stopped too, and says no reason.
      if (endedBadly(agent, since)) return 'failed';
      return agent.detail !== '' || agent.incarnation > 0 ? 'resting' : 'coming';
    default:
      return 'coming';
  }
}

const endedBadly = ({ last_exit }: AgentSnapshot, since: number): boolean =>
  last_exit !== null && last_exit.class !== 'success' && Date.parse(last_exit.at) >= since;

/** Nothing more will happen by itself soon. */
export const isSettled = (all: ReadonlyMap<string, Standing>): boolean => ![...all.values()].includes('coming');

/** What became of an agent that a `start` or `restart` brought to run: `coming` until it has run long enough to say. */
export function afterStart(agent: AgentSnapshot, since: number): 'up' | 'failed' | 'coming' {
  const { state, uptime } = agent;
  if (state === 'broken' || state === 'backoff') return 'failed';
  if (state === 'stopped') return endedBadly(agent, since) ? 'failed' : 'up';
  return (state === 'running' && uptime < STEADY) || (state === 'starting' && endedBadly(agent, since))
    ? 'coming'
    : 'up';
}
