import { formatDuration } from '../base/index.ts';
import { type ExitClass, FRESH_STARTS, type Lifecycle, type StartReason } from '../protocol/index.ts';
import { waitsFor } from './conditions.ts';
import { describeExit } from './exit-class.ts';
import { ladder, type Rung } from './ladder.ts';
import {
  type Context,
  type Effect,
  type Machine,
  mayHaveProcess,
  nextDeadline,
  type Phase,
  provenAt,
  type RenewReason,
  type Signal,
  type Stepped,
  tooOldAt,
} from './phase.ts';
import { afterDeath, type Death, NO_DEATHS } from './restart-policy.ts';

/** A shim that was told to start and shows no process for this long is taken for hung. */
export const LAUNCH_TIMEOUT = 20_000;
/** Making a pane and clearing leftovers may take this long before it is tried again. */
export const PREPARE_TIMEOUT = 30_000;
/** The shortest wait after a start that could not be prepared (no pane, unreadable env file, full disk). */
export const PREPARE_AGAIN = 1_000;

/**
 * The life of one agent, decided purely: gives the next machine and what is to be done. Nothing here touches a process. A signal that
 * means nothing in a state leaves the machine as it is, with no effects. docs/state-machines.md draws it.
 */
export function step(machine: Machine, signal: Signal, context: Context): Stepped {
  switch (signal.kind) {
    case 'start':
      return onStart(machine, signal.reason, context);
    case 'stop':
      return onStop(machine, context);
    case 'restart':
      return onRestart(machine, signal.reason, context);
    case 'dependencies-met':
      return isStep(machine, 'waiting') ? prepare(machine, reasonOf(machine), context) : same(machine);
    case 'prepared':
      return isStep(machine, 'preparing') ? launch(machine, reasonOf(machine), context) : same(machine);
    case 'prepare-failed':
      return isStep(machine, 'preparing')
        ? onPrepareFailed(machine, signal.message, context, signal.final)
        : same(machine);
    case 'started':
      return onStarted(machine, signal.incarnation, context);
    case 'ready':
      return isStep(machine, 'probing') && signal.incarnation === machine.incarnation
        ? onReady(machine, context)
        : same(machine);
    case 'exited':
      return signal.incarnation === machine.incarnation ? onExited(machine, signal, context) : same(machine);
    case 'unfit':
      return machine.phase.state === 'running'
        ? descend(machine, { next: signal.fault, fault: signal.fault, detail: signal.detail }, context)
        : same(machine);
    case 'renew':
      return onRenew(machine, signal.reason, signal.detail, context);
    case 'release':
      return machine.phase.state === 'held' ? queueUp(machine, 'released', context) : same(machine);
    case 'tree-gone':
      return machine.phase.state === 'stopping' && machine.startedAt === null && !machine.pending
        ? onDown(machine, context)
        : same(machine);
    case 'tick':
      return onTick(machine, context);
  }
}

const same = (machine: Machine): Stepped => ({ machine, effects: [] });

const isStep = ({ phase }: Machine, wanted: string): boolean => phase.state === 'starting' && phase.step === wanted;

const reasonOf = ({ phase }: Machine): StartReason => (phase.state === 'starting' ? phase.reason : 'asked');

/** The only place the phase changes: each change of state is an event. */
function enter(machine: Machine, phase: Phase, effects: readonly Effect[] = []): Stepped {
  const from = machine.phase.state;
  const to: Lifecycle = phase.state;
  const detail = 'detail' in phase ? phase.detail : '';
  const changed: Effect[] =
    from === to ? [] : [{ kind: 'emit', event: { type: 'agent.state', data: { from, to, detail } } }];
  return { machine: { ...machine, phase }, effects: [...changed, ...effects] };
}

function onStart(machine: Machine, reason: StartReason, context: Context): Stepped {
  switch (machine.phase.state) {
    case 'stopped':
    case 'broken':
    case 'held':
    case 'backoff': // whoever says start means now
      return queueUp({ ...machine, deaths: NO_DEATHS }, reason, context);
    case 'stopping':
      return { machine: { ...machine, phase: { ...machine.phase, next: machine.phase.next ?? reason } }, effects: [] };
    case 'starting':
    case 'running':
      return same(machine);
  }
}

/** First of all the dependencies: the loop answers with `dependencies-met`, at once when there are none. */
const queueUp = (machine: Machine, reason: StartReason, { spec }: Context): Stepped =>
  enter(machine, {
    state: 'starting',
    step: 'waiting',
    reason,
    deadline: null,
    detail: spec.dependsOn.length === 0 ? 'starts' : waitsFor(spec.dependsOn),
  });

const prepare = (machine: Machine, reason: StartReason, { now }: Context, detail = 'makes room'): Stepped =>
  enter(machine, { state: 'starting', step: 'preparing', reason, deadline: now + PREPARE_TIMEOUT, detail }, [
    { kind: 'prepare' },
  ]);

function launch(machine: Machine, reason: StartReason, { now }: Context): Stepped {
  const incarnation = machine.incarnation + 1;
  const phase: Phase = {
    state: 'starting',
    step: 'launching',
    reason,
    deadline: now + LAUNCH_TIMEOUT,
    detail: 'starts',
  };
  return enter({ ...machine, incarnation, pending: true }, phase, [{ kind: 'launch', incarnation, reason }]);
}

function onStarted(machine: Machine, incarnation: number, context: Context): Stepped {
  if (incarnation !== machine.incarnation || !machine.pending) return same(machine);
  const begun: Machine = { ...machine, pending: false, startedAt: context.now };
  // Told to stop between launch and start: the ladder goes on, now with something to act on.
  if (!isStep(machine, 'launching')) return same(begun);
  // Counted when it has come about, as the journal does: a controller that counted decisions knew of more than the one after it.
  const alive = FRESH_STARTS.includes(reasonOf(machine)) ? begun : { ...begun, restarts: begun.restarts + 1 };
  const { ready } = context.spec;
  if (ready === null) return onReady(alive, context);
  const detail = `not ready yet (${ready.kind})`;
  return enter(alive, {
    state: 'starting',
    step: 'probing',
    reason: reasonOf(machine),
    deadline: context.now + ready.timeout,
    detail,
  });
}

function onReady(machine: Machine, { now }: Context): Stepped {
  const after = Math.round(now - (machine.startedAt ?? now));
  return enter(machine, { state: 'running' }, [
    { kind: 'emit', event: { type: 'agent.ready', data: { incarnation: machine.incarnation, after } } },
  ]);
}

function onStop(machine: Machine, context: Context): Stepped {
  if (machine.phase.state === 'stopping') {
    // A stop outranks a restart in flight.
    return { machine: { ...machine, phase: { ...machine.phase, next: null, fault: null } }, effects: [] };
  }
  if (mayHaveProcess(machine)) return descend(machine, { next: null, fault: null, detail: 'asked to stop' }, context);
  return machine.phase.state === 'stopped'
    ? same(machine)
    : enter(machine, { state: 'stopped', detail: 'stopped by request' });
}

function onRestart(machine: Machine, reason: 'asked' | 'changed', context: Context): Stepped {
  const fresh: Machine = { ...machine, deaths: NO_DEATHS };
  switch (machine.phase.state) {
    case 'stopping':
      return same(machine); // coalesced: into the restart in flight, or refused by the stop in flight
    case 'starting':
      // Not launched yet: what starts is already the new one.
      if (!mayHaveProcess(machine)) return same(fresh);
      return descend(fresh, { next: reason, fault: null, detail: 'restarts' }, context);
    case 'running':
      return descend(fresh, { next: reason, fault: null, detail: 'restarts' }, context);
    case 'stopped':
    case 'backoff':
    case 'broken':
    case 'held':
      return queueUp(fresh, reason, context);
  }
}

/**
 * Another start of what does well. What is down stays down: only a change of its files is a reason to try again what was broken, since the cause may be
 * mended; and what has not been launched yet comes up as the new one anyway.
 */
function onRenew(machine: Machine, reason: RenewReason, detail: string, context: Context): Stepped {
  const { state } = machine.phase;
  if (state === 'running' || (state === 'starting' && mayHaveProcess(machine)))
    return descend(machine, { next: reason, fault: null, detail }, context);
  if (reason !== 'files' || (state !== 'broken' && state !== 'backoff')) return same(machine);
  const next = queueUp({ ...machine, deaths: NO_DEATHS }, reason, context);
  return { machine: next.machine, effects: [...closed(machine), ...next.effects] };
}

interface Descent {
  readonly next: StartReason | null;
  readonly fault: 'not-ready' | 'not-live' | 'memory' | null;
  readonly detail: string;
}

/** Onto the first rung of the ladder. */
function descend(machine: Machine, descent: Descent, { spec, now }: Context): Stepped {
  const rungs = ladder(spec.stop);
  const first = rungs[0] as Rung;
  return enter(machine, { state: 'stopping', rungs, deadline: now + first.wait, ...descent }, [
    { kind: 'rung', rung: first.kind },
  ]);
}

/** The next rung when this one's time is over; the last is repeated. */
function onRungOver(machine: Machine, now: number): Stepped {
  if (machine.phase.state !== 'stopping') return same(machine);
  const rungs = machine.phase.rungs.length > 1 ? machine.phase.rungs.slice(1) : machine.phase.rungs;
  const next = rungs[0] as Rung;
  return {
    machine: { ...machine, phase: { ...machine.phase, rungs, deadline: now + next.wait } },
    effects: [{ kind: 'rung', rung: next.kind }],
  };
}

function onExited(machine: Machine, exit: Extract<Signal, { kind: 'exited' }>, context: Context): Stepped {
  // Told again by its record, which lies there until the next end, while the rest of the tree is still being ended.
  const over = machine.startedAt === null && !machine.pending;
  if (over || !mayHaveProcess(machine)) return same(machine);
  const uptime = machine.startedAt === null ? 0 : context.now - machine.startedAt;
  const gone: Machine = {
    ...machine,
    pending: false,
    startedAt: null,
    lastExit: { code: exit.code, class: exit.class, uptime, wall: context.wall },
  };
  const event: Effect = {
    kind: 'emit',
    event: {
      type: 'agent.exited',
      data: {
        incarnation: exit.incarnation,
        code: exit.code,
        class: exit.class,
        uptime: Math.round(uptime),
        healthy: uptime >= context.spec.restart.healthyAfter,
      },
    },
  };
  // Told to start, but its shim died before it did: what never began has no end.
  const events = machine.startedAt === null && exit.code === null ? [] : [event];
  // While stopping, the rest of the tree may still be there: `tree-gone` ends it.
  if (machine.phase.state === 'stopping') return { machine: gone, effects: events };
  const end = { class: exit.class, code: exit.code, uptime };
  const next = follow(gone, end, describeExit(exit.code, exit.class), reasonAfter(exit.class), context);
  return { machine: next.machine, effects: [...events, ...next.effects] };
}

const reasonAfter = (kind: ExitClass): StartReason => LOST[kind] ?? 'exited';

const LOST: Readonly<Partial<Record<ExitClass, StartReason>>> = {
  'shim-lost': 'pane-lost',
  'server-lost': 'server-lost',
  oom: 'memory',
};

/** What follows a death: nothing, a start now or later, or the breaker. */
function follow(
  machine: Machine,
  end: Pick<Death, 'class' | 'code' | 'uptime'>,
  what: string,
  reason: StartReason,
  context: Context,
): Stepped {
  const { now, random, spec } = context;
  const after = afterDeath(spec.restart, machine.deaths, { ...end, now, random });
  const dead: Machine = { ...machine, deaths: after.record };
  if (after.next === 'stop') return enter(dead, { state: 'stopped', detail: what });
  // Many CLIs end when their account is at its limit: counted as deaths, a limit opened every breaker of the crew within minutes.
  if (context.held !== null) return enter(machine, { state: 'held', detail: `${what}; ${context.held}` });
  if (after.next === 'break') return breakOpen(dead, what, after.retry, context);
  // The order of dependencies matters when everything starts anew, not when one agent comes back.
  if (after.delay === 0)
    return reason === 'server-lost' ? queueUp(dead, reason, context) : prepare(dead, reason, context);
  return rest(dead, after.delay, what, reason, context);
}

function rest(machine: Machine, delay: number, what: string, reason: StartReason, { now }: Context): Stepped {
  const seconds = (delay / 1000).toFixed(1);
  return enter(machine, { state: 'backoff', until: now + delay, reason, detail: what }, [
    { kind: 'say', text: `${what}; starts again in ${seconds} s` },
  ]);
}

function breakOpen(machine: Machine, what: string, retry: number | null, { spec, now }: Context): Stepped {
  const { breaker } = spec.restart;
  const { trips } = machine.deaths;
  const times =
    trips > 1
      ? `died again when it was tried the ${ordinal(trips - 1)} time`
      : `died ${breaker?.exits ?? 0} times within ${Math.round((breaker?.within ?? 0) / 1000)} s`;
  const again = retry === null ? '' : `; one more try in ${formatDuration(retry)}`;
  const until = retry === null ? null : now + retry;
  return enter(machine, { state: 'broken', detail: `${times}, last: ${what}${again}`, until }, [
    { kind: 'emit', event: { type: 'agent.breaker', data: { is: 'open', trips, retry } } },
    { kind: 'say', text: `${times}${again}; start it with: orchestra restart ${spec.name}` },
  ]);
}

const ORDINALS = ['first', 'second', 'third'];
const ordinal = (n: number): string => ORDINALS[n - 1] ?? `${n}th`;

/** A breaker that had opened closes. */
const closed = ({ deaths: { trips } }: Machine): readonly Effect[] =>
  trips === 0 ? [] : [{ kind: 'emit', event: { type: 'agent.breaker', data: { is: 'closed', trips, retry: null } } }];

/** The breaker is half open: one start, whose life decides. */
function tryOnce(machine: Machine, context: Context): Stepped {
  const { trips } = machine.deaths;
  const trial: Machine = { ...machine, deaths: { ...machine.deaths, trial: true } };
  const next = prepare(trial, 'trial', context, 'is tried once more');
  const event: Effect = { kind: 'emit', event: { type: 'agent.breaker', data: { is: 'trial', trips, retry: null } } };
  return { machine: next.machine, effects: [event, ...next.effects] };
}

function onRunningTick(machine: Machine, context: Context): Stepped {
  const { now, spec } = context;
  const [proven, old] = [provenAt(machine, spec.restart), tooOldAt(machine, spec.restart)];
  if (proven !== null && now >= proven) {
    // Another phase object: the loop sets the next deadline by that.
    return enter({ ...machine, deaths: NO_DEATHS }, { state: 'running' }, closed(machine));
  }
  if (old === null || now < old) return same(machine);
  const detail = `has run for ${formatDuration(spec.restart.maxAge ?? 0)}`;
  return descend(machine, { next: 'max-age', fault: null, detail }, context);
}

/** What orchestra ended, or could not begin, is a death without an exit status of its own. */
const NEVER_RAN = { class: 'failure', code: null, uptime: 0 } as const;

/** What can't be prepared now can't be at once again either: without a wait, `backoff: off` tried for ever in one turn of the loop. */
function onPrepareFailed(machine: Machine, message: string, context: Context, final = false): Stepped {
  const what = `cannot start: ${message}`;
  if (final) return enter(machine, { state: 'broken', detail: what, until: null }, [{ kind: 'say', text: what }]);
  const reason = reasonOf(machine);
  const next = follow(machine, NEVER_RAN, what, reason, context);
  return next.machine.phase.state === 'starting'
    ? rest({ ...next.machine, phase: machine.phase }, PREPARE_AGAIN, what, reason, context)
    : next;
}

/** Everything of the tree is gone: down for good, or up again. */
function onDown(machine: Machine, context: Context): Stepped {
  if (machine.phase.state !== 'stopping') return same(machine);
  const { next, fault, detail } = machine.phase;
  if (next === null) {
    return enter(machine, { state: 'stopped', detail: 'stopped by request' }, [
      { kind: 'say', text: `stopped; start it with: orchestra start ${context.spec.name}` },
    ]);
  }
  if (fault !== null) return follow(machine, NEVER_RAN, detail, fault, context);
  return queueUp(machine, next, context);
}

function onTick(machine: Machine, context: Context): Stepped {
  const { phase } = machine;
  const due = nextDeadline(machine, context.spec.restart);
  if (due === null || context.now < due) return same(machine);
  if (phase.state === 'broken') return tryOnce(machine, context);
  if (phase.state === 'running') return onRunningTick(machine, context);
  if (phase.state === 'backoff') return prepare(machine, phase.reason, context, `starts again after: ${phase.detail}`);
  if (phase.state === 'stopping') return onRungOver(machine, context.now);
  if (phase.state !== 'starting') return same(machine);
  if (phase.step === 'preparing') return onPrepareFailed(machine, 'it took too long to make its pane', context);
  const detail =
    phase.step === 'probing'
      ? `was not ready after ${context.spec.ready?.timeout ?? 0} ms`
      : 'its shim did not start it';
  return descend(machine, { next: 'not-ready', fault: 'not-ready', detail }, context);
}
