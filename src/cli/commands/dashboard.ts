import { OrchestraError } from '../../protocol/index.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { styleFor } from '../view/style.ts';

export interface DashboardOptions {
  readonly file?: string;
  readonly theme?: string;
}

/** `orchestra dashboard`: what its pane in the session runs, and the same in any other terminal. */
export async function dashboard(ports: CliPorts, options: DashboardOptions): Promise<number> {
  const paths = findProject(ports, options.file);
  if (!ports.out.isTTY || !ports.input.isTTY)
    throw new OrchestraError(
      'usage',
      'the dashboard needs a terminal',
      'for programs there is: orchestra status --json',
    );
  const { colour, unicode } = styleFor(ports.env, true);
  const theme = options.theme ?? (colour ? 'dark' : 'none');
  return ports.dashboard(paths, { theme, unicode, pinned: ports.env.ORCHESTRA_AGENT === 'dashboard' });
}
