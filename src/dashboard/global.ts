import { CREW_ACTIONS } from './actions.ts';
import type { Binding } from './model/binding.ts';
import { back, toScreen } from './model/move.ts';
import { SCREENS, type ScreenId, type State, type Step, step, withToast } from './model/state.ts';

const HELP: Readonly<Record<ScreenId, string>> = {
  crew: 'everybody at a glance',
  agent: 'one agent: its screen, mail, events, log',
  messages: 'who wrote to whom, and how far it got',
  tasks: 'what there is to do',
  events: 'what happened',
  charts: 'messages, response times and restarts over time',
};

/** Keys that work on every screen. */
export const GLOBAL: readonly Binding[] = [
  ...SCREENS.map(
    (screen, index): Binding => ({
      id: screen,
      keys: [String(index + 1)],
      help: HELP[screen],
      run: (state) => step(toScreen(state, screen)),
    }),
  ),
  {
    id: 'next-screen',
    keys: ['tab'],
    help: 'the next screen',
    run: (state) => step(toScreen(state, neighbour(state, 1))),
  },
  {
    id: 'previous-screen',
    keys: ['S-tab'],
    help: 'the screen before',
    run: (state) => step(toScreen(state, neighbour(state, -1))),
  },
  ...CREW_ACTIONS,
  {
    id: 'filter',
    keys: ['/'],
    help: 'show only what contains a word',
    hint: 'filter',
    run: (state) =>
      step({
        ...state,
        overlay: { kind: 'filter', text: state.filter, at: state.filter.length, before: state.filter },
      }),
  },
  {
    id: 'palette',
    keys: [':'],
    help: 'choose a command by its name',
    hint: 'command',
    run: (state) => step({ ...state, overlay: { kind: 'palette', text: '', at: 0, chosen: 0 } }),
  },
  {
    id: 'help',
    keys: ['?'],
    help: 'every key of this screen',
    hint: 'keys',
    run: (state) => step({ ...state, overlay: { kind: 'help', top: 0 } }),
  },
  { id: 'back', keys: ['escape'], help: 'back', run: (state) => step(back(state)) },
  { id: 'quit', keys: ['q', 'C-c'], help: 'leave the dashboard; everything goes on', run: quit },
];

function neighbour({ screen }: State, by: number): ScreenId {
  const at = SCREENS.indexOf(screen) + by + SCREENS.length;
  return SCREENS[at % SCREENS.length] as ScreenId;
}

/** Where it has a pane of its own it would only be started again. */
function quit(state: State): Step {
  if (!state.settings.pinned) return step(state, { kind: 'quit' });
  return step(withToast(state, 'the dashboard stays in its pane; C-b d leaves the session running', 'warn'));
}
