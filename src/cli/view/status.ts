import { cutText, formatBytes, formatDuration, plainLine, textWidth } from '../../base/index.ts';
import type { AgentSnapshot, Lifecycle, Snapshot } from '../../protocol/index.ts';
import { type Column, type Ink, stateSign } from '../../view/index.ts';
import type { Style } from './style.ts';
import { tableLines } from './table.ts';

const signOf = (state: Lifecycle, style: Style): string =>
  style.unicode ? stateSign(state).sign : stateSign(state).ascii;

export interface StatusScreen {
  /** Columns the lines may take. */
  readonly width: number;
  /** Lines there may be; without it as many as needed. */
  readonly height?: number;
  readonly style: Style;
  /** Milliseconds since the snapshot was taken: uptimes go on. */
  readonly age?: number;
}

/** The state of a session as lines: who runs it, then one line an agent. When they are too many, those in trouble come first. */
export function statusLines(snapshot: Snapshot, screen: StatusScreen): string[] {
  const { agents } = snapshot;
  const head = [...headLines(snapshot, screen), ''];
  if (agents.length === 0) return [...head, screen.style.paint('dim', cutText('no agents', screen.width))];
  const room = (screen.height ?? Number.POSITIVE_INFINITY) - head.length;
  if (agents.length + 1 <= room) return [...head, ...agentTable(agents, screen)];
  return [...head, ...crowded(agents, screen, room)].slice(0, screen.height);
}

function headLines(snapshot: Snapshot, screen: StatusScreen): string[] {
  const { controller, agents, uptime } = snapshot;
  const { width, style, age = 0 } = screen;
  const before: Part[] = [[{ text: snapshot.session, ink: 'bold' }]];
  const after: Part[] = [
    [{ text: `up ${formatDuration(uptime + age)}`, ink: 'dim' }],
    [{ text: `controller ${controller.pid}`, ink: 'dim' }],
    ...(snapshot.profile === null ? [] : [[{ text: `profile ${plainLine(snapshot.profile)}`, ink: 'dim' as const }]]),
  ];
  const words: Part[] = [...before, [{ text: countText(agents), ink: 'plain' }], ...after];
  const parts = widthOf(words) <= width ? words : [...before, signCounts(agents, style), ...after];
  // What is last matters least.
  while (parts.length > 2 && widthOf(parts) > width) parts.pop();
  const separator = style.paint('dim', style.unicode ? ' · ' : ' - ');
  const text = parts.map((part) => part.map((piece) => style.paint(piece.ink, piece.text)).join('')).join(separator);
  const head = widthOf(parts) <= width ? text : style.paint('bold', cutText(snapshot.session, width));
  return [head, ...controller.degraded.map((what) => style.paint('yellow', cutText(`! ${plainLine(what)}`, width)))];
}

/** Pieces of text in one colour each. */
type Part = readonly { readonly text: string; readonly ink: Ink }[];

const widthOf = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + 3 + part.reduce((inner, { text }) => inner + textWidth(text), 0), -3);

/** `9 agents ●7 ✖2`, where words are too long. */
function signCounts(agents: readonly AgentSnapshot[], style: Style): Part {
  const counts = [...countStates(agents)].map(([state, count]) => {
    return { text: ` ${signOf(state, style)}${count}`, ink: stateSign(state).ink };
  });
  return [{ text: totalText(agents), ink: 'plain' }, ...counts];
}

const SHOWN: readonly Lifecycle[] = ['running', 'starting', 'stopping', 'stopped', 'backoff', 'broken', 'held'];

/** How many there are of each state that occurs, in that order. */
function countStates(agents: readonly AgentSnapshot[]): Map<Lifecycle, number> {
  const counts = new Map<Lifecycle, number>(SHOWN.map((state) => [state, 0]));
  for (const { state } of agents) counts.set(state, (counts.get(state) ?? 0) + 1);
  return new Map([...counts].filter(([, count]) => count > 0));
}

const totalText = ({ length }: readonly AgentSnapshot[]): string => `${length} ${length === 1 ? 'agent' : 'agents'}`;

/** `9 agents: 7 running, 1 backoff, 1 broken`. */
export function countText(agents: readonly AgentSnapshot[]): string {
  const counts = countStates(agents);
  const total = totalText(agents);
  if (agents.length === 0) return total;
  if (counts.size === 1) return `${total} ${[...counts.keys()][0]}`;
  return `${total}: ${[...counts].map(([state, count]) => `${count} ${state}`).join(', ')}`;
}

function agentTable(agents: readonly AgentSnapshot[], { width, style, age = 0 }: StatusScreen): string[] {
  const columns: Column<AgentSnapshot>[] = [
    {
      title: '',
      text: ({ state }) => signOf(state, style),
      ink: ({ state }) => stateSign(state).ink,
    },
    { title: 'agent', text: ({ name }) => plainLine(name), ink: () => 'bold' },
    { title: 'display', text: ({ display }) => plainLine(display), comfort: 12, least: 6, priority: 5 },
    { title: 'state', text: (agent) => stateText(agent, age), ink: ({ state }) => stateSign(state).ink },
    { title: 'activity', text: activityText, ink: activityInk, priority: 6 },
    {
      title: 'up',
      text: ({ uptime, pid }) => (pid === null ? '' : formatDuration(uptime + age)),
      align: 'right',
      priority: 4,
    },
    { title: 'restarts', text: ({ restarts }) => String(restarts), align: 'right', ink: restartsInk, priority: 3 },
    {
      title: 'memory',
      text: ({ memory }) => (memory === null ? '' : formatBytes(memory)),
      align: 'right',
      priority: 2,
    },
    {
      title: 'pid',
      text: ({ pid }) => (pid === null ? '' : String(pid)),
      align: 'right',
      ink: () => 'dim',
      priority: 1,
    },
    { title: 'detail', text: detailText, ink: detailInk, comfort: 28, least: 10, priority: 7 },
  ];
  return tableLines(columns, agents, width, style);
}

const restartsInk = ({ restarts }: AgentSnapshot): Ink => (restarts === 0 ? 'dim' : 'plain');
const detailText = ({ detail, paused, asks }: AgentSnapshot): string =>
  [paused ? 'paused: its mail waits' : '', plainLine(asks?.text ?? ''), plainLine(detail)]
    .filter((part) => part !== '')
    .join('; ');

const detailInk = ({ state }: AgentSnapshot): Ink => (state === 'broken' ? 'red' : 'dim');

const stateText = ({ state, next_start }: AgentSnapshot, age: number): string =>
  state === 'backoff' && next_start !== null ? `backoff ${formatDuration(Math.max(0, next_start - age))}` : state;

const activityText = ({ activity, state }: AgentSnapshot): string =>
  activity === 'unknown' || state !== 'running' ? '' : activity;

/** It waits for a person. */
const activityInk = ({ activity }: AgentSnapshot): Ink =>
  activity === 'approval' || activity === 'question' ? 'magenta' : activity === 'error' ? 'red' : 'plain';

/** More agents than lines: those that do not run in full, as many as fit, then the names of the rest side by side. */
function crowded(agents: readonly AgentSnapshot[], screen: StatusScreen, room: number): string[] {
  const troubled = agents.filter(({ state }) => state !== 'running');
  const full = troubled.slice(0, Math.max(0, Math.min(troubled.length, Math.floor(room * 0.6) - 1)));
  const others = [...troubled, ...agents.filter(({ state }) => state === 'running')];
  const rest = others.filter((agent) => !full.includes(agent));
  const table = full.length === 0 ? [] : [...agentTable(full, screen), ''];
  return [...table, ...nameGrid(rest, screen, Math.max(1, room - table.length))];
}

function nameGrid(agents: readonly AgentSnapshot[], { width, style }: StatusScreen, room: number): string[] {
  const cell = Math.min(width, 4 + Math.max(...agents.map(({ name }) => textWidth(plainLine(name)))));
  const across = Math.max(1, Math.floor((width + 2) / cell));
  const hidden = agents.length > across * room;
  const shown = hidden ? agents.slice(0, across * (room - 1)) : agents;
  const lines: string[] = [];
  for (let at = 0; at < shown.length; at += across) {
    const row = shown.slice(at, at + across).map((agent) => {
      const name = cutText(plainLine(agent.name), Math.max(0, cell - 4));
      return `${style.paint(stateSign(agent.state).ink, signOf(agent.state, style))} ${name}${' '.repeat(Math.max(0, cell - 2 - textWidth(name)))}`;
    });
    lines.push(row.join('').trimEnd());
  }
  if (hidden)
    lines.push(style.paint('dim', cutText(`and ${agents.length - shown.length} more: make it taller`, width)));
  return lines;
}
