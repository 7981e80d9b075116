import type { AgentHistory } from '../journal/index.ts';
import { fileFacts, readText } from '../platform/index.ts';
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
    tellEnd(supervisor, unit, found, history, history.incarnation);
  const pidOf = (incarnation: number): number | undefined =>
    found.starts.find((record) => record.incarnation === incarnation)?.value;
  for (let incarnation = history.incarnation + 1; incarnation <= found.incarnation; incarnation++) {
    const newest = incarnation === found.incarnation;
    const pid = newest ? (found.process?.pid ?? pidOf(incarnation) ?? 0) : pidOf(incarnation);
    if (pid === undefined) continue; // ordered, perhaps, but there is no trace of it
    const reason = history.started || incarnation > history.incarnation + 1 ? 'exited' : 'up';
    emit('agent.started', unit.name, { incarnation, pid, reason });
    if (!newest) tellEnd(supervisor, unit, found, history, incarnation);
  }
  const from = history.state?.to ?? 'stopped';
  if (from !== 'running') emit('agent.state', unit.name, { from, to: 'running', detail: '' });
  return true;
}

/**
 * Milliseconds an incarnation ran whose end nobody saw: between its records, which are files and have a time; without them from the start the
 * journal tells of, and until now. Taken for nothing, the end of an agent that was well for a day was a crash at its start, and waited for. These are
 * wall-clock times: where the clock was set between them, the result is never negative and never longer than the machine is up.
 */
export function ranFor(supervisor: Supervisor, found: Found, history: AgentHistory, incarnation: number): number {
  const { clock, paths } = supervisor.ports;
  const timeOf = (folder: string, records: Found['starts']): number | null => {
    const record = records.find((each) => each.incarnation === incarnation);
    return record === undefined ? null : (fileFacts(`${folder}/${record.file}`)?.modified ?? null);
  };
  const told = incarnation === history.incarnation ? history.startedAt : null;
  const start = timeOf(paths.start, found.starts) ?? told;
  if (start === null) return 0;
  const end = timeOf(paths.exit, found.exits) ?? clock.wall();
  return Math.round(Math.max(0, Math.min(end - start, sinceBoot())));
}

/** Milliseconds (proc_uptime(5)). */
export const sinceBoot = (): number => Number(readText('/proc/uptime').split(' ')[0]) * 1000;

/** Tells of an end nobody saw, as well as it is known. */
export function tellEnd(
  supervisor: Supervisor,
  unit: Unit,
  found: Found,
  history: AgentHistory,
  incarnation: number,
): void {
  const code = found.exits.find((record) => record.incarnation === incarnation)?.value ?? null;
  const kind = code === null ? 'unknown' : classifyExit(code, unit.spec.restart.successCodes, false);
  const uptime = ranFor(supervisor, found, history, incarnation);
  const healthy = uptime >= unit.spec.restart.healthyAfter;
  supervisor.ports.emit('agent.exited', unit.name, { incarnation, code, class: kind, uptime, healthy });
}
