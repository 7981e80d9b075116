import type { Outcome, Verb } from '../protocol/index.ts';
import type { Cancel } from '../platform/index.ts';
import { isDown, type Machine, type Unit } from '../watchdog/index.ts';

type Units = ReadonlyMap<string, Unit>;

/** Whether a verb has come to its end for an agent; null while it is under way. */
export function outcomeOf(verb: Verb, before: Machine, unit: Unit, units: Units): Outcome | null {
  const { phase } = unit.machine;
  const detail = 'detail' in phase ? phase.detail : '';
  const done = (ok: boolean): Outcome => ({
    agent: unit.name,
    ok,
    message: detail === '' ? phase.state : `${phase.state}: ${detail}`,
  });
  // A stop goes by way of stopping to stopped: anything else is a start that somebody asked for after it.
  if (verb === 'stop' && phase.state !== 'stopped' && phase.state !== 'stopping')
    return { agent: unit.name, ok: false, message: 'was started again by a later start' };
  switch (phase.state) {
    case 'stopped':
      // "on-failure" agents may end at once with success: that is a start that went well.
      return done(verb === 'stop' || unit.machine.lastExit?.class === 'success');
    case 'running':
      return verb === 'start' || unit.machine.incarnation > before.incarnation ? done(true) : null;
    case 'broken':
    case 'held':
    case 'backoff':
      return done(false);
    case 'starting':
      return phase.step === 'waiting' ? stuck(unit, units) : null;
    case 'stopping':
      return null;
  }
}

/** An agent that waits for one that is down does not start: its command has failed. null while all it waits for is on its way. */
function stuck(unit: Unit, units: Units): Outcome | null {
  const down = downBelow(unit, units);
  if (down === null) return null;
  const state = units.get(down)?.machine.phase.state ?? 'not there';
  const message = `waits for ${down}, which is ${state}; start that first: orchestra start ${down}`;
  return { agent: unit.name, ok: false, message };
}

/** The agent that is down at the end of what a waiting one waits for. Dependencies have no circles: the configuration is checked. */
function downBelow(unit: Unit, units: Units): string | null {
  const { phase } = unit.machine;
  if (phase.state !== 'starting' || phase.step !== 'waiting') return null;
  for (const { agent } of unit.spec.dependsOn) {
    const other = units.get(agent);
    if (other === undefined || isDown(other.machine.phase.state)) return agent;
    const further = downBelow(other, units);
    if (further !== null) return further;
  }
  return null;
}

/** An agent and all it depends on, over any distance. */
function withNeeds(unit: Unit, units: Units, found = new Set<Unit>()): ReadonlySet<Unit> {
  found.add(unit);
  for (const { agent } of unit.spec.dependsOn) {
    const other = units.get(agent);
    if (other !== undefined && !found.has(other)) withNeeds(other, units, found);
  }
  return found;
}

/**
 * Resolves with the outcome of a verb. The machine has deadlines in every state it may pass, so this ends; an agent that waits for others has none,
 * and ends with them.
 */
export function settled(verb: Verb, before: Machine, unit: Unit, units: Units): Promise<Outcome> {
  return new Promise((resolve) => {
    let cancels: Cancel[] = [];
    const look = (): void => {
      const outcome = outcomeOf(verb, before, unit, units);
      if (outcome === null) return;
      for (const cancel of cancels) cancel();
      resolve(outcome);
    };
    // After the other orders of this command: what it waits for may be started by the next of them.
    queueMicrotask(() => {
      cancels = [...withNeeds(unit, units)].map((each) => each.onStep(look));
      look();
    });
  });
}
