import type { AgentSnapshot, OrchestraEvent, Snapshot } from '../../protocol/index.ts';

/** The snapshot as it is after an event, as far as the event tells. What it does not tell comes with the next snapshot. */
export function follow(snapshot: Snapshot, event: OrchestraEvent): Snapshot {
  if (event.agent === null || (event.seq !== 0 && event.seq <= snapshot.seq)) return snapshot;
  const agents = snapshot.agents.map((agent) => (agent.name === event.agent ? after(agent, event) : agent));
  return { ...snapshot, agents };
}

function after(agent: AgentSnapshot, event: OrchestraEvent): AgentSnapshot {
  switch (event.type) {
    case 'agent.state':
      return { ...agent, state: event.data.to, detail: event.data.detail, state_since: event.time };
    case 'agent.activity':
      return { ...agent, activity: event.data.to, activity_since: event.time };
    case 'agent.started':
      return { ...agent, pid: event.data.pid, incarnation: event.data.incarnation };
    case 'agent.exited':
      return { ...agent, pid: null, cpu: null, memory: null };
    default:
      return agent;
  }
}
