import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause, until } from '../lib/measure.mjs';
import { inScratch } from '../lib/reap.mjs';
import { YamlCrew } from '../lib/yaml-crew.mjs';
import { Pm2Apps } from '../peers/pm2-apps.mjs';
import { supervisord } from '../peers/supervisord.mjs';

export const title = 'an agent that dies after 1.2 s, again and again, everybody with their defaults';

/** The same program under all three, at the same time; starts are the lines it wrote. */
export const measure = ({ quick }) =>
  inScratch(async (dir) => {
    const file = (who) => join(dir, `starts-${who}`);
    const program = (who) => ['sh', '-c', `echo >> ${file(who)}; sleep 1.2; exit 1`];
    const count = (who) => readFileSync(file(who), 'utf8').length;
    const crew = new YamlCrew({ dir, agents: { loop: { command: program('orchestra') } } });
    const pm2 = new Pm2Apps({ dir, apps: [{ name: 'loop', script: '/bin/sh', args: program('PM2').slice(1) }] });
    const peer = supervisord({ dir, command: `sh -c "echo >> ${file('supervisord')}; sleep 1.2; exit 1"` });
    try {
      await Promise.all([crew.up(), pm2.up()]);
      const broken = async () => (await crew.json('status')).agents.every(({ state }) => state === 'broken');
      await until(120_000, 'the breaker', broken, 250);
      const who = ['orchestra', 'PM2', 'supervisord'];
      const before = who.map(count);
      await pause(quick ? 20_000 : 300_000);
      const [ours, ...others] = who.map((each, n) => count(each) - before[n]);
      const row = {
        what: 'starts in 5 minutes once the breaker is open',
        unit: '',
        ours,
        goal: 'at most 1',
        met: ours <= 1,
      };
      return {
        rows: [
          { ...row, peer: others[0], against: 'PM2' },
          { ...row, peer: others[1], against: 'supervisord' },
        ],
        series: [],
      };
    } finally {
      peer.kill('SIGTERM');
      await Promise.all([crew.down(), pm2.down()]);
    }
  });
