export { runDashboard } from './dashboard.ts';
export type { Look } from './model/settings.ts';
export type { DashboardPorts } from './ports.ts';
export { themeNamed } from './theme.ts';
