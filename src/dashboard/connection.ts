import type { StreamMessage } from '../protocol/index.ts';
import type { Client } from '../rpc/index.ts';
import type { Link } from './model/input.ts';
import type { Cancel, DashboardPorts } from './ports.ts';

/** Milliseconds between two tries to reach a controller that is not there. */
const RECONNECT = 500;

export interface Listener {
  link(link: Link): void;
  stream(message: StreamMessage): void;
}

/** Keeps a connection to the controller, over as many of them as come and go. `client` is the living one. */
export function keepConnected(ports: DashboardPorts, listener: Listener): { client(): Client | null; close: Cancel } {
  let client: Client | null = null;
  let over = false;
  let since: number | null = null;
  const lost = (message: string): void => {
    since ??= ports.clock.wall();
    if (!over) listener.link({ kind: 'lost', message, since });
  };
  const loop = async (): Promise<void> => {
    while (!over) {
      try {
        client = await ports.connect();
        await client.subscribe((message) => {
          if (!over) listener.stream(message);
        });
        since = null;
        listener.link({ kind: 'live' });
        await client.closed;
        lost('the controller went away');
      } catch (error) {
        client?.close();
        lost(error instanceof Error ? error.message : String(error));
      }
      client = null;
      if (!over) await ports.clock.pause(RECONNECT);
    }
  };
  void loop();
  return {
    client: () => client,
    close: () => {
      over = true;
      client?.close();
    },
  };
}
