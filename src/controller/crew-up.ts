import type { Clock } from '../platform/index.ts';
import type { Unit } from '../watchdog/index.ts';
import type { Session } from './session.ts';

/** Between two looks, ms. */
const LOOK_EVERY = 25;
/** What comes after the crew waits this long at most, ms: an agent that does not start must not hold it back. */
const AT_MOST = 3_000;

/** What can wait until the agents run, since it would take the processors from them: the dashboard (`later`), their logs. Never rejects. */
export async function complete(
  session: Session,
  later: readonly (() => void)[],
  clock: Clock,
  degraded: (what: string, message: string | null) => void,
): Promise<void> {
  await crewUp(session.supervisor.units, clock);
  if (session.supervisor.closed) return;
  for (const begin of later) begin();
  try {
    await session.panes.openLogs();
    degraded('logs', null);
    await session.mail.watch();
  } catch (error) {
    degraded('logs', (error as Error).message);
  }
}

/** Resolves once no agent is on its way to its process. */
async function crewUp(units: ReadonlyMap<string, Unit>, clock: Clock): Promise<void> {
  const deadline = clock.mono() + AT_MOST;
  do await clock.pause(LOOK_EVERY);
  while ([...units.values()].some(isOnItsWay) && clock.mono() < deadline);
}

const isOnItsWay = ({ machine: { phase } }: Unit): boolean =>
  phase.state === 'starting' && (phase.step === 'preparing' || phase.step === 'launching');
