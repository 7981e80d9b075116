import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AgentSnapshot,
  type AgentSpec,
  DEFAULT_DASHBOARD,
  type DeskService,
  type MailService,
  type NoticeService,
  OrchestraError,
  type OrchestraEvent,
  type OrchestraService,
  pathsOf,
  type Snapshot,
  type StreamMessage,
} from '../../src/protocol/index.ts';
import { loadServer } from '../../src/rpc/index.ts';
import { FakeDesk } from './fake-desk.ts';
import { noMail } from './no-mail.ts';
import { noNotices } from './no-notices.ts';
import { noUsage } from './no-usage.ts';

export const anAgent = (name: string, changes: Partial<AgentSnapshot> = {}): AgentSnapshot => ({
  name,
  display: '',
  type: 'worker',
  role: '',
  skills: [],
  state: 'running',
  state_since: '2026-01-31T12:00:00.000Z',
  activity: 'unknown',
  activity_since: '2026-01-31T12:00:00.000Z',
  asks: null,
  paused: false,
  held_until: null,
  task: null,
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

export const aSnapshot = (agents: readonly AgentSnapshot[], changes: Partial<Snapshot> = {}): Snapshot => ({
  session: 'garden',
  project: '/home/me/garden',
  file: '/home/me/garden/orchestra.yaml',
  profile: null,
  uptime: 11_220_000,
  controller: { pid: 4242, version: '0.1.0', uptime: 11_220_000, memory: 60_000_000, degraded: [] },
  tmux: { socket: '/home/me/garden/.orchestra/run/tmux.sock', pid: 4300, version: '3.3a' },
  agents,
  groups: ['reviewers'],
  dashboard: DEFAULT_DASHBOARD,
  seq: 7,
  ...changes,
});

/** A crew with every state, wide names and a hostile one. */
export const aCrew = (): AgentSnapshot[] => [
  anAgent('conductor', { display: '指揮', uptime: 11_220_000, pid: 24590, memory: 312 * 1024 ** 2, activity: 'busy' }),
  anAgent('kaede', { display: 'カエデ', uptime: 725_000, restarts: 2, pid: 24589 }),
  anAgent('sakura', {
    display: 'サクラ',
    state: 'starting',
    detail: 'waits for what it depends on',
    pid: null,
    uptime: 0,
    memory: null,
  }),
  anAgent('tsubaki', {
    state: 'backoff',
    detail: 'exit 127: command not found',
    next_start: 12_000,
    pid: null,
    uptime: 0,
    memory: null,
    restarts: 14,
  }),
  anAgent('botan', {
    display: 'ボタン',
    state: 'broken',
    detail: 'died 5 times within 600 s, last: exit 1',
    pid: null,
    uptime: 0,
    memory: null,
    restarts: 5,
  }),
  anAgent('momiji', { state: 'stopped', detail: 'stopped by request', pid: null, uptime: 0, memory: null }),
  anAgent('ayame', { state: 'held', detail: 'waits for its quota', pid: 9, memory: 1024 ** 3 * 1.5 }),
  anAgent('workers-1', { display: 'evil\x1b[31m\x1b]0;owned\x07\r\nname\u202e', uptime: 90_000_000 }),
  anAgent('workers-2', { state: 'stopping', detail: 'asked to stop' }),
];

/** A project folder whose controller is a fake that answers over a real socket. */
export interface FakeSession {
  readonly project: string;
  snapshot: Snapshot;
  /** Calls that came: method, then parameters. */
  readonly calls: unknown[][];
  history: readonly OrchestraEvent[];
  publish(message: StreamMessage): void;
  readonly listeners: number;
  close(): Promise<void>;
}

export const CONFIGURATION = `version: 1
session: garden
agents:
  kaede: { type: worker, display: カエデ, env: { API_KEY: sesame } }
  sakura: { command: [sleep, "1000"] }
`;

/**
 * @param change replaces methods of the fake, to fail or to answer otherwise
 * @param mail what answers everything about messages
 * @param desk what answers a person at a desk
 * @param notices what answers about notices
 */
export async function fakeSession(
  project: string,
  agents: readonly AgentSnapshot[],
  change: Partial<OrchestraService> = {},
  mail: MailService = noMail,
  desk: DeskService = new FakeDesk(...agents.map(({ name }) => name)),
  notices: NoticeService = noNotices,
): Promise<FakeSession> {
  const { run } = pathsOf(project);
  mkdirSync(run, { recursive: true });
  const listeners = new Set<(message: StreamMessage) => void>();
  const calls: unknown[][] = [];
  const state: { snapshot: Snapshot; history: readonly OrchestraEvent[] } = {
    snapshot: aSnapshot(agents, { project, file: join(project, 'orchestra.yaml') }),
    history: [],
  };
  const note =
    <T>(method: string, answer: (...parameters: never[]) => T) =>
    async (...parameters: unknown[]): Promise<T> => {
      calls.push([method, ...parameters]);
      return answer(...(parameters as never[]));
    };
  const service: OrchestraService = {
    snapshot: note('snapshot', () => state.snapshot),
    apply: note('apply', () => ({ session: 'same', layoutChanged: false, fields: [], agents: [] })),
    plan: note('plan', () => ({
      session: 'same',
      layoutChanged: false,
      fields: [],
      agents: [
        { agent: 'kaede', action: 'restart', fields: ['command'] },
        { agent: 'sakura', action: 'keep', fields: [] },
      ],
    })),
    applied: note('applied', () => []),
    appliedConfig: note('appliedConfig', () => {
      throw new OrchestraError('usage', 'no such configuration');
    }),
    add: note('add', ({ name }: AgentSpec) => {
      state.snapshot = { ...state.snapshot, agents: [...state.snapshot.agents, anAgent(name)] };
    }),
    command: note('command', (_verb: string, names: readonly string[]) =>
      (names.length === 0 ? state.snapshot.agents.map(({ name }) => name) : names).map((agent) => ({
        agent,
        ok: agent !== 'botan',
        message: agent === 'botan' ? 'broken: exit 1' : 'running',
      })),
    ),
    roll: note('roll', (names: readonly string[]) => ({
      outcomes: names.map((agent) => ({ agent, ok: true, message: 'running' })),
      touched: names,
      rolledBack: [],
    })),
    events: note('events', () => state.history),
    down: note('down', () => undefined),
    subscribe: async (listener) => {
      listeners.add(listener);
      listener({ kind: 'snapshot', snapshot: state.snapshot });
      return { close: () => void listeners.delete(listener) };
    },
    ...change,
  };
  const { serve } = await loadServer();
  const server = await serve(run, { session: service, mail, desk, notices, usage: noUsage }, process.pid);
  return {
    project,
    calls,
    get snapshot() {
      return state.snapshot;
    },
    set snapshot(next) {
      state.snapshot = next;
    },
    get history() {
      return state.history;
    },
    set history(next) {
      state.history = next;
    },
    publish: (message) => {
      for (const listener of listeners) listener(message);
    },
    get listeners() {
      return listeners.size;
    },
    close: () => server.close(),
  };
}
