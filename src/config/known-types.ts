/** Built-in agent CLIs and the command each is started with. Apart from the schema: the controller loads no zod. */
export const KNOWN_TYPES = {
  claude: 'claude',
  codex: 'codex',
  gemini: 'gemini',
  qwen: 'qwen',
  opencode: 'opencode',
  aider: 'aider',
} as const;

/** Every type that needs no `agent_types`. */
export const TYPES: readonly string[] = [...Object.keys(KNOWN_TYPES), 'worker', 'command'];

/** The command of a built-in CLI; null for any other type. */
export const knownCommand = (type: string): string | null =>
  Object.hasOwn(KNOWN_TYPES, type) ? KNOWN_TYPES[type as keyof typeof KNOWN_TYPES] : null;
