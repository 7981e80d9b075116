import type { Launcher } from './launch.ts';
import { hookArgv, names } from './launch-parts.ts';

/**
 * Codex CLI, by `-c` flags over a person's configuration. It chooses the id of a conversation itself and tells it with each `notify`. Its
 * other hooks need a person's trust first, so they are left alone. It passes on none of its environment to MCP servers. Without `--no-daemon` a
 * process of its own outlives the pane.
 */
export const launchCodex: Launcher = (program, rest, context) => {
  const { mcp, conversation } = context;
  const [command, ...args] = mcp?.argv ?? [];
  const settings = [
    `notify=${toml(hookArgv(context, 'notify'))}`,
    ...(mcp === null || command === undefined
      ? []
      : [
          `mcp_servers.orchestra.command=${toml(command)}`,
          `mcp_servers.orchestra.args=${toml(args)}`,
          ...Object.entries(mcp.env).map(([name, value]) => `mcp_servers.orchestra.env.${name}=${toml(value)}`),
        ]),
  ];
  const goesOn = conversation?.born === true;
  return {
    argv: [
      program,
      ...(goesOn ? ['resume'] : []),
      ...(names(rest, ['--no-daemon']) ? [] : ['--no-daemon']),
      ...settings.flatMap((setting) => ['-c', setting]),
      ...rest,
      ...(goesOn ? [conversation.id] : []),
    ],
    env: {},
    files: [],
    conversation: goesOn ? conversation.id : null,
  };
};

/** Strings and arrays of them are the same in JSON and in TOML (but for U+007F, which no path needs). */
const toml = (value: string | readonly string[]): string => JSON.stringify(value);
