import { plainLine } from '../base/index.ts';
import { type AgentSnapshot, OrchestraError, type Paths } from '../protocol/index.ts';
import { lastLines, lastRun } from './log-tail.ts';
import type { CliPorts } from './ports.ts';
import type { FailedAgent } from './report.ts';

/** Lines of output shown of an agent that failed. */
const OUTPUT_LINES = 8;
/** Lines of its log these are looked for in: some are the shim's. */
const LOG_LINES = 60;

/** The log of a crew is opened once its agents run or have ended: what one of them said last may come this much later, ms. */
const LOG_WITHIN = 3_000;

async function lastWords(ports: Pick<CliPorts, 'files' | 'clock'>, log: string, agent: string): Promise<string[]> {
  const until = ports.clock.mono() + LOG_WITHIN;
  for (;;) {
    const lines = lastRun(lastLines(ports.files, log, LOG_LINES), agent).slice(-OUTPUT_LINES);
    // No place for logs: nobody writes one.
    const hopeless = ports.clock.mono() >= until || ports.files.kind(dirOf(log)) === null;
    if (lines.length > 0 || hopeless) return lines;
    await ports.clock.pause(20);
  }
}

const dirOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** Agents that did not get up, each with what it printed last. */
export const failuresOf = (
  ports: Pick<CliPorts, 'files' | 'clock'>,
  paths: Paths,
  agents: readonly AgentSnapshot[],
): Promise<FailedAgent[]> =>
  Promise.all(
    agents.map(async ({ name, state, detail }) => ({
      agent: name,
      state,
      detail: plainLine(detail),
      output: await lastWords(ports, paths.agentLog(name), name),
    })),
  );

/**
 * Names them and says what helps. `orchestra up` alone makes no new attempt at an agent whose configuration is the same: people mended the
 * program, said `up` and got the old failure again.
 * @param besides what is said behind it, with what separates it
 */
export function didNotStart(
  failed: readonly FailedAgent[],
  besides: string,
  data: Readonly<Record<string, unknown>> = {},
): OrchestraError {
  const names = failed.map(({ agent }) => agent);
  return new OrchestraError(
    'failed',
    `${names.join(', ')} did not start${besides}`,
    `mend it, then: orchestra restart ${names.join(' ')} (orchestra up when you changed the file); see all with: orchestra attach`,
    { ...data, failed },
  );
}
