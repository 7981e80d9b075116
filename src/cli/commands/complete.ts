import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';

/** `orchestra complete agents`: one word a line, for the completion scripts. Says nothing when there is nothing: a shell must not show errors. */
export async function complete(ports: CliPorts, what: string): Promise<number> {
  try {
    if (what === 'agents') await completeAgents(ports);
    else if (what === 'layouts') await (await import('./layout.ts')).completeLayouts(ports);
  } catch {}
  return 0;
}

async function completeAgents(ports: CliPorts): Promise<void> {
  const client = await ports.connectNow(findProject(ports).run);
  const { agents } = await client.snapshot();
  client.close();
  ports.out.write(agents.map(({ name }) => `${name}\n`).join(''));
}
