import { span } from '../frame.ts';
import { step } from '../model/state.ts';
import type { Screen } from './screen.ts';

export const tasksScreen: Screen = {
  title: 'Tasks',
  bindings: [],
  view: () => [[span(' tasks')]],
  loads: () => [],
  mouse: (state) => step(state),
};
