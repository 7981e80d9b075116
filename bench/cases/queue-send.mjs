import { Crew, names, ORCHESTRA } from '../lib/crew.mjs';
import { now, pause, spread } from '../lib/measure.mjs';
import { inScratch } from '../lib/reap.mjs';
import { Reports } from '../lib/reports.mjs';
import { must } from '../lib/run.mjs';
import { TEXT } from '../lib/sender.mjs';

export const title = '`orchestra send`';

export const measure = ({ quick }) =>
  inScratch(async (dir) => {
    const reports = new Reports(dir);
    // Nothing is typed: that would go on while the next command is timed.
    const more = 'messages: { depth: 1000000 }\n';
    const crew = new Crew({ dir, agents: names(9), layout: 'nine', reports: reports.path, delivery: 'inbox', more });
    const samples = { send: [], node: [] };
    const time = async (argv) => {
      const from = now();
      await must(argv, { cwd: crew.project });
      return now() - from;
    };
    try {
      await crew.up();
      await pause(2000);
      for (let round = 0; round < (quick ? 15 : 60); round++) {
        samples.send.push(await time([ORCHESTRA, 'send', 'a1', TEXT]));
        samples.node.push(await time([process.execPath, '-e', '0']));
      }
    } finally {
      await crew.down();
      reports.close();
    }
    const [ours, peer] = [spread(samples.send), spread(samples.node)];
    return {
      rows: [
        { what: 'orchestra send, p50', unit: 'ms', ours: ours.p50, peer: peer.p50, against: 'node -e 0', most: 2 },
      ],
      series: [
        { what: 'orchestra send, nine agents', unit: 'ms', ...ours },
        { what: 'node -e 0, beside it', unit: 'ms', ...peer },
      ],
    };
  });
