import { OrchestraError, type Snapshot } from '../protocol/index.ts';
import type { Client } from '../rpc/index.ts';
import type { CliPorts } from './ports.ts';

/** It looks again after this long without news, milliseconds. */
const LOOK_AGAIN = 100;

/**
 * Looks at the session, again at every event, until `settled` says so or `within` milliseconds are over; what was seen last. Rejects with
 * `not-running` when the controller ends meanwhile.
 */
export async function lookOn(
  ports: Pick<CliPorts, 'clock'>,
  client: Client,
  within: number,
  settled: (snapshot: Snapshot) => boolean,
): Promise<Snapshot> {
  let changed = (): void => {};
  await client.subscribe(() => changed());
  const deadline = ports.clock.mono() + within;
  for (;;) {
    const change = new Promise<void>((resolve) => {
      changed = resolve;
    });
    const snapshot = await client.snapshot();
    const left = deadline - ports.clock.mono();
    if (settled(snapshot) || left <= 0) return snapshot;
    // A look now and then besides: nothing may depend on an event having been seen.
    let cancel = (): void => {};
    const soon = new Promise<void>((resolve) => {
      cancel = ports.clock.after(Math.min(left, LOOK_AGAIN), resolve);
    });
    await Promise.race([change, soon, client.closed.then(() => Promise.reject(gone()))]);
    cancel();
  }
}

const gone = (): OrchestraError =>
  new OrchestraError(
    'not-running',
    'the controller ended while the agents were starting',
    'see: orchestra logs, then try again',
  );
