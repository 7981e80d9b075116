import { OrchestraError } from '../protocol/index.ts';
import type { Client } from '../rpc/index.ts';
import type { McpPorts } from './ports.ts';

/** A controller that is being restarted is back within this: so many tries, milliseconds between them. */
const TRIES = 8;
const BETWEEN = 250;

/**
 * Asks the controller, over a connection of its own. One that is lost in the middle is asked again: every call here may be repeated.
 * @param otherwise what is done when there is no session; without it, the model is told
 */
export async function withController<T>(
  ports: McpPorts,
  ask: (client: Client) => Promise<T>,
  otherwise?: () => Promise<T>,
): Promise<T> {
  // What can be done without one is done at once; the rest waits a little for one that may be on its way.
  let lost = otherwise === undefined;
  for (let tried = 0; ; tried++) {
    const client = await ports.connect().catch((error: OrchestraError) => {
      if (error.code === 'not-running') return null;
      throw error;
    });
    try {
      if (client !== null) return await ask(client);
    } catch (error) {
      if ((error as OrchestraError).code !== 'not-running') throw error;
      lost = true;
    } finally {
      client?.close();
    }
    if (!lost || tried >= TRIES) break;
    await ports.pause(BETWEEN);
  }
  if (otherwise !== undefined) return otherwise();
  throw new OrchestraError(
    'not-running',
    'no orchestra session is running here',
    'your user can start one with: orchestra up',
  );
}
