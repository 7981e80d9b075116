export { type Found, type FoundPane, lookAround } from './adopt.ts';
export type { Launch } from './launch-file.ts';
export { type Machine, nextDeadline } from './phase.ts';
export type { PanePort, SupervisorPorts } from './ports.ts';
export { wantsRestart } from './restart-policy.ts';
export { Supervisor } from './supervisor.ts';
export { sampleTrees, sweepRecords, sweepShims } from './sweep.ts';
export { COOKIE } from './tree.ts';
export type { Unit } from './unit.ts';
