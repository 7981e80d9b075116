import type { AgentSnapshot, OrchestraEvent, Snapshot } from '../../protocol/index.ts';

/** The snapshot as it is after an event, as far as the event tells. What it does not tell comes with the next snapshot. */
export function follow(snapshot: Snapshot, event: OrchestraEvent): Snapshot {
  if (event.agent === null || (event.seq !== 0 && event.seq <= snapshot.seq)) return snapshot;
  const at = snapshot.agents.findIndex(({ name }) => name === event.agent);
  const before = snapshot.agents[at];
  if (before === undefined) return snapshot;
  const now = after(before, event);
  // Most events are about messages: a snapshot that is the same object is known to be the same crew.
  return now === before ? snapshot : { ...snapshot, agents: snapshot.agents.with(at, now) };
}

function after(agent: AgentSnapshot, event: OrchestraEvent): AgentSnapshot {
  switch (event.type) {
    case 'agent.state':
      return { ...agent, state: event.data.to, detail: event.data.detail, state_since: event.time, asks: null };
    case 'agent.activity':
      // What it asks now is told by the next snapshot.
      return { ...agent, activity: event.data.to, activity_since: event.time, asks: null };
    case 'agent.started':
      return { ...agent, pid: event.data.pid, incarnation: event.data.incarnation };
    case 'agent.exited':
      return { ...agent, pid: null, cpu: null, memory: null };
    default:
      return withMailCounts(agent, event);
  }
}

type Counts = AgentSnapshot['mail'];

/** What an event about a message does to the counts of its recipient, as far as it tells: acknowledged mail may be answered later, or never was told of. */
function withMailCounts(agent: AgentSnapshot, event: OrchestraEvent): AgentSnapshot {
  const moved = (queued: number, inFlight: number, dead = 0): AgentSnapshot => ({
    ...agent,
    mail: counted(agent.mail, queued, inFlight, dead),
  });
  switch (event.type) {
    case 'message.queued':
      return moved(1, 0);
    case 'message.delivering':
      return moved(-1, 1);
    case 'message.retried':
    case 'message.deferred':
      return moved(1, -1);
    case 'message.over':
    case 'message.acked':
    case 'message.answered':
      return without(moved(0, -1), event.data.id);
    case 'message.dead':
      return without(
        LEFT_WAITING.has(event.data.reason) && agent.mail.queued > 0 ? moved(-1, 0, 1) : moved(0, -1, 1),
        event.data.id,
      );
    case 'message.redriven':
      return moved(1, 0, -1);
    default:
      return agent;
  }
}

/** Reasons to give up what was not yet handed over. */
const LEFT_WAITING: ReadonlySet<string> = new Set(['expired', 'purged']);

const counted = (mail: Counts, queued: number, inFlight: number, dead: number): Counts => ({
  queued: Math.max(0, mail.queued + queued),
  inFlight: Math.max(0, mail.inFlight + inFlight),
  dead: Math.max(0, mail.dead + dead),
});

/** The task that is settled is in hand no more. Which is next, the next snapshot says. */
const without = (agent: AgentSnapshot, id: string): AgentSnapshot =>
  agent.task?.id === id ? { ...agent, task: null } : agent;
