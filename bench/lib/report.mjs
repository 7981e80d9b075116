import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { REDIS } from '../peers/redis.mjs';
import { short } from './measure.mjs';

const said = (file, ...args) => {
  try {
    return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
};

/** What the numbers depend on, a line each. */
export function machineFacts(loadAtStart) {
  const [first] = cpus();
  const system = /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
  const peers = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).dependencies;
  return [
    `${cpus().length} x ${first?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
    `${system}, Linux ${release().split(/[^0-9.]/)[0]}, Node ${process.versions.node}, ${said('tmux', '-V')}`,
    `peers: PM2 ${peers.pm2}, ${said('tmuxp', '--version').split(',')[0]}, BullMQ ${peers.bullmq} with ioredis ${peers.ioredis}, Redis ${
      /v=(\S+)/.exec(said(REDIS, '--version'))?.[1] ?? 'unknown'
    }`,
    `messages lie in ${tmpdir()} on ${said('df', '--output=fstype', tmpdir()).split('\n').at(-1)}`,
    `load average at the start ${loadAtStart.map((load) => load.toFixed(2)).join(', ')}, at the end ${loadavg()
      .map((load) => load.toFixed(2))
      .join(', ')}`,
  ];
}

const table = (head, rows) =>
  [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** The report in Markdown: ratios and goals first, then the spread behind each. */
export function reportOf({ results, facts, date, quick }) {
  const rows = results.flatMap(({ rows }) => rows).map(judged);
  const series = results.flatMap(({ series }) => series);
  const failed = results.filter(({ error }) => error !== undefined);
  return [
    `Measured ${date}${quick ? ' (quick: few samples)' : ''}.`,
    facts.map((fact) => `- ${fact}`).join('\n'),
    table(
      ['what', 'orchestra', 'peer', 'ratio', 'goal', 'outcome'],
      rows.map((row) => [
        row.what,
        `${short(row.ours)} ${row.unit}`,
        `${short(row.peer)} (${row.against})`,
        short(row.ours / row.peer),
        row.goal,
        row.goal.endsWith('no goal') ? '' : row.met ? 'reached' : '**falls short**',
      ]),
    ),
    table(
      ['spread', 'n', 'min', 'p50', 'p90', 'p99', 'max'],
      series.map((each) => [
        `${each.what}, ${each.unit}`,
        each.n,
        ...['min', 'p50', 'p90', 'p99', 'max'].map((q) => short(each[q])),
      ]),
    ),
    ...failed.map(({ name, error }) => `**${name} could not be measured:** ${error}`),
  ].join('\n\n');
}

/** A ratio with an upper bound says itself whether it is reached. */
const judged = (row) =>
  row.most === undefined ? row : { ...row, goal: `at most ${row.most} x`, met: row.ours / row.peer <= row.most };

const [BEGIN, END] = ['<!-- report: begin -->', '<!-- report: end -->'];

/** Puts the report between its markers in bench/README.md. */
export function keepReport(text) {
  const file = new URL('../README.md', import.meta.url);
  const whole = readFileSync(file, 'utf8');
  const [before, rest] = whole.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`bench/README.md lacks the markers ${BEGIN} and ${END}`);
  writeFileSync(file, `${before}${BEGIN}\n${text}\n${END}${after}`);
}
