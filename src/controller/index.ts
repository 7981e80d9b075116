export { Controller } from './controller.ts';
export type { Builtins } from './launches.ts';
export type { ControllerOptions, ControllerPorts } from './session.ts';
