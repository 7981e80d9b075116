import { OrchestraError, type Outcome, type Verb } from '../protocol/index.ts';
import type { Supervisor, Unit } from '../watchdog/index.ts';
import { settled } from './settle.ts';

/** What a person asked of one agent; resolves when it got there or failed to. */
export function order(supervisor: Supervisor, verb: Verb, unit: Unit): Promise<Outcome> {
  const before = unit.machine;
  if (isRefused(verb, unit)) {
    return Promise.resolve({ agent: unit.name, ok: false, message: 'is being stopped: a stop outranks a restart' });
  }
  supervisor.signal(
    unit,
    verb === 'stop'
      ? { kind: 'stop' }
      : verb === 'start'
        ? { kind: 'start', reason: 'asked' }
        : { kind: 'restart', reason: 'asked' },
  );
  return settled(verb, before, unit, supervisor.units);
}

export const isRefused = (verb: Verb, { machine: { phase } }: Unit): boolean =>
  verb === 'restart' && phase.state === 'stopping' && phase.next === null;

/** Said to whoever asks for something meanwhile. */
export const goingDown = (): OrchestraError =>
  new OrchestraError('not-running', 'the session is going down', 'try again in a moment');
