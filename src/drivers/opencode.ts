import type { Driver } from './driver.ts';

/** opencode. Its errors stand in the transcript in the frame of a message, told apart by colour alone: they are not read. */
export const opencode: Driver = {
  type: 'opencode',
  version: '1.18.33',
  command: ['opencode'],
  launch: 'opencode',
  signs: [
    { at: 'below', match: /^\s+[⬝■]{4,} /, means: 'busy' },
    { at: 'below', match: /\besc (again )?(to )?interrupt\b/, means: 'busy' },
    { at: 'dialog', match: /^\s*┃\s+△ Permission required/, means: 'approval', dialog: 'approval' },
    {
      at: 'dialog',
      match: /^\s*┃\s+Allow once\s+Allow always\s+Reject/,
      means: 'approval',
      dialog: 'approval',
    },
    { at: 'dialog', match: /\benter (submit|confirm|toggle|select)\b/, means: 'question', dialog: 'question' },
  ],
  transcript: null,
  composer: {
    frame: { top: 1, bottom: 2 },
    above: null,
    first: /^\s*┃(.*)$/,
    scrolled: null,
    rest: /^\s*┃(.*)$/,
    below: /^\s*╹▀+/,
    runsOver: false,
    footer: 5,
    placeholder: [/^Ask anything/],
    pasted: /\[Pasted ~(?<lines>\d+) lines\]/,
  },
  submit: { keys: ['Enter'], wait: 250, clear: ['C-u', 'BSpace'], within: 15_000 },
  interrupt: { way: 'type' },
  answers: {
    top: { approval: /^\s*┃\s+△ Permission required/, question: /^(?!)/ },
    what: [/△ Permission required\n\s*┃[^\p{L}\p{N}\n]*(.+)/u],
    // Its side bar, in a wide pane.
    beside: / {8,}\S.*$/,
    // The marked option has a background of its own, and nothing else tells it apart.
    yes: { match: /\x1b\[48;[\d;]+m(?:\x1b\[[\d;]*m)* ?(?:\x1b\[[\d;]*m)*Allow once/, styled: true, keys: ['Enter'] },
    no: { match: /^\s*┃\s+Allow once\s+Allow always\s+Reject/, keys: ['Escape'] },
  },
  quit: ['C-c'],
  heavy: true,
};
