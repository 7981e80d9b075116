import { span } from '../frame.ts';
import { step } from '../model/state.ts';
import type { Screen } from './screen.ts';

export const chartsScreen: Screen = {
  title: 'Charts',
  bindings: [],
  view: () => [[span(' charts')]],
  loads: () => [],
  mouse: (state) => step(state),
};
