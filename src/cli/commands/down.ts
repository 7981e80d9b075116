import type { CliPorts } from '../ports.ts';
import { INTERRUPTED, unlessInterrupted } from '../interrupt.ts';
import { findProject } from '../project.ts';
import { showProgress } from '../progress.ts';
import { writeJson } from '../report.ts';
import { BY } from './command.ts';

/** How long after its answer the controller may take to end itself, milliseconds. */
const ENDING = 5_000;

/** `orchestra down`: returns when nothing of the session is left. */
export async function down(
  ports: CliPorts,
  options: { readonly file?: string; readonly json?: boolean },
): Promise<number> {
  const paths = findProject(ports, options.file);
  const client = await ports.connect(paths.run);
  const { session, agents } = await client.snapshot();
  const running = agents.filter(({ pid }) => pid !== null).length;
  const progress = showProgress(ports, options.json === true);
  progress.update(`ending ${session}: ${running} running agents`);
  // The controller answers before it ends itself: its socket closing is the last thing of the session.
  const work = client.down(BY).then(() => Promise.race([client.closed, ports.clock.pause(ENDING)]).then(() => true));
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
