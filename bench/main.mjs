// The one program behind bench/run: measures, prints, keeps.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { reap } from './lib/reap.mjs';
import { keepReport, machineFacts, reportOf } from './lib/report.mjs';

const CASES = [
  'restart',
  'deaths',
  'up',
  'crowd',
  'idle',
  'status',
  'queue',
  'queue-storm',
  'queue-send',
  'handler',
  'submit',
  'activity',
  'dashboard',
  'loop',
  'overrun',
  'sampling',
  'rolling',
];
/** Above this the machine is busy with something else, and the numbers are about that. */
const BUSY = 0.5;

const USAGE = `usage: bench/run [--quick] [--only NAME]... [--write]
  --quick       few samples: to see that it works, not to be quoted
  --only NAME   one of ${CASES.join(', ')}; may be repeated
  --write       keep the report in bench/README.md`;

function options() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: CASES },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const unknown = values.only.find((name) => !CASES.includes(name));
    if (unknown === undefined) return values;
    console.error(`bench: there is no ${unknown}\n${USAGE}`);
  } catch (error) {
    console.error(`bench: ${error.message}\n${USAGE}`);
  }
  process.exit(2);
}

async function measured(name, { quick }) {
  const { title, measure } = await import(`./cases/${name}.mjs`);
  console.error(`bench: ${name}: ${title} ...`);
  try {
    return { name, ...(await measure({ quick })) };
  } catch (error) {
    console.error(`bench: ${name}: ${error.stack}`);
    return { name, rows: [], series: [], error: error.message };
  }
}

const chosen = options();
if (chosen.help) {
  console.log(USAGE);
  process.exit(0);
}
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  process.on(signal, () => {
    reap();
    process.exit(status);
  });
}
process.on('exit', reap);

const load = loadavg();
if (load[0] > BUSY) console.error(`bench: the load average is ${load[0].toFixed(2)}: do not quote these numbers`);
const results = [];
for (const name of CASES.filter((each) => chosen.only.includes(each))) results.push(await measured(name, chosen));
const date = new Date().toISOString().slice(0, 10);
const report = reportOf({ results, facts: machineFacts(load), date, quick: chosen.quick });
console.log(report);
if (chosen.write) keepReport(report);
process.exit(results.some(({ error }) => error !== undefined) ? 1 : 0);
