import { spread } from '../lib/measure.mjs';
import { orchestraUp, tmuxUp } from './up.mjs';

export const title = 'up to 200 agents';

const SIZES = [9, 100, 200];
/** The cost of a further agent may grow by this factor and still be called flat. */
const FLAT = 1.25;

export async function measure({ quick }) {
  const samples = new Map();
  const note = (key, value) => samples.set(key, [...(samples.get(key) ?? []), value]);
  for (let round = 0; round < (quick ? 2 : 5); round++) {
    for (const size of SIZES) {
      const { running, status } = await orchestraUp('grid', size);
      note(`orchestra ${size}`, running);
      note(`status ${size}`, status);
      note(`tmux ${size}`, await tmuxUp('grid', size));
    }
  }
  const p50 = (key) => spread(samples.get(key)).p50;
  const further = (who, from, to) => (p50(`${who} ${to}`) - p50(`${who} ${from}`)) / (to - from);
  const growth = further('orchestra', 100, 200) / further('orchestra', 9, 100);
  return {
    rows: [
      {
        what: 'exec to 200 running, p50',
        unit: 'ms',
        ours: p50('orchestra 200'),
        peer: p50('tmux 200'),
        against: 'bare tmux, one command',
        most: 3,
      },
      {
        what: 'a further agent, 100 to 200',
        unit: 'ms',
        ours: further('orchestra', 100, 200),
        peer: further('orchestra', 9, 100),
        against: 'the same, 9 to 100',
        goal: `at most ${FLAT} (flat)`,
        met: growth <= FLAT,
      },
      {
        what: 'a further agent, 9 to 200',
        unit: 'ms',
        ours: further('orchestra', 9, 200),
        peer: further('tmux', 9, 200),
        against: 'bare tmux, one command',
        goal: 'told, no goal',
        met: true,
      },
    ],
    series: SIZES.flatMap((size) => [
      { what: `exec to ${size} running, orchestra`, unit: 'ms', ...spread(samples.get(`orchestra ${size}`)) },
      { what: `exec to \`status\` saying so, ${size}`, unit: 'ms', ...spread(samples.get(`status ${size}`)) },
      { what: `exec to ${size} running, bare tmux`, unit: 'ms', ...spread(samples.get(`tmux ${size}`)) },
    ]),
  };
}
