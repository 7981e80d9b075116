import type { AgentHistory } from '../journal/index.ts';
import { classifyExit, type Found, type Supervisor, type Unit } from '../watchdog/index.ts';

/**
 * Writes down what happened to an agent that the journal did not get to hear: events wait some milliseconds for their commit, and
 * a controller that is killed takes those with it. The shim's records and the processes tell what they were. Without this, restarts
 * would be missing from every number, and an incarnation would live that never started.
 *
 * The end of the newest incarnation is left to the machine, which decides what follows from it.
 * @returns true when there was something to tell
 */
export function catchUp(supervisor: Supervisor, unit: Unit, found: Found, history: AgentHistory): boolean {
  const { emit } = supervisor.ports;
  if (found.incarnation <= history.incarnation) return false;
  if (history.incarnation > 0 && (history.lastExit?.data.incarnation ?? 0) < history.incarnation && history.started)
    tellEnd(supervisor, unit, found, history.incarnation);
  const pidOf = (incarnation: number): number | undefined =>
    found.starts.find((record) => record.incarnation === incarnation)?.value;
  for (let incarnation = history.incarnation + 1; incarnation <= found.incarnation; incarnation++) {
    const newest = incarnation === found.incarnation;
    const pid = newest ? (found.process?.pid ?? pidOf(incarnation) ?? 0) : pidOf(incarnation);
    if (pid === undefined) continue; // ordered, perhaps, but there is no trace of it
    const reason = history.started || incarnation > history.incarnation + 1 ? 'exited' : 'up';
    emit('agent.started', unit.name, { incarnation, pid, reason });
    if (!newest) tellEnd(supervisor, unit, found, incarnation);
  }
  const from = history.state?.to ?? 'stopped';
  if (from !== 'running') emit('agent.state', unit.name, { from, to: 'running', detail: '' });
  return true;
}

/** Tells of an end nobody saw, as well as it is known. */
export function tellEnd(supervisor: Supervisor, unit: Unit, found: Found, incarnation: number): void {
  const code = found.exits.find((record) => record.incarnation === incarnation)?.value ?? null;
  const kind = code === null ? 'unknown' : classifyExit(code, unit.spec.restart.successCodes, false);
  supervisor.ports.emit('agent.exited', unit.name, { incarnation, code, class: kind, uptime: 0, healthy: false });
}
