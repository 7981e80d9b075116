import { type Driver, PRESENT } from './driver.ts';

/** Qwen Code. Its title never changes. */
export const qwen: Driver = {
  type: 'qwen',
  version: '0.15.10',
  command: ['qwen'],
  launch: 'qwen',
  signs: [
    { at: 'above', match: /^ {2}(?:\.{1,3}|[\u2800-\u28ff]) .*\besc to cancel\)$/, means: 'busy' },
    // Below every dialog: which one it is, the others say.
    {
      at: 'bottom',
      match: /^ {2}[\u2800-\u28ff] Waiting for user confirmation/,
      means: 'question',
      dialog: 'question',
    },
    {
      at: 'dialog',
      match: /^\s*│ (Allow execution of|Apply this change|Do you want to proceed)/,
      means: 'approval',
      dialog: 'approval',
    },
    { at: 'dialog', match: /^\s*│ +›? *1\. Yes, allow once/, means: 'approval', dialog: 'approval' },
    { at: 'dialog', match: /Do you trust (this folder|the files in this folder)/, means: 'question', dialog: 'trust' },
    {
      at: 'dialog',
      match: /(Select Authentication Method|How would you like to authenticate|Get started)/i,
      means: 'question',
      dialog: 'auth',
    },
    {
      at: 'dialog',
      match: /\b(Enter to select|Enter to submit|Use Enter to select|Enter: Select)\b/i,
      means: 'question',
      dialog: 'question',
    },
    { at: 'above', match: /^\s*[✕✖].*(\b429\b|quota|rate limit|usage limit)/i, means: 'limited' },
    { at: 'above', match: /^\s*[✕✖].*(\b401\b|invalid.*api.?key|Unauthorized)/i, means: 'error', dialog: 'auth' },
    { at: 'above', match: /^\s*[✕✖] /, means: 'error' },
  ],
  transcript: {
    place: {
      by: 'path',
      variables: ['QWEN_RUNTIME_DIR', 'QWEN_HOME'],
      home: '.qwen',
      below: 'projects/{cwd}/chats/{id}.jsonl',
    },
    worth: /"type":"(user|assistant|tool_result)"/,
    lines: [
      { when: { type: 'user' }, means: 'busy' },
      { when: { type: 'tool_result' }, means: 'busy' },
      { when: { type: 'assistant', 'message.parts.*.functionCall': PRESENT }, means: 'busy' },
      // Also what it had said of a turn that a person interrupted.
      { when: { type: 'assistant' }, means: 'idle' },
    ],
  },
  composer: {
    frame: null,
    above: /^─{10,}/,
    first: /^[>!*]\s(.*)$/,
    scrolled: null,
    rest: /^ {2}(.*)$|^\s*()$/,
    below: /^─{10,}/,
    runsOver: false,
    footer: 4,
    placeholder: [/^Type your message or @path\/to\/file$/],
    pasted: /\[Pasted Content (?<chars>\d+) chars\](?: #\d+)?/,
  },
  submit: { keys: ['Enter'], wait: 300, clear: ['C-u', 'BSpace'], within: 15_000 },
  interrupt: { way: 'type' },
  answers: {
    top: { approval: /^\s*╭─/, question: /^\s*╭─/ },
    what: [/^\s*│ \? +(?:Shell )?(.+?)(?: ←)?\s*│$/m],
    beside: null,
    yes: { match: /^\s*│\s+›\s*1\. Yes, allow once\s*│$/, styled: false, keys: ['Enter'] },
    no: { match: /^\s*│\s+\d\. No, suggest changes \(esc\)/, keys: ['Escape'] },
  },
  quit: ['C-c', 'C-c'],
  heavy: true,
};
