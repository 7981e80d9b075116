import { nearest } from '../../base/index.ts';
import { EXIT_STATUS, OrchestraError, type Outcome, type Verb } from '../../protocol/index.ts';
import type { Client } from '../../rpc/index.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { showProgress } from '../progress.ts';
import { writeJson, writeLines } from '../report.ts';
import { outcomeLines } from '../view/outcome.ts';
import { styleFor } from '../view/style.ts';

const DOING: Readonly<Record<Verb, string>> = { start: 'starting', stop: 'stopping', restart: 'restarting' };

/** Who asked, as the journal keeps it. */
export const BY = 'cli';

/** `orchestra start|stop|restart AGENT...`; the name `all` stands for every agent. */
export async function command(
  ports: CliPorts,
  verb: Verb,
  names: readonly string[],
  options: { readonly file?: string; readonly json?: boolean },
): Promise<number> {
  const client = await ports.connect(findProject(ports, options.file).run);
  const agents = names.includes('all') ? [] : [...new Set(names)];
  await refuseUnknown(client, agents);
  const progress = showProgress(ports, options.json === true);
  progress.update(`${DOING[verb]} ${agents.length === 0 ? 'all agents' : agents.join(', ')}`);
  let outcomes: readonly Outcome[];
  try {
    outcomes = await client.command(verb, agents, BY);
  } finally {
    progress.end();
    client.close();
  }
  if (options.json) writeJson(ports.out, { verb, outcomes });
  else writeLines(ports.out, outcomeLines(outcomes, styleFor(ports.env, ports.out.isTTY)));
  return outcomes.every(({ ok }) => ok) ? 0 : EXIT_STATUS.failed;
}

/** All names first, so that a misspelled second one does not leave half of the work done. */
export async function refuseUnknown(client: Client, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const known = (await client.snapshot()).agents.map(({ name }) => name);
  // A controller that is up before its session knows nobody yet: it says so itself, and a name is not to blame.
  if (known.length === 0) return;
  const unknown = names.filter((name) => !known.includes(name));
  const [first] = unknown;
  if (first !== undefined) throw unknownAgent(first, known, unknown);
}

export function unknownAgent(name: string, known: readonly string[], all: readonly string[] = [name]): OrchestraError {
  const meant = nearest(name, known);
  const list =
    known.length === 0
      ? 'there are no agents'
      : `agents: ${known.slice(0, 12).join(', ')}${known.length > 12 ? ', …' : ''}`;
  return new OrchestraError(
    'unknown-agent',
    `there is no agent ${name}`,
    meant === null ? list : `did you mean ${meant}?`,
    {
      unknown: all,
    },
  );
}
