import { readFileSync } from 'node:fs';
import { now, pause } from '../lib/measure.mjs';
import { inScratch } from '../lib/reap.mjs';
import { YamlCrew } from '../lib/yaml-crew.mjs';

export const title = 'looking at process trees';

/** A tree of twenty processes, one of which does a little: trees where nothing happens are looked at less often. */
const TREE = 'for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do sleep 1000 & done; while :; do sleep 0.5; done';
const GOALS = [
  { agents: 9, command: TREE, what: 'nine trees of 20 processes', most: 0.5 },
  { agents: 200, command: 'while :; do sleep 1; done', what: '200 agents', most: 3 },
];

export async function measure({ quick }) {
  const rows = [];
  for (const goal of GOALS) rows.push(...(await sampled(goal, quick ? 20_000 : 90_000)));
  return { rows, series: [] };
}

const ticks = (pid) => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
};

const sampled = ({ agents, command, what, most }, ms) =>
  inScratch(async (dir) => {
    const crew = new YamlCrew({ dir, agents: { a: { command, replicas: agents } } });
    try {
      await crew.up();
      await pause(20_000);
      const { controller } = await crew.json('status');
      const [from, began] = [ticks(controller.pid), now()];
      await pause(ms);
      const share = ((ticks(controller.pid) - from) * 1_000) / (now() - began);
      const { watching } = await crew.json('usage');
      return [
        {
          what: `looking at ${what}, every ${watching.every} ms`,
          unit: '% of a core',
          ours: watching.cpu,
          peer: share,
          against: 'all the controller does meanwhile',
          goal: `under ${most} %`,
          met: watching.cpu < most,
        },
      ];
    } finally {
      await crew.down();
    }
  });
