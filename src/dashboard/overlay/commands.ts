import { plainLine } from '../../base/index.ts';
import { DASHBOARD_THEMES } from '../../protocol/index.ts';
import { AGENT_ACTIONS } from '../actions.ts';
import { GLOBAL } from '../global.ts';
import { type Binding, inForce } from '../model/binding.ts';
import { shownAgents } from '../model/crew.ts';
import type { Named } from '../model/fuzzy.ts';
import { withTheme } from '../model/settings.ts';
import { type State, type Step, step, withToast } from '../model/state.ts';
import { screenOf } from '../screens/index.ts';
import { crewScreen } from '../screens/crew.ts';

/** One entry of the palette. */
export interface Command extends Named {
  /** Keys that do the same. */
  readonly keys: readonly string[];
  /** It takes the name of an agent: what is typed goes on with a space. */
  readonly more: boolean;
  run(state: State): Step;
}

/** Keys that only choose: nobody looks for them by name, so they come last. */
const MOVES: ReadonlySet<string> = new Set(['down', 'up', 'page-down', 'page-up', 'first', 'last', 'palette']);

/** Everything that can be done now, in the order it is shown before anything is typed. */
export function commandsOf(state: State): readonly Command[] {
  const here = inForce([...screenOf(state).bindings, ...GLOBAL], state);
  const onAgent = agentBindings();
  const named = here.map(
    ({ binding, keys }): Command => ({
      name: binding.id,
      help: binding.help,
      keys,
      more: onAgent.some(({ id }) => id === binding.id),
      run: (now) => binding.run(now),
    }),
  );
  return [
    ...named.filter(({ name }) => !MOVES.has(name)),
    ...themes(),
    ...(state.snapshot?.agents ?? []).flatMap(({ name, display }) =>
      onAgent.map((binding) => forAgent(binding, name, plainLine(display))),
    ),
    ...named.filter(({ name }) => MOVES.has(name)),
  ];
}

/** What can be done with an agent on any screen: `open` is the crew's. */
const agentBindings = (): readonly Binding[] => [
  ...AGENT_ACTIONS,
  ...crewScreen.bindings.filter(({ id }) => id === 'open'),
];

const forAgent = (binding: Binding, agent: string, display: string): Command => ({
  name: `${binding.id} ${agent}`,
  help: `${binding.help}${display === '' ? '' : `: ${display}`}`,
  keys: [],
  more: false,
  run: (state) => binding.run(choosing(state, agent)),
});

/** The agent is the chosen one; a filter that hides it is taken away. */
function choosing(state: State, agent: string): State {
  const chosen = { ...state, selected: agent };
  return shownAgents(chosen).some(({ name }) => name === agent) ? chosen : { ...chosen, filter: '' };
}

const themes = (): readonly Command[] =>
  DASHBOARD_THEMES.map((theme) => ({
    name: `theme ${theme}`,
    help: 'colours, until the dashboard is left',
    keys: [],
    more: false,
    run: (state) =>
      step(
        withToast(
          { ...state, settings: withTheme(state.settings, theme) },
          `theme ${theme}; to keep it: dashboard: { theme: ${theme} }`,
        ),
      ),
  }));
