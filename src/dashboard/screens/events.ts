import { span } from '../frame.ts';
import { step } from '../model/state.ts';
import type { Screen } from './screen.ts';

export const eventsScreen: Screen = {
  title: 'Events',
  bindings: [],
  view: () => [[span(' events')]],
  loads: () => [],
  mouse: (state) => step(state),
};
