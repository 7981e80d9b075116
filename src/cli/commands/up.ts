import { dirname } from 'node:path';
import {
  EXIT_STATUS,
  OrchestraError,
  type Plan,
  pathsOf,
  type SessionSpec,
  type Snapshot,
} from '../../protocol/index.ts';
import { plainLine } from '../../base/index.ts';
import type { Client } from '../../rpc/index.ts';
import { didNotStart, failuresOf } from '../failures.ts';
import { INTERRUPTED, unlessInterrupted } from '../interrupt.ts';
import { type Loaded, loadSpec } from '../load.ts';
import { lookOn } from '../look-on.ts';
import type { CliPorts } from '../ports.ts';
import { type Progress, showProgress } from '../progress.ts';
import { findFile, findProject } from '../project.ts';
import { findSessionFile, type HeadStart, headStart, waitFor, withdraw } from '../reach.ts';
import { problemLines, writeJson, writeLines } from '../report.ts';
import { isSettled, type Standing, standings } from '../settle.ts';
import { isNoChange, planLines } from '../view/plan.ts';
import { countText } from '../view/status.ts';
import { styleFor } from '../view/style.ts';
import { attachTo, canAttach } from './attach.ts';
import { BY } from './command.ts';

export interface UpOptions {
  readonly file?: string;
  readonly profile?: string;
  readonly attach: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** A session that is just going down is waited for: this many tries, the last of them much later than any session takes. */
const APPLY_TRIES = 20;
/** Milliseconds `up` waits for the agents to get ready. */
const AGENTS_TIMEOUT = 60_000;

/** `orchestra up`. */
export async function up(ports: CliPorts, options: UpOptions): Promise<number> {
  const file = await fileToRaise(ports, options.file);
  const project = dirname(file);
  const start = options.dryRun ? null : await headStart(ports, project);
  const loaded = await loadSpec(ports, file, options.profile).catch(async (error: unknown) => {
    if (start !== null) await withdraw(ports, project, start);
    throw error;
  });
  const { spec, warnings } = loaded;
  const errStyle = styleFor(ports.env, ports.err.isTTY);
  if (!options.json)
    for (const warning of warnings) writeLines(ports.err, problemLines(warning, errStyle, ports.files.read));
  if (start === null) return (await import('./dry-run.ts')).dryRun(ports, spec, options.json === true);
  const progress = showProgress(ports, options.json === true);
  const work = bringUp(ports, loaded, start, progress).finally(() => progress.end());
  const raised = await unlessInterrupted(ports, work);
  if (raised === null) {
    work.catch(() => {}); // its failure concerns nobody any more
    progress.end();
    ports.err.write(
      `${spec.session} goes on starting without you; see: orchestra status, end it with: orchestra down\n`,
    );
    return INTERRUPTED;
  }
  return finish(ports, spec, raised, options);
}

/** The file of this folder; where there is none of its name, the one the session of this folder runs by. */
async function fileToRaise(ports: CliPorts, file: string | undefined): Promise<string> {
  const known = ports.files.kind(`${pathsOf(ports.cwd).run}/controller.sock`) !== null;
  if (file === undefined && known && findProject(ports).project === ports.cwd) return findSessionFile(ports, file);
  return findFile(ports, file, false);
}

interface Raised {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly standings: ReadonlyMap<string, Standing>;
}

async function bringUp(ports: CliPorts, loaded: Loaded, start: HeadStart, progress: Progress): Promise<Raised> {
  const since = ports.clock.wall();
  const { spec } = loaded;
  progress.update('starting the controller');
  const { client, plan } = await applied(ports, loaded, start, APPLY_TRIES);
  try {
    const snapshot = await followUp(ports, client, spec, since, progress);
    return { plan, snapshot, standings: standings(spec, snapshot.agents, since) };
  } finally {
    client.close();
  }
}

/** Applies the configuration; when that meets a session that is going down, to the one that follows it. */
async function applied(
  ports: CliPorts,
  loaded: Pick<Loaded, 'spec' | 'text'>,
  start: HeadStart,
  tries: number,
): Promise<{ readonly client: Client; readonly plan: Plan }> {
  const { spec, text } = loaded;
  const client = await waitFor(ports, spec.project, start);
  try {
    return { client, plan: await client.apply(spec, BY, text) };
  } catch (error) {
    client.close();
    if (!(error instanceof OrchestraError) || error.code !== 'not-running' || tries === 0) throw error;
  }
  await client.closed;
  return applied(ports, loaded, await headStart(ports, spec.project), tries - 1);
}

/** Applies a configuration to the session that runs, and tells what became of each agent, as `up` does it. Closes the client. */
export async function change(
  ports: CliPorts,
  client: Client,
  { spec, text }: { readonly spec: SessionSpec; readonly text: string | null },
  by: string,
  json: boolean,
): Promise<number> {
  const progress = showProgress(ports, json);
  const since = ports.clock.wall();
  try {
    progress.update('applying the configuration');
    const plan = await (text === null ? client.apply(spec, by) : client.apply(spec, by, text));
    const snapshot = await followUp(ports, client, spec, since, progress);
    progress.end();
    const raised = { plan, snapshot, standings: standings(spec, snapshot.agents, since) };
    return await finish(ports, spec, raised, { attach: false, json });
  } finally {
    progress.end();
    client.close();
  }
}

/** Follows the session until every agent stands where it will stay for now. */
function followUp(
  ports: CliPorts,
  client: Client,
  spec: SessionSpec,
  since: number,
  progress: Progress,
): Promise<Snapshot> {
  let told: ReadonlyMap<string, Standing> = new Map();
  return lookOn(ports, client, AGENTS_TIMEOUT, (snapshot) => {
    const now = standings(spec, snapshot.agents, since);
    tell(progress, spec, snapshot, now, told);
    told = now;
    return isSettled(now);
  });
}

const TELLING: Readonly<Record<Standing, string>> = {
  up: 'running',
  failed: 'failed',
  resting: 'stopped',
  blocked: 'waits',
  coming: 'starting',
};

function tell(
  progress: Progress,
  spec: SessionSpec,
  snapshot: Snapshot,
  now: ReadonlyMap<string, Standing>,
  before: ReadonlyMap<string, Standing>,
): void {
  const states = new Map(snapshot.agents.map((agent) => [agent.name, agent]));
  for (const [name, standing] of now) {
    if (standing === 'coming' || before.get(name) === standing || (standing === 'up' && before.size === 0)) continue;
    const detail = plainLine(states.get(name)?.detail ?? '');
    if (standing !== 'up') progress.note(`${name} ${TELLING[standing]}${detail === '' ? '' : `: ${detail}`}`);
  }
  const coming = [...now].filter(([, standing]) => standing === 'coming').map(([name]) => name);
  const upCount = [...now.values()].filter((standing) => standing === 'up').length;
  const first = coming[0];
  const rest = coming.length > 1 ? ` and ${coming.length - 1} more` : '';
  progress.update(
    `${upCount}/${spec.agents.length} running${first === undefined ? '' : `  ${first}${rest} starting…`}`,
  );
}

async function finish(ports: CliPorts, spec: SessionSpec, raised: Raised, options: UpOptions): Promise<number> {
  const { plan, snapshot } = raised;
  await refuseFailed(ports, spec, raised);
  const of = (wanted: Standing): string[] =>
    [...raised.standings].filter(([, one]) => one === wanted).map(([name]) => name);
  const late = of('coming');
  if (options.json) {
    const { session, project } = snapshot;
    writeJson(ports.out, { session, project, plan, late, agents: snapshot.agents });
  } else writeLines(ports.out, summary(ports, raised, of('resting')));
  const attaching = options.attach && !options.json && canAttach(ports);
  if (late.length > 0 && !options.json)
    ports.err.write(`still starting after ${AGENTS_TIMEOUT / 1000} s: ${late.join(', ')}\n`);
  if (attaching) {
    const { project, session, tmux } = snapshot;
    return attachTo(ports, { project, socket: tmux.socket, pid: tmux.pid, session });
  }
  return late.length > 0 ? EXIT_STATUS.timeout : 0;
}

function summary(ports: CliPorts, { plan, snapshot }: Raised, resting: readonly string[]): string[] {
  const style = styleFor(ports.env, ports.out.isTTY);
  const fresh = plan.session === 'new';
  const stopped = snapshot.agents
    .filter(({ name, state }) => state === 'stopped' && resting.includes(name))
    .map(({ name }) => name);
  return [
    ...(fresh
      ? []
      : isNoChange(plan)
        ? [`${snapshot.session} runs already; nothing had to change`]
        : planLines(plan, 'after', style)),
    `${style.paint('bold', snapshot.session)}  ${countText(snapshot.agents)}`,
    ...(stopped.length === 0
      ? []
      : [`stays stopped: ${stopped.join(', ')}; start with: orchestra start ${stopped[0]}`]),
  ];
}

async function refuseFailed(
  ports: CliPorts,
  spec: SessionSpec,
  { snapshot, standings: all, plan }: Raised,
): Promise<void> {
  const agents = snapshot.agents.filter(({ name }) => all.get(name) === 'failed');
  if (agents.length === 0) return;
  const failed = await failuresOf(ports, pathsOf(spec.project), agents);
  const others = [...all].filter(([, standing]) => standing !== 'failed');
  const run = others.length > 0 && others.every(([, standing]) => standing === 'up');
  throw didNotStart(failed, `${run ? '; the others run' : ''} (${countText(snapshot.agents)})`, { plan });
}
