import { readFileSync } from 'node:fs';
import { Crew, names } from '../lib/crew.mjs';
import { now, pause, spread, within } from '../lib/measure.mjs';
import { inScratch } from '../lib/reap.mjs';
import { Reports } from '../lib/reports.mjs';
import { Pm2 } from '../peers/pm2.mjs';

export const title = 'an idle controller';

/** sysconf(_SC_CLK_TCK) on Linux. */
const TICKS = 100;
const GOALS = [
  { agents: 9, cpu: 0.5, memory: 90 },
  { agents: 200, cpu: 3, memory: 140 },
];

export async function measure({ quick }) {
  const found = [];
  for (const goal of GOALS) found.push(await idle(goal, quick ? 15 : 60));
  return { rows: found.flatMap(({ rows }) => rows), series: found.flatMap(({ series }) => series) };
}

/** Processor time of a process and of the children it has waited for, seconds (proc_pid_stat(5), fields 14 to 17). */
function cpuSeconds(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
}

const residentMegabytes = (pid) =>
  (Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1024) / 1e6;

/** Both are idle at the same time, the processor time of both is read over the same seconds. */
const idle = ({ agents, cpu, memory }, seconds) =>
  inScratch(async (dir) => {
    const reports = new Reports(dir);
    const crew = new Crew({ dir, agents: names(agents), layout: 'grid', reports: reports.path });
    const pm2 = new Pm2({ dir, agents: names(agents, 'p'), reports: reports.path });
    try {
      for (const side of [crew, pm2]) {
        await side.up();
        await within(120_000, 'the first start', reports.all(side.agents, 0));
      }
      const client = await crew.connect();
      const tmux = (await client.snapshot()).tmux.pid;
      client.close();
      const watched = { orchestra: client.controllerPid, PM2: pm2.pid, tmux };
      await pause(10_000);
      const used = await watchFor(watched, seconds);
      const limit = {
        unit: '% of a core',
        ours: used.orchestra.cpu,
        peer: used.PM2.cpu,
        against: `PM2 with ${agents}`,
      };
      const size = {
        unit: 'MB',
        ours: used.orchestra.memory.max,
        peer: used.PM2.memory.max,
        against: `PM2 with ${agents}`,
      };
      return {
        rows: [
          { what: `processor, ${agents} agents`, ...limit, goal: `under ${cpu} %`, met: limit.ours < cpu },
          { what: `resident memory, ${agents} agents`, ...size, goal: `under ${memory} MB`, met: size.ours < memory },
        ],
        series: Object.entries(used).flatMap(([who, { each, memory: resident }]) => [
          { what: `processor by 5 s, ${agents} agents, ${who}`, unit: '%', ...each },
          { what: `resident memory, ${agents} agents, ${who}`, unit: 'MB', ...resident },
        ]),
      };
    } finally {
      await Promise.all([crew.down(), pm2.down()]);
      reports.close();
    }
  });

async function watchFor(watched, seconds) {
  const looks = [];
  for (let past = 0; past <= seconds; past += 5) {
    if (past > 0) await pause(5000);
    looks.push({
      at: now(),
      of: Object.entries(watched).map(([who, pid]) => [who, cpuSeconds(pid), residentMegabytes(pid)]),
    });
  }
  const used = {};
  for (const [index, who] of Object.keys(watched).entries()) {
    const share = (a, b) => ((b.of[index][1] - a.of[index][1]) / ((b.at - a.at) / 1000)) * 100;
    used[who] = {
      cpu: share(looks[0], looks.at(-1)),
      each: spread(looks.slice(1).map((look, before) => share(looks[before], look))),
      memory: spread(looks.map((look) => look.of[index][2])),
    };
  }
  return used;
}
