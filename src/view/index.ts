export * from './columns.ts';
export * from './event.ts';
export * from './gist.ts';
export * from './ink.ts';
export * from './local-time.ts';
export * from './mail-state.ts';
export * from './signs.ts';
export * from './sparkline.ts';
