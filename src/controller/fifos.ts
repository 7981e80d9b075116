import { makeFifos } from '../platform/index.ts';
import { type AgentSpec, OrchestraError, type Paths } from '../protocol/index.ts';

/** The fifos by which shims get their orders, and further ones. */
export async function makeFifosOf(
  paths: Paths,
  agents: readonly AgentSpec[],
  more: readonly string[] = [],
): Promise<void> {
  const error = await makeFifos([...agents.map((agent) => paths.agentGo(agent.name)), ...more]);
  if (error !== null) throw new OrchestraError('storage', `fifos can't be made: ${error}`, `look at ${paths.run}`);
}
