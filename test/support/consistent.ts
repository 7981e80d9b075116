import { openDatabase } from '../../src/platform/index.ts';
import type { OrchestraEvent, Snapshot } from '../../src/protocol/index.ts';
import { statOf, zombiesOf } from './processes.ts';
import type { Project } from './project.ts';
import { until } from './until.ts';

/**
 * What must hold after whatever happened, once it is quiet: each agent runs as exactly one process tree, under the one shim that its
 * pane has; nothing else of the project runs; the state shown is the state that is; the journal is readable and tells one story.
 */
export async function assertConsistent(project: Project, within = 15_000): Promise<Snapshot> {
  await until(
    'a consistent session',
    () => problems(project),
    (found) => found.length === 0,
    within,
    50,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\n${project.diagnosis()}`);
  });
  assertJournal(project, await project.events());
  return project.status();
}

async function problems(project: Project): Promise<string[]> {
  const snapshot = await project.status();
  const panes = (await project.tmux('list-panes', '-a', '-F', '#{@agent} #{pane_pid} #{pane_dead} #{pane_id}')).map(
    (line) => line.split(' '),
  );
  const found: string[] = [];
  const processes = project.processes();
  for (const agent of snapshot.agents) {
    const mine = panes.filter(([name]) => name === agent.name);
    if (mine.length !== 1) found.push(`${agent.name} has ${mine.length} panes`);
    if (mine.length === 1 && (mine[0]?.[1] !== String(agent.pane_pid) || mine[0]?.[2] !== '0'))
      found.push(`${agent.name}: pane is ${mine[0]?.join(' ')}, status says ${agent.pane} ${agent.pane_pid}`);
    const shims = processes.filter(
      (each) => each.comm !== 'tmux: server' && each.args.endsWith(`/.orchestra/run ${agent.name}`),
    );
    const owners = shims.filter((each) => !shims.some((other) => other.pid === each.ppid));
    if (owners.length !== 1 || owners[0]?.pid !== agent.pane_pid)
      found.push(`${agent.name}: shims ${owners.map(({ pid }) => pid).join(' ')}, status says ${agent.pane_pid}`);
    const tree = project.treeOf(agent.name);
    const wrong = tree.filter((each) => each.env.get('ORCHESTRA_INCARNATION') !== String(agent.incarnation));
    for (const each of wrong) found.push(`${agent.name}: ${each.pid} (${each.args}) is of another incarnation`);
    if (agent.state === 'running') {
      if (agent.pid === null || statOf(agent.pid)?.ppid !== agent.pane_pid)
        found.push(`${agent.name}: ${agent.pid} is no child of its shim ${agent.pane_pid}`);
      const roots = tree.filter((each) => each.ppid === agent.pane_pid);
      if (roots.length !== 1) found.push(`${agent.name}: ${roots.length} process trees`);
    } else if (agent.state === 'stopped' || agent.state === 'broken') {
      for (const each of tree) found.push(`${agent.name} is ${agent.state} but ${each.pid} runs: ${each.args}`);
    } else found.push(`${agent.name} is ${agent.state}: ${agent.detail}`);
  }
  for (const [name = '', pid] of panes)
    if (name !== 'dashboard' && !snapshot.agents.some((agent) => agent.name === name))
      found.push(`pane of nobody: ${name} ${pid}`);
  for (const parent of [snapshot.controller.pid, ...project.keepers().map(({ pid }) => pid)])
    for (const zombie of zombiesOf(parent)) found.push(`zombie ${zombie.pid} (${zombie.comm}) under ${parent}`);
  if (project.keepers().length !== 1) found.push(`${project.keepers().length} keepers`);
  const controllers = processes.filter((each) => each.args.includes('/bin/controller.cjs ') && each.comm === 'node');
  if (controllers.length !== 1) found.push(`${controllers.length} controllers`);
  const servers = processes.filter((each) => each.comm.startsWith('tmux: server'));
  if (servers.length !== 1) found.push(`${servers.length} tmux servers`);
  return found;
}

/** Each incarnation starts at most once, ends at most once and not before it started, and only the newest may be without an end. */
export function assertJournal(project: Project, events: readonly OrchestraEvent[]): void {
  const database = openDatabase(project.paths.database);
  try {
    const check = Object.values(database.prepare('PRAGMA integrity_check').get() ?? {})[0];
    if (check !== 'ok') throw new Error(`the journal is damaged: ${String(check)}`);
  } finally {
    database.close();
  }
  const faults: string[] = [];
  const lives = new Map<string, { started: number; exited: number }>();
  for (const event of events) {
    if (event.type !== 'agent.started' && event.type !== 'agent.exited') continue;
    const key = `${event.agent}.${event.data.incarnation}`;
    const life = lives.get(key) ?? { started: 0, exited: 0 };
    lives.set(key, life);
    if (event.type === 'agent.started') life.started++;
    else life.exited++;
    if (life.exited > 0 && life.started === 0) faults.push(`${key} ended without a start`);
    if (life.started > 1) faults.push(`${key} started twice`);
    if (life.exited > 1) faults.push(`${key} ended twice`);
  }
  const newest = new Map<string, number>();
  for (const key of lives.keys()) {
    const [agent = '', incarnation] = key.split('.');
    newest.set(agent, Math.max(newest.get(agent) ?? 0, Number(incarnation)));
  }
  for (const [key, life] of lives) {
    const [agent = '', incarnation] = key.split('.');
    if (life.exited === 0 && Number(incarnation) !== newest.get(agent)) faults.push(`${key} never ended`);
  }
  if (faults.length > 0) throw new Error(`the journal is inconsistent:\n${faults.join('\n')}\n${project.diagnosis()}`);
}
