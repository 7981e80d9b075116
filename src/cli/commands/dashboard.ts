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
  return ports.dashboard(paths, {
    theme: options.theme ?? (colour ? null : 'none'),
    light: isLight(ports.env.COLORFGBG),
    unicode,
    pinned: ports.env.ORCHESTRA_AGENT === 'dashboard',
  });
}

/** `foreground;background` as numbers of the palette, set by rxvt, konsole and others: 7 and 9 to 15 are light. Everything else is taken for dark. */
function isLight(colours: string | undefined): boolean {
  const background = Number(colours?.split(';').at(-1) ?? Number.NaN);
  return background === 7 || (background >= 9 && background <= 15);
}
