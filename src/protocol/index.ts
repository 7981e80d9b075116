export * from './agent.ts';
export * from './error.ts';
export * from './event.ts';
export * from './layout.ts';
export * from './name.ts';
export * from './plan.ts';
export * from './service.ts';
export * from './spec.ts';
