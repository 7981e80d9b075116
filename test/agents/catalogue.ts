/** The agent CLIs the tests can run: from npm, in exactly this version. A new version means new recorded screens (see record.ts). */
export interface Cli {
  readonly package: string;
  readonly version: string;
  /** The program inside its install folder. A script is run by this Node. */
  readonly program: string;
  /** Shown, once it takes input, somewhere on its screen or in its title. */
  readonly ready: RegExp;
  /** Shown while it loads or works. */
  readonly busy: RegExp;
  /** Shown while a command waits for a person's yes. */
  readonly approval: RegExp;
  /** Typed and sent with Enter, ends it. */
  readonly quit: string;
}

export const CLI_TYPES = ['claude', 'codex', 'gemini', 'qwen', 'opencode'] as const;
export type CliType = (typeof CLI_TYPES)[number];

/**
 * The two that run with every change. Chosen by what they cost each time: on two cores they take input after about a second, with 235 and
 * 90 MB, where gemini takes 3 to 4 s and 360 MB, qwen 3 to 6 s and 440 MB, opencode 16 s and 700 MB. All install in 5 to 8 s.
 */
export const LIGHT: readonly CliType[] = ['claude', 'codex'];

const cpu = process.arch === 'arm64' ? 'arm64' : 'x64';

export const CLIS: Readonly<Record<CliType, Cli>> = {
  // The package @anthropic-ai/claude-code wants a newer Node for its launcher; the program itself is native and needs none.
  claude: {
    package: `@anthropic-ai/claude-code-linux-${cpu}`,
    version: '2.1.330',
    program: `node_modules/@anthropic-ai/claude-code-linux-${cpu}/claude`,
    ready: /\? for shortcuts/,
    busy: /esc to interrupt/,
    approval: /Do you want to proceed\?/,
    quit: '/exit',
  },
  codex: {
    package: '@openai/codex',
    version: '0.169.0',
    program: 'node_modules/@openai/codex/bin/codex.js',
    ready: /Ask Codex to do anything/,
    busy: /esc to interrupt|^\s*loading$/m,
    approval: /Would you like to run the following command\?/,
    quit: '/quit',
  },
  gemini: {
    package: '@google/gemini-cli',
    version: '0.61.0',
    program: 'node_modules/@google/gemini-cli/bundle/gemini.js',
    ready: /Type your message/,
    busy: /esc to cancel|Waiting for/,
    approval: /Allow execution of/,
    quit: '/quit',
  },
  qwen: {
    package: '@qwen-code/qwen-code',
    version: '0.15.10',
    program: 'node_modules/@qwen-code/qwen-code/cli.js',
    ready: /Type your message/,
    busy: /esc to cancel|Initializing|Waiting for/,
    approval: /Allow execution of/,
    quit: '/quit',
  },
  opencode: {
    package: `opencode-linux-${cpu}`,
    version: '1.18.33',
    program: `node_modules/opencode-linux-${cpu}/bin/opencode`,
    ready: /Ask anything|ctrl\+p commands/,
    busy: /esc interrupt/,
    approval: /Permission required/,
    quit: '/exit',
  },
};
