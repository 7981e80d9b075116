import type { AgentSnapshot, MailEntry } from '../../protocol/index.ts';
import { AGENT_ACTIONS } from '../actions.ts';
import { fitLines, type Line, type Size, span } from '../frame.ts';
import type { Binding } from '../model/binding.ts';
import { agentOf, shownAgents } from '../model/crew.ts';
import type { Effect } from '../model/input.ts';
import { listedMail, mailIsHere, mailLoads, openMail } from '../model/mail.ts';
import { moved, withoutMail } from '../model/move.ts';
import { AGENT_TABS, type AgentTab, type State, step } from '../model/state.ts';
import { agentHead } from './agent-head.ts';
import { liveCursor, liveLines, liveMost } from './agent-live.ts';
import { tailLines, textLines } from './agent-text.ts';
import { closeMail, mailActions, mailMove, openChosen } from './mail-actions.ts';
import { openLines } from './mail-open.ts';
import { mailColumns, mailTable } from './mail-table.ts';
import { mailMouse } from './messages.ts';
import type { Screen } from './screen.ts';

const rowsOf = (state: State): readonly MailEntry[] => (state.agent.tab === 'mail' ? listedMail(state) : []);

/** Of what is done with messages only that; the rest has its keys where all messages are. */
const REPLY = mailActions(rowsOf)
  .filter(({ id }) => id === 'reply')
  .map(({ hint: _, ...binding }): Binding => binding);

export const agentScreen: Screen = {
  title: 'Agent',
  bindings: [...tabs(), ...scrolls(), ...AGENT_ACTIONS, ...REPLY],
  view: agentLines,
  cursor(state, size) {
    const agent = agentOf(state);
    if (agent === null || state.agent.tab !== 'screen') return null;
    const head = agentHead(state, agent, size).length;
    const cell = liveCursor(state, { width: size.width, height: size.height - head });
    return cell === null ? null : { x: cell.x, y: cell.y + head };
  },
  loads,
  mouse(state, input) {
    const agent = agentOf(state);
    if (agent === null) return step(state);
    const head = agentHead(state, agent, room(state)).length;
    if (state.agent.tab === 'mail')
      return mailMouse(state, input, rowsOf(state), { first: head + 2, room: body(state) });
    if (input.what === 'press') return step(state);
    return step(scrolled(state, input.what === 'wheel-up' ? -3 : 3));
  },
};

/** The screen below the header. */
const room = ({ size }: State): Size => ({ width: size.width, height: Math.max(1, size.height - 2) });

/** What a tab has of it. */
function body(state: State): Size {
  const has = room(state);
  const agent = agentOf(state);
  const head = agent === null ? 0 : agentHead(state, agent, has).length;
  return { width: has.width, height: Math.max(1, has.height - head) };
}

function tabs(): Binding[] {
  const to =
    (by: number): Binding['run'] =>
    (state) => {
      if (state.mail.open) return step(by < 0 ? closeMail(state) : state);
      const at = moved(AGENT_TABS.indexOf(state.agent.tab), by, AGENT_TABS.length);
      const shown = { ...withoutMail(state), agent: { ...state.agent, tab: AGENT_TABS[at] as AgentTab, back: 0 } };
      return step(shown);
    };
  const agent =
    (by: number): Binding['run'] =>
    (state) => {
      const agents = shownAgents(state);
      const at = agents.findIndex(({ name }) => name === state.selected);
      const next = agents[(at + by + agents.length) % Math.max(1, agents.length)];
      if (next === undefined) return step(state);
      return step({ ...withoutMail(state), selected: next.name, agent: { ...state.agent, back: 0 } });
    };
  return [
    { id: 'next-tab', keys: ['right', ']'], help: 'the next of screen, mail, events and log', hint: 'tab', run: to(1) },
    { id: 'previous-tab', keys: ['left', '['], help: 'the tab before', run: to(-1) },
    { id: 'next-agent', keys: ['n', 'S-down'], help: 'the next agent', hint: 'next', run: agent(1) },
    { id: 'previous-agent', keys: ['N', 'S-up'], help: 'the agent before', run: agent(-1) },
  ];
}

function scrolls(): Binding[] {
  const by = (id: string, keys: readonly string[], help: string, lines: (state: State) => number): Binding => ({
    id,
    keys,
    help,
    run: (state) => step(scrolled(state, lines(state))),
  });
  const page = (state: State): number => Math.max(1, body(state).height - 1);
  return [
    by('down', ['down', 'j'], 'a line down, or the message below', () => 1),
    by('up', ['up', 'k'], 'a line up, or the message above', () => -1),
    by('page-down', ['pagedown', 'C-f', 'space'], 'a page down', page),
    by('page-up', ['pageup', 'C-b'], 'a page up', (state) => -page(state)),
    by('first', ['home'], 'the beginning', () => Number.NEGATIVE_INFINITY),
    by('last', ['end', 'G'], 'the end, which is followed then', () => Number.POSITIVE_INFINITY),
    {
      id: 'open',
      keys: ['enter', 'o'],
      help: 'read the chosen message in full',
      run: (state) => openChosen(state, rowsOf(state)),
    },
    {
      id: 'close',
      keys: ['escape'],
      help: 'close the message, or back',
      hint: 'back',
      hinted: ({ mail }) => mail.open,
      run: (state) => step(closeMail(state)),
    },
  ];
}

/** Texts stand at their end unless one scrolled up from it. */
function scrolled(state: State, by: number): State {
  if (state.agent.tab === 'mail') return mailMove(state, rowsOf(state), by, body(state));
  const { width, height } = body(state);
  const most =
    state.agent.tab === 'screen'
      ? liveMost(state.agent.screen, height)
      : Math.max(0, textLines(state, width).length - height);
  const back = Math.max(0, Math.min(most, Math.min(most, state.agent.back) - by));
  return { ...state, agent: { ...state.agent, back } };
}

function loads(state: State): Effect[] {
  const { selected, agent } = state;
  if (selected === null) return [];
  switch (agent.tab) {
    case 'screen':
      return [{ kind: 'load-screen', agent: selected }];
    case 'mail':
      return mailLoads(state);
    case 'log':
      return [{ kind: 'load-log', agent: selected }];
    case 'events':
      return [];
  }
}

function agentLines(state: State, size: Size): readonly Line[] {
  const agent = agentOf(state);
  if (agent === null)
    return [[], [span(state.snapshot === null ? '  waiting for the controller' : '  no agents', 'dim')]];
  const head = agentHead(state, agent, size);
  const rest = { width: size.width, height: Math.max(0, size.height - head.length) };
  return [...head, ...tabLines(state, agent, rest)];
}

function tabLines(state: State, agent: AgentSnapshot, size: Size): Line[] {
  if (state.agent.tab === 'screen') return liveLines(state, agent, size);
  return state.agent.tab === 'mail' ? mailLines(state, agent, size) : tailLines(state, size);
}

function mailLines(state: State, agent: AgentSnapshot, size: Size): Line[] {
  const open = openMail(state);
  if (open !== null) return openLines(state, open, size);
  const rows = rowsOf(state);
  if (rows.length > 0) return mailTable(state, rows, mailColumns(state, rows, agent.name), size);
  const none = state.filter === '' ? `nobody wrote to ${agent.name} yet` : 'no message matches the filter';
  return fitLines([[], [span(`  ${mailIsHere(state) ? none : 'asking for its messages'}`, 'dim')]], size);
}
