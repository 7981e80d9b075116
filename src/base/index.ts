export * from './environment.ts';
export * from './quote.ts';
export * from './amount.ts';
export * from './nearest.ts';
export * from './terminal-text.ts';
export * from './transcript.ts';
export * from './units.ts';
export * from './tmux-version.ts';
