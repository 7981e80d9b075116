import type { Driver } from './driver.ts';

/** opencode. */
export const opencode: Driver = {
  type: 'opencode',
  version: '1.18.33',
  command: ['opencode'],
  launch: 'opencode',
  signs: [
    { at: 'below', match: /\besc (again to )?interrupt\b/, means: 'busy' },
    { at: 'bottom', match: /△ Permission required/, means: 'approval', dialog: 'approval' },
    { at: 'above', match: /\[retrying in .* attempt #\d+\]/, means: 'busy' },
  ],
  composer: {
    above: null,
    first: /^\s*┃ {2}(.*)$/,
    rest: /^\s*┃ {2}(.*)$/,
    below: /^\s*╹▀+/,
    footer: 6,
    placeholder: [/^Ask anything/],
    pasted: /\[Pasted ~(?<lines>\d+) lines\]/,
  },
  submit: { keys: ['Enter'], wait: 250, clear: ['C-u'], within: 15_000 },
  interrupt: { way: 'type' },
  quit: ['C-c'],
  heavy: true,
};
