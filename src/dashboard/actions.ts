import type { AgentSnapshot } from '../protocol/index.ts';
import type { Binding } from './model/binding.ts';
import { compose } from './model/compose.ts';
import { agentOf, canApprove, mustType } from './model/crew.ts';
import { toScreen } from './model/move.ts';
import { type Overlay, type State, type Step, step, type Undo, withToast, withUndo } from './model/state.ts';

/** What can be done with the chosen agent, on every screen where one is chosen. */
export const AGENT_ACTIONS: readonly Binding[] = [
  {
    id: 'message',
    keys: ['m'],
    help: 'write a message to the agent',
    hint: 'message',
    run: withAgent((state, { name }) => step(compose(state, name))),
  },
  {
    id: 'approve',
    keys: ['a'],
    help: 'approve what the agent asks, after it was shown',
    hint: 'approve',
    hinted: chosen(canApprove),
    run: withAgent((state, { name }) => step(state, { kind: 'asked', agent: name, yes: true })),
  },
  {
    id: 'deny',
    keys: ['d'],
    help: 'deny what the agent asks, after it was shown',
    run: withAgent((state, { name }) => step(state, { kind: 'asked', agent: name, yes: false })),
  },
  {
    id: 'restart',
    keys: ['r'],
    help: 'restart the agent',
    hint: 'restart',
    run: withAgent(restart),
  },
  { id: 'stop', keys: ['s'], help: 'stop the agent, or start it when it is stopped', run: withAgent(stopOrStart) },
  { id: 'pause', keys: ['p'], help: 'hold back the agent’s mail, or let it go on', run: withAgent(pause) },
  {
    id: 'type',
    keys: ['t'],
    help: 'type through to the agent; Ctrl-] ends it',
    hint: 'type answer',
    hinted: chosen(mustType),
    run: withAgent((state) => step(typeThrough(state))),
  },
  {
    id: 'zoom',
    keys: ['z'],
    help: 'go to the agent’s pane, filling the window',
    run: withAgent((state, { name }) => step(state, { kind: 'focus', agent: name, zoom: true })),
  },
  {
    id: 'go',
    keys: ['g'],
    help: 'go to the agent’s pane',
    run: withAgent((state, { name }) => step(state, { kind: 'focus', agent: name, zoom: false })),
  },
  { id: 'log', keys: ['l'], help: 'the agent’s log', run: withAgent((state) => tab(state, 'log')) },
  { id: 'agent-events', keys: ['e'], help: 'the agent’s events', run: withAgent((state) => tab(state, 'events')) },
];

/** What concerns the whole crew. */
export const CREW_ACTIONS: readonly Binding[] = [
  { id: 'stop-all', keys: ['E'], help: 'stop every agent at once', run: stopAll },
  { id: 'undo', keys: ['u'], help: 'take back what was done last, where that can be', run: undo },
];

function withAgent(run: (state: State, agent: AgentSnapshot) => Step): (state: State) => Step {
  return (state) => {
    const agent = agentOf(state);
    return agent === null ? step(withToast(state, 'choose an agent first', 'warn')) : run(state, agent);
  };
}

/** Is it so with the chosen agent? */
function chosen(is: (agent: AgentSnapshot) => boolean): (state: State) => boolean {
  return (state) => {
    const agent = agentOf(state);
    return agent !== null && is(agent);
  };
}

/** The chosen agent's screen, and every key goes to it. */
export function typeThrough(state: State): State {
  const shown = toScreen(state, 'agent');
  return { ...shown, agent: { ...shown.agent, tab: 'screen', back: 0, typing: true } };
}

const ask = (state: State, overlay: Overlay): Step => step({ ...state, overlay });

function tab(state: State, which: State['agent']['tab']): Step {
  const shown = toScreen(state, 'agent');
  return step({ ...shown, agent: { ...shown.agent, tab: which, back: 0, typing: false } });
}

/** What an agent is in the middle of, as sentences; empty when nothing is lost by ending it. */
function losses(agent: AgentSnapshot): string[] {
  const { activity, state, mail, task } = agent;
  if (state !== 'running') return [];
  const lost: string[] = [];
  if (activity === 'busy') lost.push('It is in the middle of a turn, which is cut off.');
  if (activity === 'approval' || activity === 'question') lost.push('What it asks is not answered.');
  if (task !== null) lost.push(`It works on: ${task.text}`);
  if (mail.inFlight > 0) lost.push(`${mail.inFlight} messages it was handed are handed to it again.`);
  return lost;
}

function restart(state: State, agent: AgentSnapshot): Step {
  return ask(state, {
    kind: 'confirm',
    title: `restart ${agent.name}?`,
    lines: losses(agent),
    yes: 'restart',
    effects: [{ kind: 'command', verb: 'restart', agents: [agent.name] }],
    undo: null,
  });
}

function stopOrStart(state: State, agent: AgentSnapshot): Step {
  const { name } = agent;
  const start = { kind: 'command', verb: 'start', agents: [name] } as const;
  if (agent.state === 'stopped' || agent.state === 'broken') return step(state, start);
  return ask(state, {
    kind: 'confirm',
    title: `stop ${name}?`,
    lines: [...losses(agent), 'It stays stopped until it is started again.'],
    yes: 'stop',
    effects: [{ kind: 'command', verb: 'stop', agents: [name] }],
    undo: { what: `stop of ${name}`, effects: [start] },
  });
}

function pause(state: State, { name, paused }: AgentSnapshot): Step {
  const undone: Undo = {
    what: paused ? `going on of ${name}` : `pause of ${name}`,
    effects: [{ kind: 'pause', agents: [name], on: paused }],
  };
  return step(withUndo(state, undone), { kind: 'pause', agents: [name], on: !paused });
}

function stopAll(state: State): Step {
  const agents = state.snapshot?.agents ?? [];
  const up = agents.filter(({ state: its }) => its !== 'stopped');
  const busy = up.filter(({ activity, state: its }) => its === 'running' && activity === 'busy');
  if (up.length === 0) return step(withToast(state, 'no agent runs', 'warn'));
  const names = up.map(({ name }) => name);
  return ask(state, {
    kind: 'confirm',
    title: `stop all ${up.length} agents at once?`,
    lines: [
      ...(busy.length > 0
        ? [`${busy.length} are in the middle of a turn, which is cut off: ${busy.map(({ name }) => name).join(', ')}`]
        : []),
      'They stay stopped until they are started again.',
    ],
    yes: 'stop all',
    effects: [{ kind: 'command', verb: 'stop', agents: names }],
    undo: { what: 'stop of all', effects: [{ kind: 'command', verb: 'start', agents: names }] },
  });
}

function undo(state: State): Step {
  const last = state.undo.at(-1);
  if (last === undefined) return step(withToast(state, 'nothing to take back', 'warn'));
  return step(withToast({ ...state, undo: state.undo.slice(0, -1) }, `took back the ${last.what}`), ...last.effects);
}
