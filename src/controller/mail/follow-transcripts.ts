import { type Clock, environmentOf, fileFacts, openFiles, readFrom } from '../../platform/index.ts';
import type { Unit } from '../../watchdog/index.ts';
import type { Eyes } from './eyes.ts';
import type { Talks } from './talks.ts';
import { Transcripts } from './transcripts.ts';
import type { Drivers } from './watched.ts';

export interface FollowPorts {
  readonly clock: Clock;
  readonly talks: Talks;
  units(): ReadonlyMap<string, Unit>;
  /** Ids of an agent's processes. */
  processes(unit: Unit): readonly number[];
}

/** The transcripts of a session's agents, told to its eyes. */
export function followTranscripts({ clock, talks, units, processes }: FollowPorts, drivers: Drivers, eyes: Eyes) {
  const known = (agent: string): string | null => {
    const unit = units().get(agent);
    if (unit === undefined || unit.process === null) return null;
    const { pid } = unit.process;
    return talks.transcriptOf(unit.spec, drivers.of(unit.spec.type), (name) => environmentOf(pid, name));
  };
  return new Transcripts({
    clock,
    files: { facts: fileFacts, read: readFrom },
    known,
    open: (agent) => {
      const unit = units().get(agent);
      return unit === undefined ? [] : processes(unit).flatMap(openFiles);
    },
    launched: (agent) => units().get(agent)?.launchedWall ?? 0,
    isIdle: (agent) => eyes.of(agent).activity === 'idle',
    tell: (agent, signal) => eyes.tell(agent, signal),
  });
}
