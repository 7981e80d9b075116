import { uuid7 } from '../base/index.ts';
import { dropInIntake, listMail, sign } from '../mailbox/index.ts';
import { loadMcp } from '../mcp/index.ts';
import { readIfThere, systemClock, systemRandom } from '../platform/index.ts';
import { EXTERNAL, OrchestraError, type Paths } from '../protocol/index.ts';
import { connect } from '../rpc/index.ts';
import { stdout } from './standard-streams.ts';

/**
 * Serves the Model Context Protocol on standard input and output until the client is gone; the exit status.
 * @param agent whom it speaks for, null: nobody
 */
export async function runMcp(paths: Paths, agent: string | null, version: string): Promise<number> {
  const { serveMcp } = await loadMcp();
  await serveMcp({
    agent: agent ?? EXTERNAL,
    version,
    input: process.stdin,
    output: stdout(),
    connect: () => connect(paths.run),
    sign(draft) {
      if (agent === null) return { ...draft, from: EXTERNAL };
      const token = tokenOf(paths, agent);
      if (token !== null) return sign(draft, token);
      // Sent as from outside, it would go where the agent may not write, and its answers to a mailbox it does not read.
      throw new OrchestraError(
        'refused',
        `there is no token of ${agent}, so nothing can be said in its name`,
        'it gets one when it is started by a session: orchestra up',
      );
    },
    newId: () => uuid7(systemClock.wall(), systemRandom(10)),
    wall: systemClock.wall,
    pause: systemClock.pause,
    drop: (draft) => dropInIntake(paths, draft),
    list: (filter) => listMail(paths, filter),
  });
  return 0;
}

/** Read at each use: the controller of the next session writes another one. The environment's is that of the agent it names. */
function tokenOf(paths: Paths, agent: string): string | null {
  const { ORCHESTRA_AGENT, ORCHESTRA_TOKEN } = process.env;
  if (ORCHESTRA_AGENT === agent && /^[0-9a-f]{64}$/.test(ORCHESTRA_TOKEN ?? '')) return ORCHESTRA_TOKEN as string;
  const kept = readIfThere(paths.agentToken(agent))?.trim() ?? '';
  return kept === '' ? null : kept;
}
