export {};
export * from './environment.ts';
export * from './quote.ts';
