import { formatBytes, plainLine } from '../../base/index.ts';
import type { AgentSnapshot } from '../../protocol/index.ts';
import { AGENT_ACTIONS } from '../actions.ts';
import { beside, fitLine, fitLines, type Line, onGround, type Size, span, type Tone } from '../frame.ts';
import type { Binding } from '../model/binding.ts';
import { shownAgents, waitingOf } from '../model/crew.ts';
import { moved, toScreen, windowTop } from '../model/move.ts';
import { type State, step } from '../model/state.ts';
import { type Cell, rule, scrollSpan, shortAge, tableOf } from '../text.ts';
import { sparkline } from '../../view/index.ts';
import { activityText, activityTone, signOf, toneOf } from './agent-words.ts';
import { crewGrid, gridAgent } from './crew-grid.ts';
import { recentLines } from './recent.ts';
import { railLines, waitAt, waitLine } from './rail.ts';
import type { Screen } from './screen.ts';

/** Narrowest dashboard with the rail of who waits beside the crew. */
const RAIL_FROM = 96;
/** Lines from which there is room for what happened below the crew. */
const EVENTS_FROM = 16;

const OPEN: Binding = {
  id: 'open',
  keys: ['enter', 'right'],
  help: 'open the agent',
  hint: 'open',
  run: (state) =>
    step(
      state.selected === null
        ? state
        : toScreen({ ...state, agent: { ...state.agent, tab: 'screen', back: 0 } }, 'agent'),
    ),
};

const VIEW: Binding = {
  id: 'view',
  keys: ['v'],
  help: 'a line for each agent, or all of them side by side',
  run: (state) => step({ ...state, grid: !isGrid(state, tableHeight(state, state.size.height - 2)) }),
};

/** Lines up to which the crew is shown side by side when it does not fit: a list of three out of nine is no glance. */
const FEW_LINES = 6;

/** Where there is no rail, who waits for a person is told in one line above the crew: in the table it may be out of sight. */
const waitsAbove = (state: State): boolean =>
  tableWidth(state.size.width) === state.size.width && waitingOf(state).length > 0;

const isGrid = (state: State, height: number): boolean =>
  state.grid ?? (height < FEW_LINES && shownAgents(state).length > height);

export const crewScreen: Screen = {
  title: 'Crew',
  bindings: [...moves(), OPEN, VIEW, ...AGENT_ACTIONS],
  view: crewLines,
  loads: () => [],
  mouse(state, { what, x, y: row }) {
    if (what !== 'press') return step(choose(state, what === 'wheel-up' ? -3 : 3));
    const agents = shownAgents(state);
    const { width, height } = state.size;
    const rows = tableHeight(state, height - 2);
    const above = waitsAbove(state) ? 1 : 0;
    if (above === 1 && row === 1) {
      const waits = waitAt(state, width, x);
      return step(waits === null ? state : { ...state, selected: waits });
    }
    const y = row - above;
    const agent = isGrid(state, rows)
      ? gridAgent(state, agents, { width: tableWidth(width), height: rows + 1 }, { x, y: y - 1 })
      : agents[crewWindow(state, rows).top + y - 2];
    return step(agent === undefined || x >= tableWidth(width) ? state : { ...state, selected: agent.name });
  },
};

function moves(): Binding[] {
  const by = (id: string, keys: readonly string[], help: string, lines: number, hint?: string): Binding => ({
    id,
    keys,
    help,
    ...(hint === undefined ? {} : { hint }),
    run: (state) => step(choose(state, lines)),
  });
  return [
    by('down', ['down', 'j'], 'the next agent', 1, 'choose'),
    by('up', ['up', 'k'], 'the agent before', -1),
    by('page-down', ['pagedown', 'C-f'], 'ten further', 10),
    by('page-up', ['pageup', 'C-b'], 'ten back', -10),
    by('first', ['home'], 'the first', Number.NEGATIVE_INFINITY),
    by('last', ['end', 'G'], 'the last', Number.POSITIVE_INFINITY),
  ];
}

function choose(state: State, by: number): State {
  const agents = shownAgents(state);
  const at = agents.findIndex(({ name }) => name === state.selected);
  const next = agents[moved(Math.max(0, at), by, agents.length)];
  return next === undefined ? state : { ...state, selected: next.name };
}

/** Lines of the table's rows on a screen of `height` lines. */
function tableHeight(state: State, height: number): number {
  const agents = shownAgents(state).length;
  const room = height - 1 - (waitsAbove(state) ? 1 : 0);
  // A small crew has a high rail all the same: what is asked stands in the second line of each.
  const rail = tableWidth(state.size.width) === state.size.width ? 0 : 2 * waitingOf(state).length;
  if (height < EVENTS_FROM) return Math.max(1, room);
  return Math.max(3, Math.min(Math.max(agents, rail), room - 5));
}

function crewWindow(state: State, height: number): { readonly top: number; readonly at: number } {
  const agents = shownAgents(state);
  const at = agents.findIndex(({ name }) => name === state.selected);
  // The chosen one in the middle, as far as the ends allow: where the list stood before need not be kept.
  const top = windowTop(at, Math.max(0, at - Math.floor(height / 2)), height, agents.length);
  return { top, at };
}

/** Columns of the table; the rest is the rail's. */
const tableWidth = (width: number): number =>
  width < RAIL_FROM ? width : width - 3 - Math.min(46, Math.floor(width * 0.28));

function crewLines(state: State, { width, height }: Size): readonly Line[] {
  const { unicode } = state.settings;
  const rows = tableHeight(state, height);
  const tableWide = tableWidth(width);
  const rail = tableWide === width ? [] : railLines(state, { width: width - tableWide - 3, height: rows + 1 });
  const table = crewTable(state, { width: tableWide, height: rows + 1 });
  const bar = unicode ? '│' : '|';
  const upper =
    rail.length === 0
      ? [...(waitsAbove(state) ? [waitLine(state, width)] : []), ...table]
      : beside(
          table.map((line): Line => [...line, span(` ${bar} `, 'frame')]),
          rail,
        );
  const left = height - upper.length;
  if (left < 3) return upper;
  return [...upper, rule('Events', width, unicode), ...recentLines(state, { width, height: left - 1 })];
}

function crewTable(state: State, size: Size): Line[] {
  const agents = shownAgents(state);
  if (state.snapshot === null) return fitLines([[], [span('  waiting for the controller', 'dim')]], size);
  if (agents.length === 0)
    return fitLines([[], [span(state.filter === '' ? '  no agents' : '  no agent matches the filter', 'dim')]], size);
  const height = size.height - 1;
  if (isGrid(state, height)) return crewGrid(state, agents, size);
  const { top, at } = crewWindow(state, height);
  const hidden = agents.length > height;
  const inner = size.width - (hidden ? 1 : 0);
  const { title, rows } = tableOf(columnsOf(state), agents, inner - 1, { top, height });
  const shown = rows.map((row, index): Line => {
    const line = fitLine([span(' '), ...row], inner);
    const chosen = top + index === at ? onGround(line, 'select') : line;
    return hidden
      ? [...chosen, scrollSpan(index, { top, height, length: agents.length }, state.settings.unicode)]
      : chosen;
  });
  return fitLines([[span(' '), ...title], ...shown], size);
}

/** Columns of a sparkline. */
const BARS = 6;

function columnsOf(state: State): readonly Cell<AgentSnapshot>[] {
  const { unicode } = state.settings;
  const bars = unicode ? BARS : 0;
  const grown = state.now - state.takenAt;
  const cpu = ({ name }: AgentSnapshot): string =>
    sparkline(state.history.samples.get(name)?.cpu ?? [], BARS, 25, unicode);
  // How much it grew, not how much it is: a bar of its whole height says nothing.
  const memory = ({ name }: AgentSnapshot): string => {
    const values = state.history.samples.get(name)?.memory ?? [];
    const least = Math.min(...values);
    return sparkline(
      values.map((value) => value - least),
      BARS,
      least * 0.2,
      unicode,
    );
  };
  return [
    { title: '', text: (agent) => signOf(agent, unicode), tone: toneOf },
    { title: 'AGENT', text: ({ name }) => name, tone: () => 'bold' },
    { title: '', text: ({ display }) => plainLine(display), comfort: 10, least: 6, priority: 5 },
    {
      title: 'ACTIVITY',
      text: (agent) => activityText(agent, state.now, grown),
      tone: activityTone,
      comfort: 16,
      least: 10,
    },
    {
      title: 'TASK',
      text: taskText,
      comfort: 16,
      least: 8,
      priority: 7,
      grows: true,
      tone: ({ task, asks }) => (asks !== null ? 'ask' : task === null ? 'dim' : 'plain'),
    },
    { title: 'QUEUED', text: mailText, align: 'right', priority: 8, tone: mailTone },
    {
      title: 'UP',
      natural: 4,
      text: ({ uptime, pid }) => (pid === null ? '' : shortAge(uptime + grown)),
      align: 'right',
      priority: 4,
      tone: () => 'dim',
    },
    {
      title: 'RESTARTS',
      text: ({ restarts }) => (restarts === 0 ? '' : String(restarts)),
      align: 'right',
      priority: 3,
      tone: () => 'warn',
    },
    { title: '', text: cpu, natural: bars, tone: () => 'busy', priority: 1 },
    {
      title: 'CPU',
      natural: 4,
      text: (agent) => (agent.cpu === null ? '' : `${Math.round(agent.cpu)}%`),
      align: 'right',
      priority: 6,
    },
    { title: '', text: memory, natural: bars, tone: () => 'dim', priority: 1 },
    {
      title: 'MEM',
      natural: 4,
      text: (agent) => (agent.memory === null ? '' : formatBytes(agent.memory)),
      align: 'right',
      priority: 6,
    },
  ];
}

/** What it asks outranks what it works at: that waits for a person. */
function taskText({ task, state, detail, asks }: AgentSnapshot): string {
  if (asks !== null && asks.text !== '') return plainLine(asks.text);
  if (task !== null) return plainLine(task.text);
  return state === 'running' || detail === '' ? '-' : plainLine(detail);
}

const mailText = ({ mail }: AgentSnapshot): string => {
  return `${mail.queued === 0 ? '' : mail.queued}${mail.dead > 0 ? ` ✖${mail.dead}` : ''}`;
};

const mailTone = ({ mail }: AgentSnapshot): Tone => (mail.dead > 0 ? 'bad' : mail.queued > 0 ? 'busy' : 'plain');
