import type { Cancel, Reached } from '../platform/index.ts';
import type { LivenessProbe, ReadyProbe } from '../protocol/index.ts';
import type { LivenessSeen, ProbePorts, ProbeTarget } from './probes.ts';

/** Probes that ask again and again: a command, an address, a port. */
type Tried<T> = Extract<T, { kind: 'exec' | 'http' | 'tcp' }>;

/** Time for one try of a readiness probe, ms: at least this, or a slow machine would never be ready. */
const SHORTEST_TRY = 1_000;

/** Calls `onReady` once a try succeeds. */
export function tryUntil(
  probe: Tried<ReadyProbe>,
  target: ProbeTarget,
  ports: ProbePorts,
  onReady: () => void,
): Cancel {
  let cancelled = false;
  let cancelWait: Cancel = () => {};
  const attempt = async (): Promise<void> => {
    const { ok } = await tryOnce(probe, target, ports, Math.max(probe.interval, SHORTEST_TRY));
    if (cancelled) return;
    if (ok) onReady();
    else cancelWait = ports.clock.after(probe.interval, () => void attempt());
  };
  void attempt();
  return () => {
    cancelled = true;
    cancelWait();
  };
}

/**
 * Tries at once, then in each interval. The first failure after a start does not count: what was given no `ready` may still be coming up. A try that hangs
 * is ended by its own time-out, never piled up.
 */
export function keepTrying(
  probe: Tried<LivenessProbe>,
  target: ProbeTarget,
  ports: ProbePorts,
  { onGood, onUnfit }: LivenessSeen,
): Cancel {
  let failures = -1;
  let busy = false;
  let over = false;
  const attempt = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    const { ok, why } = await tryOnce(probe, target, ports, probe.timeout);
    busy = false;
    if (over) return;
    failures = ok ? 0 : failures + 1;
    if (ok) onGood();
    if (failures < probe.failures) return;
    cancel();
    onUnfit(`liveness probe failed ${failures} times: ${why}`);
  };
  const every = ports.clock.every(probe.interval, () => void attempt());
  const cancel = (): void => {
    over = true;
    every();
  };
  void attempt();
  return cancel;
}

async function tryOnce(
  probe: Tried<ReadyProbe> | Tried<LivenessProbe>,
  target: ProbeTarget,
  ports: ProbePorts,
  timeout: number,
): Promise<Reached> {
  if (probe.kind !== 'exec') return ports.reach(probe, timeout);
  const result = await ports.run(probe.argv, { timeout, cwd: target.cwd, env: target.env });
  if (result.code === 0) return { ok: true, why: '' };
  return { ok: false, why: result.timedOut ? 'it timed out' : `it exited with ${result.code}` };
}
