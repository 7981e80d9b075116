import { span } from '../frame.ts';
import { step } from '../model/state.ts';
import type { Screen } from './screen.ts';

export const messagesScreen: Screen = {
  title: 'Messages',
  bindings: [],
  view: () => [[span(' messages')]],
  loads: () => [],
  mouse: (state) => step(state),
};
