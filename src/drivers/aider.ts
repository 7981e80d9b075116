import type { Driver } from './driver.ts';

/** aider, from its documentation: it is a Python program and was not recorded. Its prompt carries the edit format (`ask> `). */
export const aider: Driver = {
  type: 'aider',
  version: null,
  command: ['aider'],
  launch: 'none',
  signs: [
    { at: 'dialog', match: /\((Y)\)es\/\(N\)o.*\[(Yes|No)\]:\s*$/, means: 'approval', dialog: 'approval' },
    { at: 'above', match: /litellm\.RateLimitError|\b429\b/, means: 'limited' },
    { at: 'above', match: /litellm\.AuthenticationError/, means: 'error', dialog: 'auth' },
    { at: 'above', match: /litellm\.\w+Error/, means: 'error' },
  ],
  transcript: null,
  composer: {
    frame: null,
    above: null,
    first: /^(?:[a-z-]+ ?)?>\s(.*)$/,
    scrolled: null,
    rest: /^(\S.*)$/,
    below: null,
    runsOver: false,
    footer: 0,
    placeholder: [],
    pasted: null,
  },
  // Its input is prompt_toolkit's: Ctrl-U takes out the line, Ctrl-C the whole field (a second one quits).
  submit: { keys: ['Enter'], wait: 250, clear: ['C-u'], within: 10_000 },
  interrupt: { way: 'keys', keys: ['C-c'] },
  answers: null,
  quit: ['C-c', 'C-c'],
  heavy: true,
};
