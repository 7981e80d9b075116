// A session for the command line to be compiled with (build.mjs): the socket of a controller, and no tmux.
//
//   node stand-in.mjs DIST RUN_FOLDER
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const [, , dist, folder] = process.argv;

const TIME = '2026-01-31T12:00:00.000Z';

const agent = (name, changes) => ({
  name,
  display: '',
  type: 'worker',
  role: '',
  skills: [],
  state: 'running',
  state_since: TIME,
  activity: 'idle',
  activity_since: TIME,
  paused: false,
  held_until: null,
  task: null,
  asks: null,
  mail: { queued: 0, inFlight: 0, dead: 0 },
  detail: '',
  pid: 4711,
  pane: '%1',
  pane_pid: 4710,
  incarnation: 1,
  restarts: 0,
  uptime: 61_000,
  memory: 52_428_800,
  cpu: 1.5,
  last_exit: null,
  unlimited: [],
  next_start: null,
  ...changes,
});

const snapshot = {
  session: 'garden',
  project: folder,
  file: join(folder, 'orchestra.yaml'),
  profile: null,
  uptime: 11_220_000,
  controller: { pid: process.pid, version: '0.1.0', uptime: 11_220_000, memory: 60_000_000, degraded: [] },
  tmux: { socket: join(folder, 'tmux.sock'), pid: 4300, version: '3.3a' },
  agents: [agent('kaede', { display: 'カエデ' }), agent('momiji', { state: 'backoff', next_start: 9_000, pid: null })],
  groups: [],
  dashboard: { theme: 'auto', keys: {} },
  seq: 7,
};

const receipt = ({ id, to }) => ({ id, recipients: [to], pending: false, duplicate: false });

mkdirSync(folder, { recursive: true, mode: 0o700 });
const { loadServer } = await import(new URL(`${dist}/rpc/index.js`, 'file:').href);
const { serve } = await loadServer();
await serve(
  folder,
  {
    session: {
      snapshot: async () => snapshot,
      events: async () => [],
      subscribe: async (listener) => {
        listener({ kind: 'snapshot', snapshot });
        return { close() {} };
      },
    },
    mail: { send: async (draft) => receipt(draft), mail: async () => [] },
    desk: {},
    notices: {},
  },
  process.pid,
);
