import { nearest } from '../../base/index.ts';
import {
  type AgentSnapshot,
  EXIT_STATUS,
  OrchestraError,
  type Outcome,
  type Paths,
  type Snapshot,
  type Verb,
} from '../../protocol/index.ts';
import type { Client } from '../../rpc/index.ts';
import { didNotStart, failuresOf } from '../failures.ts';
import { lookOn } from '../look-on.ts';
import type { CliPorts } from '../ports.ts';
import { findProject } from '../project.ts';
import { showProgress } from '../progress.ts';
import { type FailedAgent, writeJson, writeLines } from '../report.ts';
import { afterStart } from '../settle.ts';
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
  options: { readonly file?: string; readonly json?: boolean; readonly rolling?: boolean },
): Promise<number> {
  const paths = findProject(ports, options.file);
  const client = await ports.connect(paths.run);
  const progress = showProgress(ports, options.json === true);
  let outcomes: readonly Outcome[];
  let failed: readonly FailedAgent[] = [];
  try {
    const agents = await agentsOf(client, names);
    progress.update(`${DOING[verb]} ${agents.length === 0 ? 'all agents' : agents.join(', ')}`);
    const since = ports.clock.wall();
    // Each of those that are started one after the other has proven itself.
    if (options.rolling === true) ({ outcomes } = await client.roll(agents, null, BY));
    else outcomes = await client.command(verb, agents, BY);
    if (verb !== 'stop' && options.rolling !== true)
      ({ outcomes, failed } = await proven(ports, client, paths, outcomes, since));
  } finally {
    progress.end();
    client.close();
  }
  if (options.json) writeJson(ports.out, { verb, outcomes, ...(failed.length === 0 ? {} : { failed }) });
  else writeLines(ports.out, outcomeLines(outcomes, styleFor(ports.env, ports.out.isTTY)));
  if (failed.length > 0 && !options.json) throw didNotStart(failed, '');
  return outcomes.every(({ ok }) => ok) ? 0 : EXIT_STATUS.failed;
}

/** Milliseconds an agent that dies again and again is looked at. */
const PROOF_WITHIN = 2_000;

/**
 * A program that is not there, or refuses its arguments, runs for a moment: "running" is believed when the agent has run for long enough, as `up`
 * does it. What failed is told with its last words.
 */
async function proven(
  ports: CliPorts,
  client: Client,
  paths: Paths,
  outcomes: readonly Outcome[],
  since: number,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly failed: readonly FailedAgent[] }> {
  const concerned = new Set(outcomes.map(({ agent }) => agent));
  const started = new Set(outcomes.flatMap(({ agent, ok }) => (ok ? [agent] : [])));
  const of = (snapshot: Snapshot): readonly AgentSnapshot[] =>
    snapshot.agents.filter(({ name }) => concerned.has(name));
  const snapshot = await lookOn(ports, client, PROOF_WITHIN, (now) =>
    of(now).every((agent) => !started.has(agent.name) || afterStart(agent, since) !== 'coming'),
  );
  const fell = of(snapshot).filter((agent) => afterStart(agent, since) !== 'up');
  const states = new Map(fell.map((agent) => [agent.name, agent]));
  return {
    outcomes: outcomes.map((outcome) => {
      const agent = states.get(outcome.agent);
      if (agent === undefined || !outcome.ok) return outcome;
      const what = agent.detail === '' ? 'dies again and again' : agent.detail;
      return { agent: agent.name, ok: false, message: `${agent.state}: ${what}` };
    }),
    failed: await failuresOf(ports, paths, fell),
  };
}

/** The agents that are meant; empty: all of them. Names beside `all` are looked at too: a misspelled one would have stopped everybody. */
export async function agentsOf(client: Client, names: readonly string[]): Promise<readonly string[]> {
  const asked = [...new Set(names)].filter((name) => name !== 'all');
  if (asked.length === 0) return [];
  const known = (await client.snapshot()).agents.map(({ name }) => name);
  const agents = [...new Set(asked.flatMap((name) => (known.includes(name) ? [name] : replicasOf(name, known))))];
  refuseUnknown(agents, known);
  return names.includes('all') ? [] : agents;
}

/** The name in the file stands for all replicas of it (`p` for `p-1`, `p-2`); another is given back as it is. */
function replicasOf(name: string, known: readonly string[]): readonly string[] {
  const found = known.filter((each) => each.startsWith(`${name}-`) && /^[1-9]\d*$/.test(each.slice(name.length + 1)));
  return found.length === 0 ? [name] : found;
}

/** All names first, so that a misspelled second one does not leave half of the work done. */
function refuseUnknown(names: readonly string[], known: readonly string[]): void {
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
