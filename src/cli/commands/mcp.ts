import { resolve } from 'node:path';
import { AGENT_NAME, OrchestraError, pathsFor } from '../../protocol/index.ts';
import { mailProject, whoAsks } from '../mail-project.ts';
import type { CliPorts } from '../ports.ts';

export interface McpOptions {
  readonly agent?: string;
  readonly project?: string;
}

/** `orchestra mcp`: what an agent program starts to get orchestra's tools. Prints nothing but the protocol. */
export async function mcp(ports: CliPorts, options: McpOptions): Promise<number> {
  const { agent, project } = options;
  if (agent !== undefined && !AGENT_NAME.test(agent)) {
    throw new OrchestraError('usage', `${JSON.stringify(agent)} is no name of an agent`, 'a-z, 0-9 and -');
  }
  const paths =
    project === undefined ? mailProject(ports, undefined) : pathsFor(resolve(ports.cwd, project), ports.env);
  return ports.mcp(paths, agent ?? whoAsks(ports.env));
}
