import { span } from '../frame.ts';
import { step } from '../model/state.ts';
import type { Screen } from './screen.ts';

export const agentScreen: Screen = {
  title: 'Agent',
  bindings: [],
  view: () => [[span(' agent')]],
  loads: () => [],
  mouse: (state) => step(state),
};
