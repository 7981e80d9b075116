import type { Driver } from './driver.ts';

/**
 * Gemini CLI. Text typed into a running turn cancels it and drops its prompt from the history. Its input field has borders only where the terminal
 * shows true colour.
 */
export const gemini: Driver = {
  type: 'gemini',
  version: '0.61.0',
  command: ['gemini'],
  launch: 'gemini',
  signs: [
    // The title is the same for a question and for an approval; the dialog itself says which.
    { at: 'title', match: /^✋/, means: 'question', dialog: 'question' },
    { at: 'title', match: /^✦/, means: 'busy' },
    { at: 'above', match: /^ [\u2800-\u28ff] .*\(esc to cancel\b/, means: 'busy' },
    {
      at: 'dialog',
      match: /^│ (Allow execution of|Apply this change|Do you want to proceed)/,
      means: 'approval',
      dialog: 'approval',
    },
    { at: 'dialog', match: /^│ +[●○]? *1\. (Allow once|Yes)/, means: 'approval', dialog: 'approval' },
    { at: 'dialog', match: /Do you trust (this folder|the files in this folder)/, means: 'question', dialog: 'trust' },
    {
      at: 'dialog',
      match: /(How would you like to authenticate|Enter Gemini API Key|Waiting for auth)/i,
      means: 'question',
      dialog: 'auth',
    },
    {
      at: 'dialog',
      match: /\b(Enter to select|Enter to submit|Use Enter to select)\b/i,
      means: 'question',
      dialog: 'question',
    },
    { at: 'above', match: /^[✕✖ℹ].*(\b429\b|quota|RESOURCE_EXHAUSTED|usage limit)/i, means: 'limited' },
    { at: 'above', match: /^[✕✖].*(\b401\b|API[_ ]key not valid|UNAUTHENTICATED)/i, means: 'error', dialog: 'auth' },
    { at: 'above', match: /^[✕✖] |^ℹ This request failed\b/, means: 'error' },
  ],
  transcript: null,
  composer: {
    frame: null,
    above: /^▄{10,}|^\s*$/,
    first: /^ [>!*]\s(.*)$/,
    scrolled: null,
    rest: /^ {3}(.*)$|^\s*()$/,
    below: /^▀{10,}|^ \S/,
    runsOver: true,
    footer: 4,
    placeholder: [/^Type your message or @path\/to\/file$/],
    pasted: /\[Pasted Text: (?:(?<lines>\d+) lines|(?<chars>\d+) chars)\]/,
  },
  submit: { keys: ['Enter'], wait: 300, clear: ['C-u', 'BSpace'], within: 15_000 },
  interrupt: { way: 'keys', keys: ['Escape'] },
  answers: {
    top: { approval: /^╭─/, question: /^╭─/ },
    what: [/^│ │ (.+?)\s*│ │$/m, /^│ \? +(.+?)\s*│$/m],
    beside: null,
    yes: { match: /^│\s+●\s*1\. Allow once\s*│$/, styled: false, keys: ['Enter'] },
    no: { match: /^│\s+\d\. No, suggest changes \(esc\)/, keys: ['Escape'] },
  },
  quit: ['C-c', 'C-c'],
  heavy: true,
};
