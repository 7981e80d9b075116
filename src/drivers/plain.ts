import type { Driver } from './driver.ts';

/** Any command that reads lines: nothing is known but where its cursor stands. */
export const command: Driver = {
  type: 'command',
  version: null,
  command: null,
  launch: 'none',
  signs: [],
  transcript: null,
  composer: null,
  submit: { keys: ['Enter'], wait: 50, clear: ['C-u'], within: 5_000 },
  interrupt: { way: 'type' },
  answers: null,
  quit: [],
  heavy: false,
};

/** The built-in worker: takes its mail over the socket, so only a person types into it. */
export const worker: Driver = { ...command, type: 'worker' };
