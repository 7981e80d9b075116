import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { now, pause, spread } from '../lib/measure.mjs';
import { inScratch } from '../lib/reap.mjs';
import { YamlCrew } from '../lib/yaml-crew.mjs';

export const title = 'a rolling restart of five http replicas under 200 requests a second';

const SERVER = `
import { createServer } from 'node:http';
import { rmSync } from 'node:fs';
const socket = process.argv[2] + '-' + process.env.ORCHESTRA_AGENT;
rmSync(socket, { force: true });
const server = createServer((_, answer) => setTimeout(() => answer.end('ok'), 5));
server.listen(socket, () => console.log('listening'));
// Out of the way first: who has connected and was not accepted yet would be reset by a close at once.
process.on('SIGTERM', () => {
  rmSync(socket, { force: true });
  setTimeout(() => server.close(() => process.exit(0)), 100);
});
`;

/** True when it answered, false when nobody listens; whatever else happens is a request that failed. */
const ask = (socketPath) =>
  new Promise((resolve, reject) => {
    const asked = get({ socketPath, agent: false, timeout: 5_000 }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode === 200));
      answer.on('error', reject);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', (error) => (/ECONNREFUSED|ENOENT/.test(error.code) ? resolve(false) : reject(error)));
  });

export const measure = ({ quick }) =>
  inScratch(async (dir) => {
    const program = join(dir, 'server.mjs');
    writeFileSync(program, SERVER);
    const socket = join(dir, 'web');
    const web = {
      command: [process.execPath, program, socket],
      replicas: 5,
      ready: { log: '^listening' },
      stop: { keys: [], steps: { int: '0s' }, timeout: '5s' },
    };
    const crew = new YamlCrew({ dir, agents: { web } });
    try {
      await crew.up();
      const times = [];
      let failed = 0;
      let over = false;
      // As a load balancer does: whoever does not listen is passed over.
      const once = async (n) => {
        const began = now();
        try {
          for (let next = 0; next < 5; next++)
            if (await ask(`${socket}-web-${((n + next) % 5) + 1}`)) return times.push(now() - began);
        } catch {}
        return failed++;
      };
      const asking = (async () => {
        const sent = [];
        const began = now();
        for (let n = 0; !over; n++) {
          sent.push(once(n));
          await pause(Math.max(0, began + (n + 1) * 5 - now()));
        }
        await Promise.all(sent);
      })();
      for (let round = 0; round < (quick ? 1 : 5); round++) await crew.say('restart', '--rolling', 'web');
      over = true;
      await asking;
      const row = { unit: '', goal: 'none', ours: failed, peer: times.length, against: 'answered' };
      return {
        rows: [{ ...row, what: 'requests that failed in rolling restarts', met: failed === 0 }],
        series: [{ what: 'a request during rolling restarts', unit: 'ms', ...spread(times) }],
      };
    } finally {
      await crew.down();
    }
  });
