export type { Box, Placed, Slot } from './area.ts';
export { arrange, type WindowPlan } from './arrange.ts';
export { drawPlan, type DrawOptions } from './draw.ts';
export type { Split } from './tmux.ts';
export { withoutDashboard } from './without-dashboard.ts';
