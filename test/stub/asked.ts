/** What a client asked for, read out of its request whatever the dialect. Texts are as they came: nothing is trimmed or re-wrapped. */
export type Api = 'chat' | 'responses' | 'anthropic' | 'gemini';

export interface Tool {
  readonly name: string;
  /** Codex puts the tools of an MCP server into a namespace; a call must name it again. */
  readonly namespace?: string;
}

export interface Asked {
  readonly api: Api;
  /** The key the client showed; `agentHome` gives each agent its own. */
  readonly key: string;
  readonly model: string;
  /** What the person (or orchestra) submitted last; '' when the request only hands over tool results. */
  readonly text: string;
  /** All prompts of the conversation so far, oldest first, `text` included. */
  readonly prompts: readonly string[];
  /** The last tool result, when that is what the request brings. */
  readonly toolResult: string | null;
  readonly tools: readonly Tool[];
  /** A title, a summary, a warm-up, a token count: nothing a person submitted. */
  readonly side: boolean;
  readonly stream: boolean;
  /** The JSON schema the answer must have, null when words will do. */
  readonly schema: unknown;
}

/** One message of a conversation, as the dialects hand them over. */
export interface Said {
  readonly who: 'user' | 'tool' | 'model' | 'system';
  readonly parts: readonly string[];
}

// Clients put surroundings into the user's place: the folder, the date, reminders, instructions files. Each begins with a tag of its own.
const SURROUNDINGS =
  /^\s*(<(system-reminder|session_context|environment_context|user_instructions|permissions|INSTRUCTIONS|skills|plugins|apps|collaboration_mode|recommended_plugins|local-command-caveat)|# AGENTS\.md|Tool loaded\.$|This is the (Gemini CLI|Qwen Code)|Got it\. Thanks for the context)/i;

// What clients submit in a person's place, with tools and all: qwen keeps a memory of its own after each turn.
const ERRANDS = /^Managed memory directory: /;

/** Nothing a person submitted: without a shell on offer it is a title or a summary, with one it may be an errand of the client. */
export const isSide = (tools: readonly Tool[], said: readonly Said[]): boolean =>
  !hasShell(tools) || promptsOf(said).some((prompt) => ERRANDS.test(prompt));

// Claude Code marks what came as a paste of several lines; the lines are what was submitted.
const PASTED = /\n*<pasted_content id="([^"]*)">\n([\s\S]*?)\n<\/pasted_content id="\1">\n*/g;

/** The prompts among what was said. A message that is nothing but surroundings is none. */
export function promptsOf(said: readonly Said[]): string[] {
  return said
    .filter((one) => one.who === 'user')
    .map((one) =>
      one.parts
        .filter((part) => !SURROUNDINGS.test(part))
        .join('\n')
        .replace(PASTED, '$2'),
    )
    .filter((text) => text !== '');
}

/** What the last message brings: a prompt, or the result of a tool. Surroundings behind it do not count. */
export function lastOf(said: readonly Said[]): { readonly text: string; readonly toolResult: string | null } {
  for (const one of said.toReversed()) {
    if (one.who === 'tool') return { text: '', toolResult: one.parts.join('\n') };
    if (one.who === 'model') break;
    // Newer clients put the surroundings behind the prompt.
    if (one.who === 'system') continue;
    const [text] = promptsOf([one]);
    if (text !== undefined) return { text, toolResult: null };
  }
  return { text: '', toolResult: null };
}

// The tool with which each CLI runs a command, and how it wants the command. A main request always offers one; titles and summaries do not.
const SHELLS: Readonly<Record<string, (command: string) => Record<string, unknown>>> = {
  run_shell_command: (command) => ({ command, description: 'a command', is_background: false }),
  Bash: (command) => ({ command, description: 'a command' }),
  bash: (command) => ({ command, description: 'a command' }),
  exec_command: (command) => ({
    cmd: command,
    sandbox_permissions: 'require_escalated',
    justification: 'May I run this?',
  }),
  shell: (command) => ({
    command: ['bash', '-c', command],
    sandbox_permissions: 'require_escalated',
    justification: 'May I run this?',
  }),
  shell_command: (command) => ({
    command,
    sandbox_permissions: 'require_escalated',
    justification: 'May I run this?',
  }),
};

export const hasShell = (tools: readonly Tool[]): boolean => tools.some((tool) => tool.name in SHELLS);

/** The call that runs `command`, in the terms of the tools on offer. */
export function shellCall(tools: readonly Tool[], command: string): Call | null {
  const tool = tools.find((each) => each.name in SHELLS);
  const args = tool === undefined ? undefined : SHELLS[tool.name]?.(command);
  return tool === undefined || args === undefined ? null : { tool, args };
}

export interface Call {
  readonly tool: Tool;
  readonly args: Record<string, unknown>;
}

/** The tool an MCP server calls `name`: clients put the server's name before it in ways of their own. */
export function mcpTool(tools: readonly Tool[], name: string): Tool | null {
  return (
    tools.find((tool) => tool.name === name && tool.namespace !== undefined) ??
    tools.find((tool) => tool.name.startsWith('mcp') && tool.name.endsWith(`_${name}`)) ??
    tools.find((tool) => tool.name === name || tool.name.endsWith(`_${name}`)) ??
    null
  );
}

/** Who says a message, by its role. */
export const whoIs = (role: unknown): Said['who'] =>
  role === 'user' || role === 'tool' ? role : role === 'system' || role === 'developer' ? 'system' : 'model';

/** JSON from outside, looked at without belief. */
export type Json = Readonly<Record<string, unknown>>;
export const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const string = (value: unknown): string => (typeof value === 'string' ? value : '');
/** A value of the shape a JSON schema asks for: a side request that wants one is content with it. */
export function sampleOf(schema: unknown): unknown {
  const { type, properties, items, enum: allowed, anyOf, const: only } = object(schema);
  if (only !== undefined) return only;
  if (Array.isArray(allowed)) return allowed[0];
  if (Array.isArray(anyOf)) return sampleOf(anyOf[0]);
  switch (string(Array.isArray(type) ? type[0] : type).toLowerCase()) {
    case 'object':
      return Object.fromEntries(Object.entries(object(properties)).map(([name, each]) => [name, sampleOf(each)]));
    case 'array':
      return items === undefined ? [] : [sampleOf(items)];
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return false;
    default:
      return 'a text';
  }
}

/** Text content as clients write it: a string, or a list of parts that carry `text`. */
export const texts = (content: unknown): string[] =>
  typeof content === 'string'
    ? [content]
    : list(content)
        .map((part) => string(object(part).text) || (typeof part === 'string' ? part : ''))
        .filter((text) => text !== '');
