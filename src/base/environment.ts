/**
 * Variables that describe the terminal session or the agent that *we* were started from. An agent that inherits them believes it
 * runs inside another one: Claude Code refuses to start with CLAUDECODE set, tmux refuses to nest, NODE_OPTIONS once put a debugger into
 * every child.
 */
const INHERITED = [
  /^TMUX(_|$)/,
  /^STY$/,
  /^CLAUDECODE$/,
  /^CLAUDE_CODE_(ENTRYPOINT|SSE_PORT|SESSION)/,
  /^CODEX_(SANDBOX|THREAD|SESSION)/,
  /^GEMINI_CLI$/,
  /^NODE_OPTIONS$/,
  /^NODE_CHANNEL_/,
  /^npm_/,
  /^INIT_CWD$/,
  /^VITEST/,
  /^ORCHESTRA_/,
  /^(COLUMNS|LINES|OLDPWD|SHLVL|_)$/,
];

/** The environment agents may inherit from whoever started orchestra. */
export function cleanEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !INHERITED.some((pattern) => pattern.test(name))) clean[name] = value;
  }
  return clean;
}
