import type { ScreenId, State } from '../model/state.ts';
import { agentScreen } from './agent.ts';
import { chartsScreen } from './charts.ts';
import { crewScreen } from './crew.ts';
import { eventsScreen } from './events.ts';
import { messagesScreen } from './messages.ts';
import type { Screen } from './screen.ts';
import { tasksScreen } from './tasks.ts';

const SCREENS: Readonly<Record<ScreenId, Screen>> = {
  crew: crewScreen,
  agent: agentScreen,
  messages: messagesScreen,
  tasks: tasksScreen,
  events: eventsScreen,
  charts: chartsScreen,
};

export const screenOf = ({ screen }: State): Screen => SCREENS[screen];
export type { Screen } from './screen.ts';
