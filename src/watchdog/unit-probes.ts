import type { Signal } from './phase.ts';
import type { SupervisorPorts } from './ports.ts';
import { type ProbeTarget, watchLiveness, watchReady } from './probes.ts';
import type { Unit } from './unit.ts';

/** Watches for the readiness of the incarnation that has just started. */
export function armReady(unit: Unit, ports: SupervisorPorts, tell: (signal: Signal) => void): void {
  const { ready } = unit.spec;
  const { incarnation } = unit.machine;
  if (ready === null) return;
  unit.arm(
    'ready',
    watchReady(ready, targetOf(unit, ports), ports, () => tell({ kind: 'ready', incarnation })),
  );
}

/** Watches whether a running agent still shows that it is alive, if it was told how. */
export function armLiveness(
  unit: Unit,
  ports: SupervisorPorts,
  tell: (signal: Signal) => void,
  onLively: () => void,
): void {
  const { liveness } = unit.spec;
  if (liveness === null) return unit.arm('liveness', null);
  const onUnfit = (detail: string): void => tell({ kind: 'unfit', fault: 'not-live', detail });
  const onGood = (): void => {
    if (unit.lively) return;
    unit.lively = true;
    onLively();
  };
  unit.arm('liveness', watchLiveness(liveness, targetOf(unit, ports), ports, { onGood, onUnfit }));
}

function targetOf(unit: Unit, ports: SupervisorPorts): ProbeTarget {
  return {
    agent: unit.name,
    cwd: unit.spec.cwd,
    env: { ...ports.environmentOf(unit.spec) },
    log: ports.paths.agentLog(unit.name),
    logFrom: unit.logFrom,
    launchedWall: unit.launchedWall,
  };
}
