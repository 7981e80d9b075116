import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pty from 'node-pty';
import { ORCHESTRA } from '../lib/crew.mjs';
import { jitter, now, pause, spread, until, within } from '../lib/measure.mjs';
import { childEnv, inScratch } from '../lib/reap.mjs';
import { must } from '../lib/run.mjs';

export const title = 'the dashboard';

const AGENTS = 200;
const RATE = 50;
/** sysconf(_SC_CLK_TCK) on Linux. */
const TICKS = 100;
const SIZE = { cols: 160, rows: 45, name: 'xterm-256color' };
const library = (file) => fileURLToPath(new URL(`../lib/${file}`, import.meta.url));

export async function measure({ quick }) {
  const parts = [await inScratch((dir) => keysAndLoad(dir, quick)), await firstPaint(quick), await replay(quick)];
  return { rows: parts.flatMap(({ rows }) => rows), series: parts.flatMap(({ series }) => series) };
}

/** Folder of a project whose controller is a stand-in. */
async function project(dir) {
  mkdirSync(join(dir, '.orchestra/run'), { recursive: true, mode: 0o700 });
  writeFileSync(join(dir, 'orchestra.yaml'), 'version: 1\nsession: bench\nagents: { a: { command: [sleep, "1"] } }\n');
  const session = spawn(process.execPath, [library('desk-session.mjs'), join(dir, '.orchestra/run'), String(AGENTS)], {
    env: childEnv(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await within(10_000, 'a session', new Promise((resolve) => session.stdout.once('data', resolve)));
  return { rate: (events) => session.stdin.write(`rate ${events}\n`), close: () => session.stdin.end() };
}

/** The dashboard, or any program, in a terminal of ours; `shown` is everything it has written since it was emptied. */
function inTerminal(argv, dir) {
  const [file, ...args] = argv;
  const term = pty.spawn(file, args, { ...SIZE, cwd: dir, env: { ...childEnv(), TERM: SIZE.name, LANG: 'C.UTF-8' } });
  const seen = { term, shown: '', wanted: null };
  term.onData((text) => {
    seen.shown += text;
    if (seen.wanted?.test(seen.shown)) seen.wanted.found(now());
  });
  return seen;
}

/** Milliseconds from a key to the first output that shows what it does. */
async function keyToPaint(seen, key, test) {
  seen.shown = '';
  const from = now();
  const painted = new Promise((found) => {
    seen.wanted = { test, found };
  });
  seen.term.write(key);
  const at = await within(5_000, `the effect of ${JSON.stringify(key)}`, painted);
  seen.wanted = null;
  return at - from;
}

/** Is the line of this agent the chosen one? 238 is the ground of what is chosen, in the theme `dark`. */
const chosen = (name) => (text) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: looks of a terminal are written with them
  new RegExp(`48;5;238[0-9;]*m[^\\x1b]*${name}`).test(text);

async function keysAndLoad(dir, quick) {
  const session = await project(dir);
  const desk = inTerminal([ORCHESTRA, 'dashboard'], dir);
  const echo = inTerminal(
    [process.execPath, '-e', "process.stdin.setRawMode(true).on('data', (key) => process.stdout.write(`<${key}>`))"],
    dir,
  );
  try {
    await until(20_000, 'the first crew', () => desk.shown.includes('agent-001'));
    // The program compiles what it has begun to use, and then collects, once, what that and its start left behind: not what resting costs.
    await pause(quick ? 2_000 : 30_000);
    const idle = await load(desk.term.pid, quick ? 10 : 60);
    session.rate(RATE);
    await pause(quick ? 3_000 : 30_000);
    const busy = await load(desk.term.pid, quick ? 10 : 60);
    const samples = { key: [], echo: [] };
    for (let round = 0; round < (quick ? 60 : 400); round++) {
      await jitter(20, 120);
      const at = round % 30;
      const [key, name] = at < 15 ? ['j', at + 2] : ['k', 30 - at];
      samples.key.push(await keyToPaint(desk, key, chosen(`agent-${String(name).padStart(3, '0')}`)));
      samples.echo.push(await keyToPaint(echo, 'x', (text) => text.includes('<x>')));
    }
    return keyReport(samples, idle, busy);
  } finally {
    desk.term.kill('SIGKILL');
    echo.term.kill('SIGKILL');
    session.close();
  }
}

function keyReport(samples, idle, busy) {
  const [ours, peer] = [spread(samples.key), spread(samples.echo)];
  const busyName = `${AGENTS} agents, ${RATE} events a second`;
  const limit = (what, unit, value, most) => ({
    what,
    unit,
    ours: value,
    peer: most,
    against: 'the goal',
    goal: `under ${most} ${unit}`,
    met: value < most,
  });
  return {
    rows: [
      {
        what: `dashboard, key to paint, p50, ${busyName}`,
        unit: 'ms',
        ours: ours.p50,
        peer: peer.p50,
        against: 'node that echoes the key',
        goal: 'told, no goal',
      },
      limit(`dashboard, key to paint, p99, ${busyName}`, 'ms', ours.p99, 50),
      limit(`dashboard, processor, ${busyName}`, '% of a core', busy.cpu, 3),
      limit('dashboard, processor, nothing happens', '% of a core', idle.cpu, 0.3),
      limit(`dashboard, resident memory, ${busyName}`, 'MB', busy.memory.max, 110),
    ],
    series: [
      { what: `dashboard, key to paint, ${busyName}`, unit: 'ms', ...ours },
      { what: 'node that echoes the key, in turn', unit: 'ms', ...peer },
      { what: `dashboard, processor by 5 s, ${busyName}`, unit: '%', ...busy.each },
      { what: 'dashboard, processor by 5 s, nothing happens', unit: '%', ...idle.each },
      { what: `dashboard, resident memory, ${busyName}`, unit: 'MB', ...busy.memory },
    ],
  };
}

/** Processor share and memory of a process over `seconds`. */
async function load(pid, seconds) {
  const look = () => {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return {
      at: now(),
      cpu: (Number(fields[11]) + Number(fields[12])) / TICKS,
      memory: (Number(resident) * 1024) / 1e6,
    };
  };
  const looks = [look()];
  for (let past = 0; past < seconds; past += 5) {
    await pause(5_000);
    looks.push(look());
  }
  const share = (a, b) => ((b.cpu - a.cpu) / ((b.at - a.at) / 1_000)) * 100;
  return {
    cpu: share(looks[0], looks.at(-1)),
    each: spread(looks.slice(1).map((one, before) => share(looks[before], one))),
    memory: spread(looks.map(({ memory }) => memory)),
  };
}

const firstPaint = (quick) =>
  inScratch(async (dir) => {
    const session = await project(dir);
    const samples = { paint: [], crew: [], node: [] };
    try {
      for (let round = 0; round < (quick ? 10 : 40); round++) {
        const from = now();
        const desk = inTerminal([ORCHESTRA, 'dashboard'], dir);
        const shows = (text) => () => desk.shown.includes(text);
        await until(20_000, 'the first picture', shows('orchestra'), 1);
        samples.paint.push(now() - from);
        await until(20_000, 'the crew', shows('agent-001'), 1);
        samples.crew.push(now() - from);
        desk.term.kill('SIGKILL');
        const bare = now();
        await must([process.execPath, '-e', '0'], { cwd: dir });
        samples.node.push(now() - bare);
      }
    } finally {
      session.close();
    }
    const [paint, crew, node] = [samples.paint, samples.crew, samples.node].map(spread);
    return {
      rows: [
        {
          what: 'dashboard, exec to first picture, p50',
          unit: 'ms',
          ours: paint.p50,
          peer: node.p50,
          against: 'node -e 0',
          most: 3,
        },
        {
          what: `dashboard, exec to the crew of ${AGENTS}, p50`,
          unit: 'ms',
          ours: crew.p50,
          peer: node.p50,
          against: 'node -e 0',
          goal: 'told, no goal',
        },
      ],
      series: [
        { what: 'dashboard, exec to first picture', unit: 'ms', ...paint },
        { what: `dashboard, exec to the crew of ${AGENTS}`, unit: 'ms', ...crew },
        { what: 'node -e 0, in turn', unit: 'ms', ...node },
      ],
    };
  });

/** Half a day of events through one dashboard: what it has in use must not grow. */
async function replay(quick) {
  const hours = quick ? 3 : 12;
  const argv = [
    process.execPath,
    '--expose-gc',
    library('desk-replay.mjs'),
    String(hours),
    String(RATE),
    String(AGENTS),
  ];
  const out = await must(argv, { cwd: '/', timeout: 1_800_000 });
  const looks = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const heaps = looks.map(({ heapUsed }) => heapUsed / 1e6);
  // The first hours fill what is kept: 2,000 events, 10,000 open messages, a day of minutes.
  const [early, late] = [heaps[1], heaps.at(-1)];
  return {
    rows: [
      {
        what: `dashboard, memory in use after ${hours} h of events`,
        unit: 'MB',
        ours: late,
        peer: early,
        against: 'after 2 h',
        most: 1.1,
      },
    ],
    series: [
      { what: `dashboard, memory in use by the hour, ${RATE} events a second`, unit: 'MB', ...spread(heaps) },
      {
        what: 'dashboard, time for an hour of events and 3,600 pictures',
        unit: 'ms',
        ...spread(looks.map(({ took }) => took)),
      },
    ],
  };
}
