// Records what a real session says to a dashboard, for the pictures that tests keep: `node test/support/record-dashboard.mjs` (after a build) writes
// test/fixtures/dashboard/session.json. Times are moved so that it ends at noon, processes are counted anew, the folder is /home/me/garden.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { connect } = await import(here('../../dist/rpc/index.js'));
const OUT = here('../fixtures/dashboard/session.json');
const NOON = Date.parse('2026-01-31T12:00:00.000Z');
/** A CLI's own screen, as it was recorded from it, without the lines that tell of it. */
const DIALOG = readFileSync(here('../fixtures/screens/claude/approval-80x24.txt'), 'utf8')
  .split('\n\n')
  .slice(1)
  .join('\n\n');

const base = mkdtempSync(join(tmpdir(), 'garden-'));
const folder = join(base, 'garden');

const env = {
  PATH: process.env.PATH,
  HOME: base,
  LANG: 'C.UTF-8',
  TERM: 'xterm-256color',
  SHELL: '/bin/sh',
  TZ: 'UTC',
};

const COLOURS = String.raw`printf '\033[1m> make\033[m\n\033[32mok\033[m   invoice\n\033[32mok\033[m   import  65,536 rows\n\033[33mskip\033[m export\n\033[38;5;203mFAIL\033[m 納品書 \033[2m(12 ms)\033[m\n\033[1;7m 3 of 4 \033[m\n'; exec sleep 100000`;

const FILE = {
  version: 1,
  session: 'garden',
  layout: 'focus',
  groups: { reviewers: ['sakura', 'tsubaki'] },
  agent_types: {
    quota: { extends: 'command', screen: { limited: ['usage limit reached'] } },
  },
  defaults: { stop: { keys: [], timeout: '900ms' } },
  agents: {
    ayame: { type: 'claude', display: 'アヤメ', command: ['sh', '-c', 'cat dialog; exec sleep 100000'], resume: false },
    conductor: { type: 'worker', display: '指揮', role: 'lead' },
    kaede: { type: 'worker', display: 'カエデ', skills: ['codegen'] },
    sakura: { type: 'worker', display: 'サクラ', role: 'review' },
    tsubaki: { type: 'worker', display: 'ツバキ', role: 'review' },
    momiji: { display: 'モミジ', command: ['sh', '-c', COLOURS], delivery: 'inbox' },
    botan: {
      display: 'ボタン',
      command: ['sh', '-c', 'echo "no such model"; exit 1'],
      restart: { backoff: 'off', breaker: { exits: 3, within: '10m' } },
    },
    hinoki: {
      display: 'ヒノキ',
      command: ['sh', '-c', 'echo "port 8080 is in use"; exit 3'],
      restart: { backoff: { initial: '5m', max: '10m', jitter: 0 }, breaker: 'off' },
    },
    sumire: { type: 'worker', display: 'スミレ' },
    kikyo: {
      type: 'quota',
      display: 'キキョウ',
      command: ['sh', '-c', 'echo "usage limit reached"; exec sleep 100000'],
    },
  },
};

function orchestra(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(here('../../scripts/orchestra.sh'), args, {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.resume();
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`orchestra ${args.join(' ')}: ${code}`))));
  });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what, look) {
  for (let round = 0; round < 300; round++) {
    if (await look()) return;
    await pause(100);
  }
  throw new Error(`waited 30 s for ${what}`);
}

/** What goes on in the session. */
async function day(client) {
  const is = (name, good) => async () => good((await client.snapshot()).agents.find((agent) => agent.name === name));
  const send = (to, text, more = {}) => client.send({ type: 'note', to, payload: { text }, ...more });
  const assign = (to, command) => client.send({ type: 'task_assign', to, payload: { command } });
  await until(
    'a broken agent',
    is('botan', ({ state }) => state === 'broken'),
  );
  await until(
    'one in back-off',
    is('hinoki', ({ state }) => state === 'backoff'),
  );
  await until(
    'a held one',
    is('kikyo', ({ state }) => state === 'held'),
  );
  await until(
    'a dialog',
    is('ayame', ({ activity }) => activity === 'approval'),
  );
  await orchestra('stop', 'sumire');
  await client.send({
    type: 'note',
    to: 'conductor',
    payload: { text: '次の版の準備を始めてください。', forward: ['kaede', 'sakura', 'tsubaki'] },
  });
  await send('@reviewers', 'Please look at what kaede changed: the import stopped at 65,535 rows.');
  await pause(1_500);
  await assign('kaede', 'echo "14 tests are new"');
  await assign('sakura', 'echo "納品書 is wrong" >&2; exit 1');
  const results = async () =>
    (await client.mail({ agent: 'external' })).filter(({ message }) => message.type.startsWith('task_'));
  await until('two tasks', async () => (await results()).length === 2);
  for (const text of ['価格の規則を移しました。', 'Which of the two formats is meant?', 'The 3 migrations wait.']) {
    await send('broadcast', text);
    await pause(1_200);
  }
  await orchestra('pause', 'tsubaki');
  await send('tsubaki', 'This waits until tsubaki goes on.');
  await send('tsubaki', '至急: 移行を止めてください。', { priority: 'urgent' });
  await send('sumire', 'This one is thrown away.');
  const [waits] = await client.mail({ agent: 'sumire', states: ['queued'] });
  await client.purge({ agent: 'sumire', id: waits.message.id }, 'recorder');
  await assign('kaede', 'sleep 100000');
  await assign('kaede', 'make release');
  await assign('conductor', 'sleep 100000');
  await until(
    'a task in hand',
    is('kaede', ({ task }) => task !== null),
  );
  await pause(3_000);
}

/** What a dashboard asks on its screens. */
async function answers(client) {
  const snapshot = await client.snapshot();
  const names = snapshot.agents.map(({ name }) => name);
  const filters = [
    { last: 200 },
    { last: 500 },
    ...[...names, 'external'].map((agent) => ({ agent, last: 200 })),
    { states: ['queued', 'delivering'], last: 200 },
    { states: ['dead'], last: 200 },
  ];
  const entries = async (keys, ask) =>
    Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await ask(key)])));
  return {
    snapshot,
    events: await client.events({}),
    mail: await entries(
      filters.map((filter) => JSON.stringify(filter)),
      (key) => client.mail(JSON.parse(key)),
    ),
    screens: await entries(names, (name) => client.screen(name)),
    asked: await entries(names, (name) => client.asked(name)),
    logs: await entries(names, (name) =>
      readFileSync(join(folder, '.orchestra/logs/agents', `${name}.log`), 'utf8')
        .split('\n')
        .slice(-500),
    ),
  };
}

/** Nothing of this machine or this day stays in it. */
function neutral(recording, end) {
  const shift = NOON - end;
  const pids = new Map();
  const counted = (pid) => {
    if (!pids.has(pid)) pids.set(pid, 2_000 + pids.size);
    return pids.get(pid);
  };
  const clock = (text) =>
    new Date(Date.parse(`${new Date(end).toISOString().slice(0, 11)}${text}Z`) + shift).toISOString().slice(11, 19);
  const text = (value, key) =>
    value
      .replaceAll(folder, '/home/me/garden')
      .replaceAll(base, '/home/me')
      .replaceAll(process.execPath, '/usr/bin/node')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (iso) => new Date(Date.parse(iso) + shift).toISOString())
      .replace(/\b\d\d:\d\d:\d\d\b/g, (time) => (key === 'iso' ? time : clock(time)));
  const walk = (value, key) => {
    if (typeof value === 'number') return /^(pid|pane_pid)$/.test(key) ? counted(value) : value;
    if (typeof value === 'string') {
      const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value);
      return text(value, iso ? 'iso' : key);
    }
    if (Array.isArray(value)) return value.map((each) => (key === 'pids' ? counted(each) : walk(each, '')));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [text(name, name), walk(each, name)]));
  };
  return walk(recording, '');
}

mkdirSync(folder);
writeFileSync(join(folder, 'orchestra.yaml'), JSON.stringify(FILE));
writeFileSync(join(folder, 'dialog'), DIALOG);
try {
  // Two of them fail to start, which it says by its status.
  await orchestra('up', '--no-attach').catch(() => {});
  const client = await connect(join(folder, '.orchestra/run'));
  const stream = [];
  await client.subscribe((message) => stream.push({ at: new Date().toISOString(), message }));
  // What came before it was there, as a dashboard asks for it.
  const before = await client.events({});
  await day(client);
  const said = await answers(client);
  const end = Date.now();
  client.close();
  const recording = neutral({ end: new Date(end).toISOString(), before, stream, ...said }, end);
  mkdirSync(join(OUT, '..'), { recursive: true });
  const rows = Object.entries(recording).map(([key, value]) => {
    const each = Array.isArray(value) ? value.map((row) => JSON.stringify(row)) : null;
    return `${JSON.stringify(key)}: ${each === null ? JSON.stringify(value) : `[\n${each.join(',\n')}\n]`}`;
  });
  writeFileSync(OUT, `{\n${rows.join(',\n')}\n}\n`);
  console.log(`${OUT}: ${stream.length} messages`);
} finally {
  await orchestra('down').catch((error) => console.error(error.message));
  rmSync(base, { recursive: true, force: true });
}
