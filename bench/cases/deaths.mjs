import { Crew, names } from '../lib/crew.mjs';
import { jitter, now, pause, spread, until, within } from '../lib/measure.mjs';
import { inScratch } from '../lib/reap.mjs';
import { Reports } from '../lib/reports.mjs';
import { Tmux } from '../peers/tmux.mjs';

export const title = "deaths noticed, beside tmux's own pane-died hook";

const CREW = 50;
/** A death that is told later than this is not noticed, ms. */
const NOTICED = 1000;

/** Fifty agents under each; singly in blocks that alternate, then all fifty at once. */
export const measure = ({ quick }) =>
  inScratch(async (dir) => {
    const reports = new Reports(dir);
    const crew = new Crew({ dir, agents: names(CREW), layout: 'grid', reports: reports.path });
    const tmux = new Tmux({ dir, agents: names(CREW, 'p'), reports: reports.path });
    let client = null;
    try {
      await crew.up();
      client = await crew.connect();
      const watched = await watch(client);
      const hooked = await hook(tmux, reports);
      const single = { ours: [], peer: [] };
      const burst = { ours: [], peer: [] };
      for (let block = 0; block < (quick ? 2 : 1000 / CREW); block++) {
        for (let n = 0; n < CREW; n++) {
          single.ours.push(...(await killWatched(watched, [any(crew.agents)])));
          await jitter(5, 20);
        }
        single.peer.push(...(await killHooked(hooked, false)));
      }
      for (let round = 0; round < (quick ? 3 : 20); round++) {
        burst.ours.push(...(await killWatched(watched, crew.agents)));
        burst.peer.push(...(await killHooked(hooked, true)));
      }
      return told(single, burst);
    } finally {
      client?.close();
      await Promise.all([crew.down(), tmux.down()]);
      reports.close();
    }
  });

const any = (list) => list[Math.floor(Math.random() * list.length)];

// ---- orchestra: what its socket says --------------------------------------------------------------------------------------

/** Follows the controller's events: each agent's state, process and incarnation, and who waits for its end. */
async function watch(client) {
  const agents = new Map();
  await client.subscribe((message) => {
    if (message.kind === 'snapshot') for (const each of message.snapshot.agents) agents.set(each.name, { ...each });
    if (message.kind !== 'event' || message.event.agent === null) return;
    const { type, agent, data } = message.event;
    const known = agents.get(agent);
    if (type === 'agent.started') Object.assign(known, data);
    if (type === 'agent.state') known.state = data.to;
    if (type === 'agent.exited' && data.incarnation === known.awaited) {
      known.noticedAt = now();
    }
  });
  return agents;
}

/** Kills these agents and gives, for each, the ms until the controller told of it; null: not within a second. */
async function killWatched(agents, tags) {
  const victims = tags.map((tag) => agents.get(tag));
  const running = () =>
    victims.every(({ state, incarnation, awaited }) => state === 'running' && incarnation !== awaited);
  await until(20_000, 'all victims running', running, 1);
  for (const victim of victims) {
    victim.awaited = victim.incarnation;
    victim.noticedAt = null;
    victim.killedAt = now();
    process.kill(victim.pid, 'SIGKILL');
  }
  const told = () => victims.every(({ noticedAt }) => noticedAt !== null);
  await until(NOTICED + 50, '', told, 1).catch(() => {});
  return victims.map(({ killedAt, noticedAt }) =>
    noticedAt === null || noticedAt - killedAt > NOTICED ? null : noticedAt - killedAt,
  );
}

// ---- tmux: what its hook says -----------------------------------------------------------------------------------------------

/** A plain server whose panes stay when their program ends, with a hook that tells of it. */
async function hook(tmux, reports) {
  await tmux.prepare('grid');
  const { first, file } = tmux;
  await tmux.exec(
    'new-session',
    '-d',
    '-x',
    '200',
    '-y',
    '50',
    '--',
    ...tmux.argv(first),
    ';',
    'set',
    '-g',
    'remain-on-exit',
    'on',
    ';',
    'set-hook',
    '-g',
    'pane-died',
    `run-shell -b 'echo - 0 #{hook_pane} >${reports.path}'`,
    ';',
    'source-file',
    file,
  );
  await within(20_000, 'the panes of plain tmux', reports.all(tmux.agents, 0));
  const pids = new Map(tmux.agents.map((agent) => [reports.newest.get(agent).pid, agent]));
  const listed = await tmux.exec('list-panes', '-a', '-F', '#{pane_id} #{pane_pid}');
  const panes = listed
    .trim()
    .split('\n')
    .map((line) => ({ id: line.split(' ')[0], tag: pids.get(Number(line.split(' ')[1])) }));
  return { tmux, reports, panes };
}

/** The same of every pane, one after the other or at once; all live again afterwards. */
async function killHooked({ tmux, reports, panes }, atOnce) {
  const killed = [];
  for (const { id, tag } of panes) {
    reports.newest.delete(id);
    const from = now();
    process.kill(reports.newest.get(tag).pid, 'SIGKILL');
    killed.push({ id, from });
    // A hook that fires fires within 20 ms; the next kill does not wait a second for one that never will.
    if (!atOnce) await Promise.race([until(60, '', () => reports.newest.has(id), 1).catch(() => {}), pause(60)]);
    if (!atOnce) await jitter(5, 20);
  }
  await until(NOTICED, '', () => panes.every(({ id }) => reports.newest.has(id)), 5).catch(() => {});
  const samples = killed.map(({ id, from }) => {
    const after = (reports.newest.get(id)?.time ?? Number.POSITIVE_INFINITY) - from;
    return after > NOTICED ? null : after;
  });
  const since = now();
  await tmux.exec(...panes.flatMap(({ id }) => ['respawn-pane', '-k', '-t', id, ';']).slice(0, -1));
  await within(20_000, 'the respawned panes', reports.all(tmux.agents, since));
  return samples;
}

// ---- what came of it ----------------------------------------------------------------------------------------------------

function told(single, burst) {
  const rows = [];
  const series = [];
  for (const [how, { ours, peer }] of Object.entries({ singly: single, '50 at once': burst })) {
    const [seen, hooks] = [ours, peer].map((samples) => samples.filter((sample) => sample !== null));
    rows.push({
      what: `deaths noticed within 1 s, ${how}`,
      unit: `of ${ours.length}`,
      ours: seen.length,
      peer: hooks.length,
      against: `pane-died hook of tmux, of ${peer.length}`,
      goal: 'every one',
      met: seen.length === ours.length,
    });
    rows.push({
      what: `kill to notice, ${how}, p50`,
      unit: 'ms',
      ours: spread(seen).p50,
      peer: spread(hooks).p50,
      against: 'pane-died hooks that fired',
      goal: how === 'singly' ? 'under 5 ms' : 'told, no goal',
      met: how !== 'singly' || spread(seen).p50 < 5,
    });
    series.push({ what: `kill to notice, ${how}, orchestra`, unit: 'ms', ...spread(seen) });
    series.push({ what: `kill to notice, ${how}, tmux hook`, unit: 'ms', ...spread(hooks) });
  }
  return { rows, series };
}
