import { plainLine } from '../../base/index.ts';
import { resolve } from 'node:path';
import { type AgentSnapshot, OrchestraError, pathsOf, type SessionSpec } from '../../protocol/index.ts';
import type { Client } from '../../rpc/index.ts';
import { didNotStart, failuresOf } from '../failures.ts';
import { lookOn } from '../look-on.ts';
import type { CliPorts } from '../ports.ts';
import { loadSpec } from '../load.ts';
import { findProject } from '../project.ts';
import { writeJson } from '../report.ts';
import { isSettled, type Standing, standings } from '../settle.ts';
import { BY } from './command.ts';

export interface RunCommandOptions {
  readonly file?: string;
  readonly cwd?: string;
  readonly display?: string;
  readonly json?: boolean;
}

/** `orchestra run NAME -- COMMAND…`: one agent more, with the defaults of the session's file. */
export async function run(
  ports: CliPorts,
  name: string,
  words: readonly string[],
  options: RunCommandOptions,
): Promise<number> {
  const client = await ports.connect(findProject(ports, options.file).run);
  try {
    const snapshot = await client.snapshot();
    const { spec } = await loadSpec(ports, snapshot.file, snapshot.profile ?? undefined);
    const { adHocAgent } = await import('../../config/index.ts');
    const cwd = resolve(ports.cwd, options.cwd ?? '.');
    if (ports.files.kind(cwd) !== 'directory')
      throw new OrchestraError('usage', `there is no folder ${plainLine(cwd)}`, 'name another with --cwd');
    const agent = {
      ...adHocAgent(name, words, spec, { cwd }),
      display: plainLine(options.display ?? ''),
    };
    const since = ports.clock.wall();
    await client.add(agent, BY);
    await refuseFallen(ports, client, { ...spec, agents: [agent] }, since);
    if (options.json) writeJson(ports.out, { agent: name, session: snapshot.session });
    else ports.out.write(`${name} joins ${snapshot.session}; see it with: orchestra logs ${name} -f\n`);
    return 0;
  } finally {
    client.close();
  }
}

/** Milliseconds it may take to be ready. */
const START_WITHIN = 60_000;

/** "joins" is said of what runs: a misspelled program was there for a moment, and nobody heard of its end. */
async function refuseFallen(ports: CliPorts, client: Client, alone: SessionSpec, since: number): Promise<void> {
  const where = (agents: readonly AgentSnapshot[]): ReadonlyMap<string, Standing> => standings(alone, agents, since);
  const { agents } = await lookOn(ports, client, START_WITHIN, (snapshot) => isSettled(where(snapshot.agents)));
  const failed = agents.filter(({ name }) => where(agents).get(name) === 'failed');
  if (failed.length === 0) return;
  throw didNotStart(await failuresOf(ports, pathsOf(alone.project), failed), '');
}
