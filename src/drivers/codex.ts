import type { Driver } from './driver.ts';

/** Codex CLI. Ctrl-C in an empty input field quits it, Escape twice opens its history: neither is used to take text back. */
export const codex: Driver = {
  type: 'codex',
  version: '0.169.0',
  command: ['codex'],
  launch: 'codex',
  signs: [
    { at: 'title', match: /^\[ . \] Action Required/, means: 'approval', dialog: 'approval' },
    { at: 'title', match: /^[\u2800-\u28ff] /, means: 'busy' },
    { at: 'above', match: /^[•◦] .*\(\d+[smh].*\besc to interrupt\)/, means: 'busy' },
    { at: 'dialog', match: /^\s*Would you like to (run|make|apply|grant)\b/, means: 'approval', dialog: 'approval' },
    { at: 'dialog', match: /^\s*Press enter to confirm or esc to cancel/i, means: 'approval', dialog: 'approval' },
    {
      at: 'dialog',
      match: /^\s*(Do you trust the contents of this directory|Hooks? need review)/i,
      means: 'question',
      dialog: 'trust',
    },
    { at: 'dialog', match: /^\s*(Sign in with ChatGPT|.*Provide your own API key)/, means: 'question', dialog: 'auth' },
    {
      at: 'dialog',
      match: /^\s*(Press enter to (continue|submit)|.*enter to submit answer)/i,
      means: 'question',
      dialog: 'question',
    },
    { at: 'above', match: /^■ .*(\b429\b|usage limit|rate limit)/i, means: 'limited' },
    { at: 'above', match: /^■ .*(\b401\b|Unauthorized|not logged in)/i, means: 'error', dialog: 'auth' },
    { at: 'above', match: /^■ (?!Conversation interrupted)/, means: 'error' },
  ],
  transcript: {
    place: { by: 'open', name: /\/sessions\/\d{4}\/\d\d\/\d\d\/rollout-[^/]+\.jsonl$/ },
    worth: /"type":"(task_started|task_complete|turn_aborted)"/,
    lines: [
      { when: { type: 'event_msg', 'payload.type': 'task_started' }, means: 'busy' },
      { when: { type: 'event_msg', 'payload.type': /^(task_complete|turn_aborted)$/ }, means: 'idle' },
    ],
  },
  composer: {
    frame: null,
    above: null,
    first: /^›[\s\u00a0](?!\d+\. )(.*?)(?: {2,}[↑↓])?\s*$/,
    scrolled: null,
    // What stands under the field until its footer is drawn is none of its text: with one of these in it there is no field yet.
    rest: /^ {2}(?!(?:loading|.*\? for shortcuts)\b.*$)(.*?)(?: {2,}[↑↓])?\s*$|^\s*()$/,
    below: /^ {2}\S.* · [~/…]/,
    runsOver: true,
    footer: 2,
    placeholder: [/^Ask Codex to do anything$/],
    pasted: /\[Pasted Content (?<chars>\d+) chars\]/,
  },
  submit: { keys: ['Enter'], wait: 250, clear: ['C-u', 'BSpace'], within: 10_000 },
  interrupt: { way: 'type' },
  answers: {
    top: { approval: /^\s*(?:Would you like to |Field \d+\/\d+)/, question: /^\s*(?:Question|Field) \d+\/\d+/ },
    what: [/^\s*\$ ([\s\S]+?)\n\s*\n/m, /^\s*(Allow the .+\?)$/m],
    beside: null,
    yes: { match: /^\s*› 1\. (?:Yes, proceed(?: \(y\))?|Allow(?: {2,}.*)?)$/, styled: false, keys: ['Enter'] },
    no: { match: /\besc to cancel\b/, keys: ['Escape'] },
  },
  quit: ['C-c', 'C-c'],
  heavy: true,
};
