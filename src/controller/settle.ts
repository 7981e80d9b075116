import type { Outcome, Verb } from '../protocol/index.ts';
import type { Machine, Unit } from '../watchdog/index.ts';

/** Whether a verb has come to its end for an agent; null while it is under way. */
export function outcomeOf(verb: Verb, before: Machine, unit: Unit): Outcome | null {
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
      if (phase.step === 'waiting') return { agent: unit.name, ok: true, message: `waiting: ${phase.detail}` };
      return null;
    case 'stopping':
      return null;
  }
}

/** Resolves with the outcome of a verb. The machine has deadlines in every state it may pass, so this ends. */
export function settled(verb: Verb, before: Machine, unit: Unit): Promise<Outcome> {
  return new Promise((resolve) => {
    const look = (): boolean => {
      const outcome = outcomeOf(verb, before, unit);
      if (outcome !== null) resolve(outcome);
      return outcome !== null;
    };
    if (look()) return;
    const cancel = unit.onStep(() => {
      if (look()) cancel();
    });
  });
}
