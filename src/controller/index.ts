export { Controller } from './controller.ts';
export type { ControllerOptions, ControllerPorts } from './session.ts';
