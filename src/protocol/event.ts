import type { ExitClass, Lifecycle, StartReason } from './agent.ts';

/** What happened, by name `noun.verb`. The journal keeps these; every number shown anywhere is a fold over them. */
export interface EventMap {
  'session.up': { session: string; agents: number };
  'session.down': { session: string; by: string };
  'session.applied': { by: string; added: string[]; removed: string[]; restarted: string[]; changed: string[] };
  'controller.started': { pid: number; adopted: number };
  'controller.stopping': { signal: string };
  'controller.degraded': { what: string; message: string };
  'controller.recovered': { what: string };
  'tmux.started': { pid: number };
  'tmux.lost': { pid: number | null };
  'tmux.wedged': { command: string };
  'agent.state': { from: Lifecycle; to: Lifecycle; detail: string };
  'agent.started': { incarnation: number; pid: number; reason: StartReason };
  'agent.ready': { incarnation: number; after: number };
  'agent.exited': { incarnation: number; code: number | null; class: ExitClass; uptime: number; healthy: boolean };
  'agent.adopted': { incarnation: number; pid: number };
  'agent.asked': { verb: 'start' | 'stop' | 'restart'; by: string };
  'agent.signalled': { rung: string; pids: number };
  'agent.leftover': { pids: number[]; what: string };
  'agent.pane': { pane: string; why: 'created' | 'lost' | 'respawned' };
  'agent.added': { adHoc: boolean };
  'agent.removed': Record<string, never>;
}
export type EventType = keyof EventMap;

/** One row of the journal. */
export type OrchestraEvent = {
  [T in EventType]: {
    /** Position in the journal, 0 before it was written. */
    readonly seq: number;
    /** Wall clock, ISO 8601 with milliseconds, UTC. */
    readonly time: string;
    readonly type: T;
    /** Name of the agent it is about, null for the session's own. */
    readonly agent: string | null;
    readonly data: EventMap[T];
  };
}[EventType];

/** What an engine reports; time and position are given by the journal. */
export type Emit = <T extends EventType>(type: T, agent: string | null, data: EventMap[T]) => void;
