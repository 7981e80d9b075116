import { Crew, names } from '../lib/crew.mjs';
import { now, spread, within } from '../lib/measure.mjs';
import { inScratch } from '../lib/reap.mjs';
import { Reports } from '../lib/reports.mjs';
import { Tmux } from '../peers/tmux.mjs';
import { Tmuxp } from '../peers/tmuxp.mjs';

export const title = '`orchestra up` on nine agents, cold';

/** Each round a new folder and a new server for each of the three, who takes the first turn changes. */
export async function measure({ quick }) {
  const rounds = quick ? 3 : 10;
  const samples = { orchestra: [], tmuxp: [], tmux: [], ended: [], status: [] };
  const turns = [
    async () => {
      const { running, ended, status } = await orchestraUp('nine', 9);
      samples.orchestra.push(running);
      samples.ended.push(ended);
      samples.status.push(status);
    },
    async () => samples.tmuxp.push(await tmuxpUp(9)),
    async () => samples.tmux.push(await tmuxUp('nine', 9)),
  ];
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < turns.length; turn++) await turns[(round + turn) % turns.length]();
  }
  const of = Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, spread(values)]));
  const what = (text) => `exec to ${text}`;
  return {
    rows: [
      {
        what: what('nine running, p50'),
        unit: 'ms',
        ours: of.orchestra.p50,
        peer: of.tmuxp.p50,
        against: 'tmuxp load -d',
        most: 0.8,
      },
      {
        what: what('nine running, p50'),
        unit: 'ms',
        ours: of.orchestra.p50,
        peer: of.tmux.p50,
        against: 'bare tmux, one command',
        goal: 'told, no goal',
        met: true,
      },
    ],
    series: [
      { what: what('nine running, orchestra'), unit: 'ms', ...of.orchestra },
      { what: what('`status` saying so, orchestra'), unit: 'ms', ...of.status },
      { what: what('the end of `orchestra up`'), unit: 'ms', ...of.ended },
      { what: what('nine running, tmuxp'), unit: 'ms', ...of.tmuxp },
      { what: what('nine running, bare tmux'), unit: 'ms', ...of.tmux },
    ],
  };
}

/** @returns ms from the exec of `orchestra up` to the last agent's first instruction, to its own end, to the snapshot that says so */
export const orchestraUp = (layout, count) =>
  inScratch(async (dir) => {
    const reports = new Reports(dir);
    const crew = new Crew({ dir, agents: names(count), layout, reports: reports.path });
    let client = null;
    try {
      const from = now();
      const ended = crew.up().then(() => now());
      // Nobody asks the controller anything before they run: asking would be measured as well.
      const running = await within(
        60_000,
        `${count} agents`,
        Promise.race([reports.all(crew.agents, from), failure(ended)]),
      );
      client = await crew.connectSoon();
      await crew.allRunning(client);
      const status = now();
      return {
        running: running - from,
        status: status - from,
        ended: (await within(60_000, 'orchestra up', ended)) - from,
      };
    } finally {
      client?.close();
      await crew.down();
      reports.close();
    }
  });

/** Rejects when `work` does, and is silent when it goes well. */
const failure = (work) => new Promise((_, reject) => void work.catch(reject));

const tmuxpUp = (count) =>
  plainUp(
    count,
    (options) => new Tmuxp(options),
    async () => {},
  );
export const tmuxUp = (layout, count) =>
  plainUp(
    count,
    (options) => new Tmux(options),
    (tmux) => tmux.prepare(layout),
  );

const plainUp = (count, make, prepare) =>
  inScratch(async (dir) => {
    const reports = new Reports(dir);
    const peer = make({ dir, agents: names(count), reports: reports.path });
    try {
      await prepare(peer);
      const from = now();
      const ended = peer.up();
      const running = await within(
        60_000,
        `${count} panes`,
        Promise.race([reports.all(peer.agents, from), failure(ended)]),
      );
      await ended;
      return running - from;
    } finally {
      await peer.down();
      reports.close();
    }
  });
