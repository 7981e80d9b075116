import type { Database } from '../platform/index.ts';
import { type Activity, type EventMap, FRESH_STARTS, type Lifecycle, type OrchestraEvent } from '../protocol/index.ts';
import { selectEvents } from './select.ts';

/** What a controller that comes back reads about one agent. */
export interface AgentHistory {
  /** The newest incarnation that started; 0 for none. */
  readonly incarnation: number;
  /** When that was, wall-clock ms; null for none. */
  readonly startedAt: number | null;
  /** It started since the session came up. */
  readonly started: boolean;
  /** Starts since the session came up that followed a death. */
  readonly restarts: number;
  /** Wall-clock ms of the deaths since then, oldest first. */
  readonly deaths: readonly number[];
  /** The last state it was in, with its words and since when, wall-clock ms; null when unknown. */
  readonly state: { readonly to: Lifecycle; readonly detail: string; readonly at: number } | null;
  /** Incarnation that was ready last. */
  readonly ready: number;
  readonly lastExit: Extract<OrchestraEvent, { type: 'agent.exited' }> | null;
  /** Its breaker as it was left, and since when, wall-clock ms; null when it is closed. */
  readonly breaker: (EventMap['agent.breaker'] & { readonly at: number }) | null;
}

/** Deaths read back: a breaker that counts more exits than this is no breaker. */
const MOST_DEATHS = 200;

const NO_HISTORY: AgentHistory = {
  incarnation: 0,
  startedAt: null,
  started: false,
  restarts: 0,
  deaths: [],
  state: null,
  ready: 0,
  lastExit: null,
  breaker: null,
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
       AND json_extract(data, '$.reason') NOT IN (${FRESH_STARTS.map(() => '?').join(', ')})`,
    )
    .get(agent, up, ...FRESH_STARTS);
  const last = exits.at(-1);
  const turn = pick('agent.breaker', 1)[0];
  // Whoever says start or restart closes it, and so does a trial that lived; what was before does not count any more.
  const asked = pick('agent.asked', 1).find(({ seq }) => seq > (turn?.seq ?? 0));
  const breaker = turn?.type === 'agent.breaker' && turn.data.is !== 'closed' && asked === undefined ? turn : null;
  const closed = turn !== undefined && breaker === null ? (asked ?? turn).seq : up;
  return {
    incarnation: started?.type === 'agent.started' ? started.data.incarnation : 0,
    startedAt: started === undefined ? null : Date.parse(started.time),
    started: started !== undefined && started.seq >= up,
    restarts: Number(restarts?.n ?? 0),
    deaths: exits
      .filter((event) => event.type === 'agent.exited' && event.data.class !== 'server-lost' && event.seq > closed)
      .map((event) => Date.parse(event.time)),
    state: state?.type === 'agent.state' ? { ...state.data, at: Date.parse(state.time) } : null,
    ready: ready?.type === 'agent.ready' ? ready.data.incarnation : 0,
    lastExit: last?.type === 'agent.exited' ? last : null,
    breaker: breaker === null ? null : { ...breaker.data, at: Date.parse(breaker.time) },
  };
}

/** What an agent that still runs was seen doing before the controller ended. Times are wall-clock milliseconds. */
export interface SeenBefore {
  readonly activity: { readonly is: Activity; readonly since: number } | null;
  /** Since when its account waits; null when it does not, or another agent's screen told of it. */
  readonly held: number | null;
  /** When it went on after its account had waited, the last time. */
  readonly released: number | null;
}

/** More changes of activity than this are not looked back on. */
const LOOK_BACK = 100;

/** Folds what the journal has of the newest incarnation of an agent. */
export function seenBefore(database: Database, agent: string): SeenBefore {
  const last = (type: string, most: number): OrchestraEvent[] =>
    selectEvents(database, { agent, types: [type], last: most });
  const from = last('agent.started', 1)[0]?.seq ?? 0;
  const released = last('agent.released', 1).find(({ seq }) => seq > from);
  const held = last('agent.held', LOOK_BACK).find(({ seq }) => seq > (released?.seq ?? from));
  let activity: SeenBefore['activity'] = null;
  for (const event of last('agent.activity', LOOK_BACK)) {
    if (event.type !== 'agent.activity' || event.seq < from) continue;
    // Each controller begins with knowing nothing: what it finds to be as it was has not begun anew.
    if (event.data.from === 'unknown' && event.data.to === activity?.is) continue;
    activity = { is: event.data.to, since: Date.parse(event.time) };
  }
  return {
    activity,
    held: held === undefined ? null : Date.parse(held.time),
    released: released === undefined ? null : Date.parse(released.time),
  };
}
