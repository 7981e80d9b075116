import type { Driver } from './driver.ts';

/** Claude Code. Its title is the same while it is idle and while it asks for approval, so only `busy` is read from it. */
export const claude: Driver = {
  type: 'claude',
  version: '2.1.330',
  command: ['claude'],
  launch: 'claude',
  signs: [
    { at: 'title', match: /^[\u2800-\u28ff] /, means: 'busy' },
    { at: 'below', match: /\besc to interrupt\b/i, means: 'busy' },
    {
      at: 'dialog',
      match: /^\s*Do you want to (proceed|make this edit|create|overwrite|allow|use)\b/,
      means: 'approval',
      dialog: 'approval',
    },
    {
      at: 'dialog',
      match: /\bEsc to cancel\b.*\b(Tab to amend|ctrl\+e to explain)\b/i,
      means: 'approval',
      dialog: 'approval',
    },
    { at: 'dialog', match: /^\s*(Would you like to proceed\?|Ready to code\?)/, means: 'approval', dialog: 'approval' },
    {
      at: 'dialog',
      match: /^\s*(Quick safety check|Do you trust the files|Yes, I trust this folder|❯?\s*1\. Yes, I trust)/,
      means: 'question',
      dialog: 'trust',
    },
    {
      at: 'dialog',
      match: /^\s*WARNING: Claude Code running in Bypass Permissions mode/,
      means: 'question',
      dialog: 'trust',
    },
    {
      at: 'dialog',
      match: /\b(Select login method|Paste code here if prompted|Detected a custom API key)\b/,
      means: 'question',
      dialog: 'auth',
    },
    {
      at: 'dialog',
      match: /\bEnter to (select|confirm|continue)\b|\bEsc to (cancel|exit)\b/i,
      means: 'question',
      dialog: 'question',
    },
    {
      at: 'above',
      match: /\b(hit your|reached your|Claude) (session|usage|weekly|5-hour|Opus|Sonnet)? ?(usage )?limit\b/i,
      means: 'limited',
    },
    { at: 'above', match: /\blimit reached\b.*\bresets?\b|^\s*⎿\s+(API Error: )?.*\b429\b/i, means: 'limited' },
    {
      at: 'above',
      match: /\b(Invalid API key|Please run \/login|OAuth token has expired|Not logged in)\b/,
      means: 'error',
      dialog: 'auth',
    },
    { at: 'above', match: /^\s*(●|⎿)\s+API Error\b/, means: 'error' },
  ],
  composer: {
    frame: null,
    above: /^─{10,}/,
    first: /^❯(?!\s\d+\. )[\s\u00a0](.*)$/,
    scrolled: /^─{3} ↑ \d+ more ─/,
    rest: /^ {2}(.*)$|^\s*()$/,
    below: /^─{10,}/,
    runsOver: false,
    footer: 6,
    placeholder: [/^Try "/, /^Press up to edit queued messages$/],
    pasted: /\[Pasted text #\d+(?: \+(?<lines>\d+) lines)?\]/,
  },
  submit: { keys: ['Enter'], wait: 250, clear: ['C-u', 'BSpace'], within: 10_000 },
  interrupt: { way: 'type' },
  quit: ['C-c', 'C-c'],
  heavy: true,
};
