import type { Launcher } from './launch.ts';
import { names } from './launch-parts.ts';

/** opencode: configuration in a variable is merged over its files. It chooses the id of a conversation itself. */
export const launchOpencode: Launcher = (program, rest, context) => {
  const { mcp, conversation } = context;
  const goesOn = conversation?.born === true && !names(rest, ['--session', '-s', '--continue', '-c']);
  const config = {
    mcp: { orchestra: { type: 'local', command: mcp?.argv ?? [], enabled: true, environment: mcp?.env ?? {} } },
  };
  return {
    argv: [program, ...(goesOn ? ['--session', conversation.id] : []), ...rest],
    env: mcp === null ? {} : { OPENCODE_CONFIG_CONTENT: JSON.stringify(config) },
    files: [],
    conversation: goesOn ? conversation.id : null,
  };
};
