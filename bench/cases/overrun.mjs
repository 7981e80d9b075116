import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spread, until } from '../lib/measure.mjs';
import { inScratch } from '../lib/reap.mjs';
import { YamlCrew } from '../lib/yaml-crew.mjs';
import { Pm2Apps } from '../peers/pm2-apps.mjs';

export const title = 'a program over its memory limit, to its replacement';

/** Says when it starts and when it begins to take too much: where the kernel holds the limit it does not come further than that. */
const PROGRAM = `
import { appendFileSync } from 'node:fs';
const say = (what) => appendFileSync(process.argv[2], what + ' ' + Date.now() + '\\n');
say('start');
setTimeout(() => { say('over'); globalThis.kept = Buffer.alloc(220e6, 1); }, 1500);
setInterval(() => {}, 1000);
`;

/** Times from \`over\` to the next \`start\`, ms. */
function gaps(file) {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const found = [];
  let over = null;
  for (const line of lines) {
    const [what, at] = line.split(' ');
    if (what === 'over') over = Number(at);
    else if (over !== null) {
      found.push(Number(at) - over);
      over = null;
    }
  }
  return found;
}

export const measure = ({ quick }) =>
  inScratch(async (dir) => {
    const program = join(dir, 'over.mjs');
    writeFileSync(program, PROGRAM);
    const file = (who) => join(dir, `told-${who}`);
    const crew = new YamlCrew({
      dir,
      agents: {
        over: {
          command: [process.execPath, program, file('orchestra')],
          limits: { memory: '150MB' },
          restart: { backoff: 'off', breaker: 'off' },
        },
      },
    });
    const pm2 = new Pm2Apps({
      dir,
      apps: [{ name: 'over', script: process.execPath, args: [program, file('PM2')], max_memory_restart: '150M' }],
    });
    try {
      await Promise.all([crew.up(), pm2.up()]);
      const [ours, theirs] = quick ? [3, 1] : [10, 3];
      const enough = () => gaps(file('orchestra')).length >= ours && gaps(file('PM2')).length >= theirs;
      await until(240_000, 'enough of them', enough, 250);
      const [mine, peer] = [spread(gaps(file('orchestra'))), spread(gaps(file('PM2')))];
      const row = { unit: 'ms', against: 'PM2', goal: 'within 2,000 ms' };
      return {
        rows: [
          {
            ...row,
            what: 'over its limit to replacement, longest',
            ours: mine.max,
            peer: peer.max,
            met: mine.max < 2_000,
          },
        ],
        series: [
          { what: 'over its limit to replacement, orchestra', unit: 'ms', ...mine },
          { what: 'over its limit to replacement, PM2', unit: 'ms', ...peer },
        ],
      };
    } finally {
      await Promise.all([crew.down(), pm2.down()]);
    }
  });
