import type { Frame } from '../../src/dashboard/frame.ts';
import type { Effect } from '../../src/dashboard/model/input.ts';
import type { ScreenId, State } from '../../src/dashboard/model/state.ts';
import { screenOf } from '../../src/dashboard/screens/index.ts';
import { sgrOf, themeOf } from '../../src/dashboard/theme.ts';
import { view } from '../../src/dashboard/view.ts';
import type {
  AgentSnapshot,
  EventMap,
  EventType,
  MailEntry,
  MessageState,
  OrchestraEvent,
} from '../../src/protocol/index.ts';
import { Desk } from './dashboard.ts';
import { mailLike, NOON } from './dashboard-data.ts';
import { aCrew, anAgent, aSnapshot } from './fake-session.ts';

const MINUTE = 60_000;
const at = (before: number): string => new Date(NOON - before).toISOString();

/** The same numbers each time (Numerical Recipes, 7.1: a linear congruential generator). */
function numbers(seed: number): (below: number) => number {
  let last = seed;
  return (below) => {
    last = (Math.imul(last, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((last / 2 ** 32) * below);
  };
}

const NAMES = ['conductor', 'kaede', 'sakura', 'botan', 'ayame', 'momiji', 'tsubaki', 'hinoki', 'sumire'] as const;
const DISPLAYS = ['指揮', 'カエデ', 'サクラ', 'ボタン', 'アヤメ', 'モミジ', 'ツバキ', 'ヒノキ', 'スミレ'];
const TASKS = [
  'plans the release and hands out its parts',
  'moves the price rules out of the controller',
  'writes tests for the invoice of a month without sales',
  'looks why the import stops at 65,535 rows',
  'reviews what kaede changed',
  'brings the documentation up to date',
];

/** Nine agents on a busy day: two of them wait for a person. */
export function garden(): Desk {
  const next = numbers(7);
  const crew = NAMES.map((name, index): AgentSnapshot => {
    const task = TASKS[index];
    return anAgent(name, {
      display: DISPLAYS[index] ?? '',
      type: index % 3 === 2 ? 'codex' : 'claude',
      activity: index < 5 ? 'busy' : 'idle',
      activity_since: at((1 + next(240)) * 1_000),
      state_since: at(6 * 60 * MINUTE),
      uptime: 6 * 60 * MINUTE - next(80) * MINUTE,
      cpu: index < 5 ? 12 + next(60) : next(3),
      memory: (180 + next(240)) * 2 ** 20,
      mail: { queued: next(3), inFlight: index < 2 ? 1 : 0, dead: index === 7 ? 1 : 0 },
      restarts: index === 3 ? 2 : 0,
      pid: 20_000 + index,
      ...(task === undefined ? {} : { task: { id: `t${index}`, text: task, from: 'conductor' } }),
    });
  });
  const agents = crew.map((agent): AgentSnapshot => {
    if (agent.name === 'ayame')
      return { ...agent, activity: 'approval', asks: { text: 'npm run migrate -- --staging', answerable: true } };
    if (agent.name === 'hinoki')
      return {
        ...agent,
        activity: 'question',
        asks: { text: 'Which of the two formats is meant?', answerable: false },
      };
    return agent;
  });
  return filled(new Desk(), agents, dayOf(next), 'ayame');
}

/** Everything that can be wrong, with names and words that want to do harm. */
export function trouble(): Desk {
  const evil = 'evil\x1b[31m\x1b]0;owned\x07\x1b[2J\r\n{bold}red{/}\u202e';
  const events: OrchestraEvent[] = [];
  const say = <T extends EventType>(type: T, agent: string | null, data: EventMap[T], before: number): void => {
    events.push({ seq: events.length + 1, time: at(before), type, agent, data } as OrchestraEvent);
  };
  say('controller.degraded', null, { what: 'journal', message: `no space left on ${evil}` }, 9 * MINUTE);
  say('agent.exited', 'botan', { incarnation: 5, code: 1, class: 'failure', uptime: 900, healthy: false }, 8 * MINUTE);
  say('agent.state', 'botan', { from: 'backoff', to: 'broken', detail: evil }, 8 * MINUTE);
  say('agent.held', 'ayame', { why: 'limited', until: at(-30 * MINUTE), account: 'work' }, 7 * MINUTE);
  say(
    'message.queued',
    'botan',
    { id: 'm1', type: 'note', from: 'kaede', seq: 1, priority: 'normal', replyTo: null },
    6 * MINUTE,
  );
  say('message.dead', 'botan', { id: 'm1', reason: 'attempts', attempt: 5 }, 5 * MINUTE);
  say('message.refused', 'botan', { id: 'm2', from: evil, to: 'botan', why: evil }, 4 * MINUTE);
  say('agent.started', 'kaede', { incarnation: 3, pid: 7, reason: 'exited' }, 3 * MINUTE);
  const asking = [
    anAgent('asagao', {
      display: 'アサガオ🎼',
      activity: 'approval',
      asks: { text: `rm -rf ${evil}`, answerable: true },
    }),
    anAgent('renge', {
      display: 'ﾚﾝｹﾞ',
      activity: 'question',
      asks: { text: 'どちらにしますか。長い文がここに入ります', answerable: false },
    }),
  ];
  return filled(new Desk(), [...aCrew(), ...asking], events, 'botan', evil);
}

/** A day of messages, the most of them around noon, and a few deaths. */
function dayOf(next: (below: number) => number): OrchestraEvent[] {
  const events: Omit<OrchestraEvent, 'seq'>[] = [];
  const say = <T extends EventType>(type: T, agent: string, data: EventMap[T], before: number): void => {
    events.push({ time: at(before), type, agent, data } as Omit<OrchestraEvent, 'seq'>);
  };
  for (let minute = 24 * 60; minute > 0; minute--) {
    const busy = 4 + Math.round(4 * Math.sin(minute / 23) + 3 * Math.sin(minute / 5)) + next(4);
    for (let each = 0; each < busy; each++) {
      const before = minute * MINUTE - next(30_000);
      const sender = next(9);
      const [from, to] = [NAMES[sender], NAMES[(sender + 1 + next(8)) % 9]] as [string, string];
      const id = `01a1fee5-0000-7000-8000-${String(events.length).padStart(12, '0')}`;
      say('message.queued', to, { id, type: 'note', from, seq: 1, priority: 'normal', replyTo: null }, before);
      const took = 300 + next(4_000) + (next(40) === 0 ? next(90_000) : 0);
      if (next(50) === 0) say('message.dead', to, { id, reason: 'expired', attempt: 3 }, before - took);
      else say('message.acked', to, { id, by: to }, before - took);
    }
    if (next(300) === 0) say('agent.started', 'botan', { incarnation: 2, pid: 9, reason: 'exited' }, minute * MINUTE);
  }
  const sorted = events.filter(({ time }) => Date.parse(time) <= NOON).sort((a, b) => a.time.localeCompare(b.time));
  return sorted.map((event, index) => ({ ...event, seq: index + 1 }) as OrchestraEvent);
}

function filled(
  desk: Desk,
  agents: readonly AgentSnapshot[],
  events: readonly OrchestraEvent[],
  chosen: string,
  said = '',
): Desk {
  const degraded = said === '' ? [] : [`journal: ${said}`];
  const controller = { pid: 1, version: '0', uptime: 6 * 60 * MINUTE, memory: 60e6, degraded };
  const snapshot = (by: number) =>
    aSnapshot(
      agents.map((agent, index) => ({
        ...agent,
        cpu: agent.cpu === null ? null : Math.max(0, agent.cpu + ((by * 7 + index * 3) % 17) - 8),
      })),
      { controller, uptime: 6 * 60 * MINUTE, seq: events.length },
    );
  desk.live(snapshot(0), events);
  for (let by = 1; by <= 8; by++) desk.take({ kind: 'stream', message: { kind: 'snapshot', snapshot: snapshot(by) } });
  desk.state = { ...desk.state, selected: chosen };
  return desk;
}

const STATES: readonly MessageState[] = ['answered', 'acked', 'started', 'submitted', 'queued', 'dead'];
const WORDS = [
  'The price rules are out of the controller; 14 tests are new.',
  'Please look at the import: it stops at 65,535 rows.',
  '次の版の準備ができました。確認をお願いします。',
  'evil\x1b[31m\x1b]0;owned\x07 words\r\nand a second line\u202e',
];

function mail(): MailEntry[] {
  return Array.from({ length: 24 }, (_, index) =>
    mailLike(index + 1, {
      from: NAMES[index % 9] as string,
      to: NAMES[(index * 4 + 1) % 9] as string,
      type: index % 4 === 1 ? 'task_assign' : 'note',
      payload: { text: WORDS[index % 4] as string },
      state: STATES[index % 6] as MessageState,
      reason: index % 6 === 5 ? 'attempts' : null,
      timestamp: at((24 - index) * 90_000),
    }),
  );
}

const SCREEN = [
  '\x1b[1m● Bash(npm run migrate -- --staging)\x1b[m',
  '  ⎿  \x1b[32m✔\x1b[m 3 migrations wait',
  '',
  '\x1b[38;5;153m──────────────────────────────────────────\x1b[m',
  ' \x1b[1mBash command\x1b[m',
  '   npm run migrate -- --staging',
  '   \x1b[2mApplies what waits to the staging database\x1b[m',
  '',
  ' Do you want to proceed?',
  ' \x1b[38;5;153m❯ 1. Yes\x1b[m',
  '   2. Yes, and do not ask again for npm run migrate',
  '   3. No, and tell the agent what to do differently \x1b[2m(esc)\x1b[m',
];

/** What a screen asks for is answered, as a controller would. */
function answered(desk: Desk): void {
  for (let round = 0; round < 3; round++) {
    for (const effect of screenOf(desk.state).loads(desk.state))
      desk.take({ kind: 'done', of: effect, value: answerTo(effect, desk.state) });
  }
}

function answerTo(effect: Effect, state: State): unknown {
  switch (effect.kind) {
    case 'load-mail':
      return mail();
    case 'load-screen':
      return {
        agent: effect.agent,
        pane: '%3',
        title: '',
        width: 100,
        height: 30,
        lines: SCREEN,
        cursor: { x: 1, y: 9 },
      };
    case 'load-log':
      return SCREEN;
    case 'load-events':
      return state.history.events;
    default:
      return null;
  }
}

/** A scene on one of the screens at a size. */
export function sceneFrame(desk: Desk, screen: ScreenId, width: number, height: number): Frame {
  desk.resize(width, height).show(screen);
  answered(desk);
  return view(desk.state);
}

/** Spans as a theme shows them: text, and parameters of SGR. */
export const lookOf = (frame: Frame, theme: 'dark' | 'light'): { text: string; sgr: string }[][] =>
  frame.lines.map((line) => line.map((piece) => ({ text: piece.text, sgr: sgrOf(piece, themeOf(theme)) })));
