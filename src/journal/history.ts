import type { Database } from '../platform/index.ts';
import type { Lifecycle, OrchestraEvent } from '../protocol/index.ts';
import { selectEvents } from './select.ts';

/** What a controller that comes back reads about one agent. */
export interface AgentHistory {
  /** The newest incarnation that started; 0 for none. */
  readonly incarnation: number;
  /** It started since the session came up. */
  readonly started: boolean;
  /** Starts since the session came up that followed a death. */
  readonly restarts: number;
  /** Wall-clock ms of the deaths since then, oldest first. */
  readonly deaths: readonly number[];
  /** The last state it was in, with its words; null when unknown. */
  readonly state: { readonly to: Lifecycle; readonly detail: string } | null;
  /** Incarnation that was ready last. */
  readonly ready: number;
  readonly lastExit: Extract<OrchestraEvent, { type: 'agent.exited' }> | null;
}

/** Deaths read back: a breaker that counts more exits than this is no breaker. */
const MOST_DEATHS = 200;

const NO_HISTORY: AgentHistory = {
  incarnation: 0,
  started: false,
  restarts: 0,
  deaths: [],
  state: null,
  ready: 0,
  lastExit: null,
};

/** Folds the events of one agent since the session came up. */
export function agentHistory(database: Database, agent: string): AgentHistory {
  if (database.prepare('SELECT 1 FROM event WHERE agent = ? LIMIT 1').get(agent) === undefined) return NO_HISTORY;
  // By position, not by time: a wall clock that was set back since would hide what came after.
  const up = selectEvents(database, { types: ['session.up'], last: 1 })[0]?.seq ?? 0;
  const pick = (type: string, last: number): OrchestraEvent[] =>
    selectEvents(database, { agent, types: [type], last }).filter((event) => event.seq >= up);
  const exits = pick('agent.exited', MOST_DEATHS);
  const state = pick('agent.state', 1)[0];
  const ready = pick('agent.ready', 1)[0];
  const started = selectEvents(database, { agent, types: ['agent.started'], last: 1 })[0];
  const restarts = database
    .prepare(
      `SELECT count(*) AS n FROM event WHERE agent = ? AND type = 'agent.started' AND seq >= ?
       AND json_extract(data, '$.reason') NOT IN ('up', 'asked', 'changed')`,
    )
    .get(agent, up);
  const last = exits.at(-1);
  return {
    incarnation: started?.type === 'agent.started' ? started.data.incarnation : 0,
    started: started !== undefined && started.seq >= up,
    restarts: Number(restarts?.n ?? 0),
    deaths: exits
      .filter((event) => event.type === 'agent.exited' && event.data.class !== 'server-lost')
      .map((event) => Date.parse(event.time)),
    state: state?.type === 'agent.state' ? state.data : null,
    ready: ready?.type === 'agent.ready' ? ready.data.incarnation : 0,
    lastExit: last?.type === 'agent.exited' ? last : null,
  };
}
