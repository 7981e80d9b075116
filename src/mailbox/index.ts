export * from './checked.ts';
export * from './draft.ts';
export * from './drop.ts';
export * from './envelope.ts';
export * from './name.ts';
export * from './select.ts';
export * from './signature.ts';
export * from './store.ts';
