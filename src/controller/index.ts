export { Controller, type ControllerOptions, type ControllerPorts } from './controller.ts';
