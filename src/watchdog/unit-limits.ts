import { outOfMemoryKills } from '../platform/index.ts';
import type { Emit, ExitClass } from '../protocol/index.ts';
import { classifyExit } from './exit-class.ts';
import type { Confined } from './launch-file.ts';
import type { Unit } from './unit.ts';

/** Exit status of what SIGKILL ended, by sh's rule of 128 + n. */
const KILLED = 137;

/** Takes over what the next incarnation is kept within. What it should be kept within and is not is told at each start, in its pane too. */
export function takeLimits(unit: Unit, confined: Confined | undefined, emit: Emit): void {
  unit.unlimited = confined?.missing ?? [];
  unit.ownMemoryEvents = typeof confined?.memoryEvents === 'string';
  if (unit.ownMemoryEvents) unit.memoryEvents = confined?.memoryEvents;
  for (const why of unit.unlimited) {
    emit('agent.unlimited', unit.name, { why });
    if (unit.shim !== null) unit.go?.writeLine(`say ${why}`);
  }
}

/** True when the kernel killed for memory since the launch, where that is counted. */
export function killedForMemory({ memoryEvents, oomBefore }: Unit): boolean {
  const kills = memoryEvents ? outOfMemoryKills(memoryEvents) : null;
  return kills !== null && oomBefore !== null && kills > oomBefore;
}

/** How an incarnation ended. In a group of its own the kernel may have killed a child, of which the agent then ended in whatever way. */
export function classify(unit: Unit, code: number | null): ExitClass {
  if (code === null) return 'unknown';
  if (unit.ownMemoryEvents && killedForMemory(unit)) return 'oom';
  return classifyExit(code, unit.spec.restart.successCodes, code === KILLED && killedForMemory(unit));
}
