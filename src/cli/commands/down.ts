import { OrchestraError, type Paths } from '../../protocol/index.ts';
import type { Client } from '../../rpc/index.ts';
import type { CliPorts } from '../ports.ts';
import { INTERRUPTED, unlessInterrupted } from '../interrupt.ts';
import { findProject } from '../project.ts';
import { headStart, tryConnect, waitFor } from '../reach.ts';
import { showProgress } from '../progress.ts';
import { writeJson } from '../report.ts';
import { BY } from './command.ts';

/** How long a controller that died takes to be back, milliseconds. */
const COMING_BACK = 500;

/** `orchestra down`: returns when nothing of the session is left. */
export async function down(
  ports: CliPorts,
  options: { readonly file?: string; readonly json?: boolean },
): Promise<number> {
  const paths = findProject(ports, options.file);
  const client = await anyController(ports, paths);
  const { session, agents } = await client.snapshot();
  const running = agents.filter(({ pid }) => pid !== null).length;
  const progress = showProgress(ports, options.json === true);
  progress.update(`ending ${session}: ${running} running agents`);
  const work = end(ports, paths.run, client);
  try {
    if ((await unlessInterrupted(ports, work)) === null) {
      progress.end();
      ports.err.write(`${session} goes on ending without you; see: orchestra status\n`);
      return INTERRUPTED;
    }
  } finally {
    progress.end();
  }
  if (options.json) writeJson(ports.out, { session, project: paths.project, stopped: running });
  else ports.out.write(`${session} is down\n`);
  return 0;
}

/** A session whose controller is not there gets one, to be ended in order. */
async function anyController(ports: CliPorts, paths: Paths): Promise<Client> {
  const client = await tryConnect(ports, paths.run);
  if (client !== null) return client;
  if (!ports.remains(paths.run)) return ports.connect(paths.run);
  return waitFor(ports, paths.project, await headStart(ports, paths.project));
}

/** Asks until nobody is left to ask: a controller that dies on the way comes back by its keeper, and with it the agents. */
async function end(ports: CliPorts, runDir: string, client: Client): Promise<true> {
  try {
    await client.down(BY);
    // It answers before it ends itself.
    await ports.ended(runDir);
    return true;
  } catch (error) {
    if (!(error instanceof OrchestraError) || error.code !== 'not-running') throw error;
  }
  await ports.clock.pause(COMING_BACK);
  const back = await ports.connect(runDir).catch((error: unknown) => {
    if (error instanceof OrchestraError && error.code === 'not-running') return null;
    throw error;
  });
  return back === null ? true : end(ports, runDir, back);
}
