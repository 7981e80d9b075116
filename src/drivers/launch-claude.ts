import type { Launcher } from './launch.ts';
import { conversationFlags, hooksOf, mcpServersOf, settingsFile } from './launch-parts.ts';

/** Events of Claude Code's hooks that say what it does. `Stop` does not fire when a person interrupts a turn: the screen covers that. */
const EVENTS = [
  'SessionStart',
  'UserPromptSubmit',
  'PermissionRequest',
  'PostToolUse',
  'Notification',
  'Stop',
  'StopFailure',
  'SessionEnd',
];

/**
 * Claude Code: `--settings FILE` adds to a person's settings, `--mcp-config FILE` to their servers. `--session-id` of a transcript that exists ends
 * at once with `already in use`, `--resume` of one that does not with `No conversation found`.
 */
export const launchClaude: Launcher = (program, rest, context) => {
  const settings = settingsFile(context, 'claude-settings.json', { hooks: hooksOf(context, EVENTS) });
  const mcp = settingsFile(context, 'claude-mcp.json', { mcpServers: mcpServersOf(context) });
  const own = ['--session-id', '--resume', '-r', '--continue', '-c', '--from-pr'];
  const { flags, conversation } = conversationFlags(context, rest, own);
  return {
    // --mcp-config takes every word up to the next flag: it never stands last.
    argv: [
      program,
      ...(context.mcp === null ? [] : ['--mcp-config', mcp.path]),
      '--settings',
      settings.path,
      ...flags,
      ...rest,
    ],
    env: {},
    files: context.mcp === null ? [settings] : [settings, mcp],
    conversation,
  };
};
