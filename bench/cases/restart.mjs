import { Crew, names } from '../lib/crew.mjs';
import { jitter, now, spread, within } from '../lib/measure.mjs';
import { inScratch } from '../lib/reap.mjs';
import { Reports } from '../lib/reports.mjs';
import { Pm2 } from '../peers/pm2.mjs';

export const title = '`kill -9` of an agent to its replacement running';

/** Nine agents under each, both up at the same time, killed in turn: what disturbs one disturbs the other. */
export const measure = ({ quick }) =>
  inScratch(async (dir) => {
    const reports = new Reports(dir);
    const crew = new Crew({ dir, agents: names(9), layout: 'nine', reports: reports.path });
    const pm2 = new Pm2({ dir, agents: names(9, 'p'), reports: reports.path });
    try {
      for (const side of [crew, pm2]) {
        await side.up();
        await within(20_000, 'the first start', reports.all(side.agents, 0));
      }
      await jitter(3000, 3000); // both have finished starting up
      const samples = { orchestra: [], PM2: [] };
      for (let round = 0; round < (quick ? 40 : 200); round++) {
        samples.orchestra.push(await killOne(reports, crew.agents));
        samples.PM2.push(await killOne(reports, pm2.agents));
      }
      return told(spread(samples.orchestra), spread(samples.PM2));
    } finally {
      await Promise.all([crew.down(), pm2.down()]);
      reports.close();
    }
  });

async function killOne(reports, agents) {
  const tag = agents[Math.floor(Math.random() * agents.length)];
  const { pid } = reports.newest.get(tag);
  const replaced = reports.next(tag);
  const from = now();
  process.kill(pid, 'SIGKILL');
  const { time } = await within(10_000, `the replacement of ${tag}`, replaced);
  await jitter(20, 50);
  return time - from;
}

const told = (ours, peer) => ({
  rows: [
    { what: 'kill to replacement, p50', unit: 'ms', ours: ours.p50, peer: peer.p50, against: 'PM2', most: 0.6 },
    { what: 'kill to replacement, p99', unit: 'ms', ours: ours.p99, peer: peer.p99, against: 'PM2', most: 1 },
  ],
  series: [
    { what: 'kill to replacement, orchestra', unit: 'ms', ...ours },
    { what: 'kill to replacement, PM2', unit: 'ms', ...peer },
  ],
});
