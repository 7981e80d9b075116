export { runDashboard } from './dashboard.ts';
export type { Settings } from './model/state.ts';
export type { DashboardPorts } from './ports.ts';
export { themeNamed } from './theme.ts';
