import { EXIT_STATUS } from '../../protocol/index.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { writeJson, writeLines } from '../report.ts';
import { outcomeLines } from '../view/outcome.ts';
import { styleFor } from '../view/style.ts';
import { agentsOf, BY } from './command.ts';

/** `orchestra pause|resume [AGENT...]`: holds mail back, or lets it go. No name, or the name `all`, stands for every agent. */
export async function pause(
  ports: CliPorts,
  on: boolean,
  names: readonly string[],
  options: { readonly file?: string; readonly json?: boolean },
): Promise<number> {
  const client = await ports.connect(findProject(ports, options.file).run);
  try {
    const agents = await agentsOf(client, names);
    const outcomes = await client.pause(agents, on, BY);
    if (options.json) writeJson(ports.out, { verb: on ? 'pause' : 'resume', outcomes });
    else writeLines(ports.out, outcomeLines(outcomes, styleFor(ports.env, ports.out.isTTY)));
    return outcomes.every(({ ok }) => ok) ? 0 : EXIT_STATUS.failed;
  } finally {
    client.close();
  }
}
