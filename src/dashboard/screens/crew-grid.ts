import { cutText, textWidth } from '../../base/index.ts';
import type { AgentSnapshot } from '../../protocol/index.ts';
import { fitLine, fitLines, type Line, onGround, type Size, span } from '../frame.ts';
import { windowTop } from '../model/move.ts';
import type { State } from '../model/state.ts';
import { activityText, signOf, toneOf } from './agent-words.ts';

/** Columns an activity may take in a cell. */
const ACTIVITY = 12;

/** The agents as cells, column by column: everybody at a glance where there are more agents than lines. */
export function crewGrid(state: State, agents: readonly AgentSnapshot[], size: Size): Line[] {
  const { names, cell, across, down, top } = geometry(state, agents, size);
  const rows = Array.from({ length: Math.min(size.height, down - top) }, (_, row): Line => {
    const there = Array.from({ length: across }, (_each, column) => agents[column * down + top + row]);
    return there.flatMap((agent) => (agent === undefined ? [] : cellLine(agent, state, names, cell)));
  });
  return fitLines(rows, size);
}

/** The agent in the cell at (x, y); undefined where there is none. */
export function gridAgent(
  state: State,
  agents: readonly AgentSnapshot[],
  size: Size,
  at: { readonly x: number; readonly y: number },
): AgentSnapshot | undefined {
  const { cell, across, down, top } = geometry(state, agents, size);
  const column = Math.floor(at.x / cell);
  const row = top + at.y;
  return column < across && row < down ? agents[column * down + row] : undefined;
}

function geometry(state: State, agents: readonly AgentSnapshot[], size: Size) {
  const names = Math.max(0, ...agents.map(({ name }) => textWidth(name)));
  const cell = Math.min(size.width, names + ACTIVITY + 5);
  const across = Math.max(1, Math.floor(size.width / cell));
  const down = Math.ceil(agents.length / across);
  const at =
    Math.max(
      0,
      agents.findIndex(({ name }) => name === state.selected),
    ) % Math.max(1, down);
  const top = windowTop(at, Math.max(0, at - Math.floor(size.height / 2)), size.height, down);
  return { names, cell, across, down, top };
}

function cellLine(agent: AgentSnapshot, state: State, names: number, width: number): Line {
  const text = cutText(activityText(agent, state.now, state.now - state.takenAt), ACTIVITY);
  const tone = toneOf(agent);
  const line = fitLine(
    [
      span(' '),
      span(signOf(agent, state.settings.unicode), tone),
      span(` ${agent.name.padEnd(names)} `, 'bold'),
      span(text, tone === 'good' ? 'plain' : tone),
    ],
    width,
  );
  return agent.name === state.selected ? onGround(line, 'select') : line;
}
