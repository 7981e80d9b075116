import type { Clock } from '../platform/index.ts';
import type { AgentSpec, Outcome, Rolled, SessionSpec } from '../protocol/index.ts';
import { named } from './crew.ts';
import { interrupted } from './possible-change.ts';
import type { Session } from './session.ts';
import { describeExit, type Machine, type Unit } from '../watchdog/index.ts';

export interface RollContext {
  readonly session: Pick<Session, 'spec' | 'supervisor'>;
  readonly clock: Clock;
  /** False once the session is down. */
  isCurrent(): boolean;
  /** Applies another configuration by just the difference. */
  apply(spec: SessionSpec): Promise<unknown>;
  /** Somebody asked for a new start of an agent. */
  asked(agent: string): void;
}

/** Between two looks at the one that comes up, ms. */
const LOOK_EVERY = 50;
/** What has neither readiness nor liveness has to live so long before the next one is touched, ms. */
const PROOF = 1_000;
/** Beyond its own times to stop and to get ready, ms. */
const PATIENCE = 30_000;
/** For the readiness of what names no time. */
const READY_WITHIN = 60_000;

/** OrchestraService.roll */
export async function roll(names: readonly string[], spec: SessionSpec | null, context: RollContext): Promise<Rolled> {
  const { supervisor, spec: current } = context.session;
  if (spec !== null) return rollOut(spec, interrupted(current, spec), context);
  return rollRestarts(
    named(supervisor.units, names).map(({ name }) => name),
    context,
  );
}

/** Starts agents anew one after the other, the next only when the last is ready. The first that does not come up ends it: the others run on. */
async function rollRestarts(names: readonly string[], context: RollContext): Promise<Rolled> {
  const { session, clock, asked } = context;
  for (const name of names) asked(name);
  return each(names, context, async (unit) => {
    const { incarnation } = unit.machine;
    session.supervisor.signal(unit, { kind: 'renew', reason: 'rolling', detail: 'one after the other' });
    return comesUp(unit, incarnation, clock);
  });
}

/**
 * Gives agents their new configuration one after the other. Where one does not come up with it, all that have it already get their old one back, again one
 * after the other, and the others are never touched.
 * @param next what is wanted @param names whose process has to be started anew for that, in this order
 */
async function rollOut(next: SessionSpec, names: readonly string[], context: RollContext): Promise<Rolled> {
  const { session, clock, apply } = context;
  const before = new Map(session.spec.agents.map((agent) => [agent.name, agent]));
  const wanted = new Map(next.agents.map((agent) => [agent.name, agent]));
  const changed = async (unit: Unit, agent: AgentSpec): Promise<string | null> => {
    const { incarnation } = unit.machine;
    await apply(withAgent(session.spec, agent));
    return comesUp(unit, incarnation, clock);
  };
  // All that interrupts nobody first.
  await apply({
    ...next,
    agents: next.agents.map((agent) => (names.includes(agent.name) ? (before.get(agent.name) ?? agent) : agent)),
  });
  const rolled = await each(names, context, (unit) => changed(unit, wanted.get(unit.name) as AgentSpec));
  if (rolled.outcomes.every(({ ok }) => ok)) return rolled;
  const touched = names.filter((name) => rolled.touched.includes(name)).reverse();
  // What fell is down by now, and comes up with its old one.
  const back = await each(touched, context, (unit) => changed(unit, before.get(unit.name) as AgentSpec), true);
  return { ...rolled, rolledBack: back.touched };
}

async function each(
  names: readonly string[],
  { session, isCurrent }: RollContext,
  renewed: (unit: Unit) => Promise<string | null>,
  alsoDown = false,
): Promise<Rolled> {
  const outcomes: Outcome[] = [];
  const touched: string[] = [];
  let failed: string | null = null;
  for (const name of names) {
    const unit = isCurrent() ? session.supervisor.units.get(name) : undefined;
    if (failed !== null) {
      outcomes.push({ agent: name, ok: false, message: `left as it is: ${failed} did not come up` });
    } else if (unit === undefined || !(alsoDown || unit.machine.phase.state === 'running')) {
      outcomes.push({ agent: name, ok: true, message: `left as it is: it does not run` });
    } else {
      touched.push(name);
      const why = await renewed(unit);
      if (why !== null) failed = name;
      outcomes.push({ agent: name, ok: why === null, message: why ?? 'running' });
    }
  }
  return { outcomes, touched, rolledBack: [] };
}

/** Resolves when the next life of an agent is as it should be: null; or with a sentence when it is not, or takes too long. */
function comesUp(unit: Unit, before: number, clock: Clock): Promise<string | null> {
  const { ready, stop } = unit.spec;
  const until = clock.mono() + stop.keysFor + stop.intFor + stop.termFor + (ready?.timeout ?? READY_WITHIN) + PATIENCE;
  return new Promise((resolve) => {
    const look = (): void => {
      const found = standing(unit, before, clock.mono());
      const late = clock.mono() >= until ? 'it took too long to come up' : null;
      if (found === null && late === null) return;
      cancel();
      resolve(found === 'up' ? null : (found ?? late));
    };
    const cancel = clock.every(LOOK_EVERY, look);
  });
}

/** `up`, a sentence that says why not, or null while it is on its way. */
function standing({ machine, spec, lively }: Unit, before: number, now: number): string | null {
  const { phase, incarnation, startedAt } = machine;
  if (incarnation > before + 1) return `it died: ${endOf(machine)}`;
  switch (phase.state) {
    case 'running': {
      if (incarnation === before) return null;
      const proven = spec.ready !== null || now - (startedAt ?? now) >= PROOF;
      return proven && (spec.liveness === null || lively) ? 'up' : null;
    }
    case 'stopped':
    case 'backoff':
    case 'broken':
    case 'held':
      return `${phase.state}: ${phase.detail}`;
    case 'stopping':
      // The next life is going down already: it was not ready in time, or was taken for hung.
      return phase.fault === null ? null : `it went down again: ${phase.detail}`;
    case 'starting':
      return null;
  }
}

const endOf = ({ lastExit }: Machine): string =>
  lastExit === null ? 'nobody saw how' : describeExit(lastExit.code, lastExit.class);

const withAgent = (spec: SessionSpec, agent: AgentSpec): SessionSpec => ({
  ...spec,
  agents: spec.agents.map((each) => (each.name === agent.name ? agent : each)),
});
