import type { Activity, ExitClass, Lifecycle, StartReason } from './agent.ts';
import type { DeadReason, MessageType, Priority, SubmitResult } from './message.ts';

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
  /** It died too often and stays down (`open`), for `retry` ms where that is no null; one start is let through (`trial`); that one lives (`closed`). */
  'agent.breaker': { is: 'open' | 'trial' | 'closed'; trips: number; retry: number | null };
  /** Changes of files no longer start it anew: it makes them itself. `paths` are those, `advice` a sentence; or they do again. */
  'agent.watch': { is: 'suspended' | 'resumed'; paths: string[]; advice: string };
  'agent.ready': { incarnation: number; after: number };
  'agent.exited': { incarnation: number; code: number | null; class: ExitClass; uptime: number; healthy: boolean };
  'agent.adopted': { incarnation: number; pid: number };
  'agent.asked': { verb: 'start' | 'stop' | 'restart'; by: string };
  'agent.signalled': { rung: string; pids: number };
  'agent.leftover': { pids: number[]; what: string };
  /** It runs without something its configuration asks for. `why` is a sentence. */
  'agent.unlimited': { why: string };
  'agent.pane': { pane: string; why: 'created' | 'lost' | 'respawned' };
  'agent.added': { adHoc: boolean };
  'agent.removed': Record<string, never>;
  'agent.activity': { from: Activity; to: Activity; by: ActivitySource };
  /** No rule of its driver knows this screen: treated as busy. `screen` is a file that keeps it. */
  'agent.unknown-screen': { screen: string };
  /** Waiting for its account, not crashing. `until` is ISO 8601, null when the screen did not say. */
  'agent.held': { why: 'limited' | 'auth'; until: string | null; account: string };
  'agent.released': { account: string };
  /** A person's yes or no to what its screen asked. */
  'agent.answered': { yes: boolean; by: string };
  /** Its mail is held back, or delivered again. */
  'agent.paused': { by: string };
  'agent.unpaused': { by: string };
  'agent.conversation': { id: string; resumed: boolean };
  // Of the events below `agent` is the recipient.
  'message.queued': {
    id: string;
    type: MessageType;
    from: string;
    seq: number;
    priority: Priority;
    replyTo: string | null;
  };
  'message.refused': { id: string; from: string; to: string; why: string };
  'message.duplicate': { id: string; from: string };
  'message.delivering': { id: string; attempt: number };
  'message.submitted': { id: string; attempt: number; door: string };
  'message.started': { id: string };
  /** Its turn is over and nobody waits for an acknowledgement: it is done, and stays `submitted` or `started`. */
  'message.over': { id: string };
  'message.acked': { id: string; by: string };
  'message.answered': { id: string; reply: string };
  'message.retried': { id: string; attempt: number; why: string; wait: number };
  /** Typing was put off and nothing of it is left in the pane: the attempt does not count. `detail` is a sentence. */
  'message.deferred': { id: string; why: SubmitResult; detail: string };
  /** `why` is a sentence about the last attempt, where there was one that failed. */
  'message.dead': { id: string; reason: DeadReason; attempt: number; why?: string };
  'message.redriven': { id: string; by: string };
  'message.purged': { id: string; by: string };
  /** A file that is no message, now in `queue/corrupt/`. */
  'mail.corrupt': { file: string; why: string };
  /** A channel took no notice, after `attempts` tries. Told once until one gets through again. `why` is a sentence. */
  'notice.failed': { channel: string; attempts: number; why: string };
}
/** How the activity of an agent is known, most trusted first. */
export type ActivitySource = 'report' | 'hook' | 'transcript' | 'title' | 'screen';

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
