import type { Clock } from '../platform/index.ts';
import type { Unit } from '../watchdog/index.ts';

/** Between two looks, ms. */
const LOOK_EVERY = 25;
/** What comes after the crew waits this long at most, ms: an agent that does not start must not hold it back. */
const AT_MOST = 3_000;

/** Resolves once no agent is on its way to its process: what is less urgent must not take the processors from them. */
export async function crewUp(units: ReadonlyMap<string, Unit>, clock: Clock): Promise<void> {
  const deadline = clock.mono() + AT_MOST;
  do await clock.pause(LOOK_EVERY);
  while ([...units.values()].some(isOnItsWay) && clock.mono() < deadline);
}

const isOnItsWay = ({ machine: { phase } }: Unit): boolean =>
  phase.state === 'starting' && (phase.step === 'preparing' || phase.step === 'launching');
