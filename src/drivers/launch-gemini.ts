import type { Launcher } from './launch.ts';
import { conversationFlags, hooksOf, mcpServersOf, settingsFile } from './launch-parts.ts';

const EVENTS = ['SessionStart', 'BeforeAgent', 'AfterTool', 'AfterAgent', 'Notification', 'SessionEnd'];

/**
 * Gemini CLI: the system's defaults, lowest of its four settings files, are named by a variable; hooks and servers of all four add up. The highest
 * (GEMINI_CLI_SYSTEM_SETTINGS_PATH) would take the place of what an administrator wrote in /etc.
 */
export const launchGemini: Launcher = (program, rest, context) => {
  const settings = settingsFile(context, 'gemini-settings.json', {
    hooks: hooksOf(context, EVENTS),
    mcpServers: mcpServersOf(context),
  });
  const { flags, conversation } = conversationFlags(context, rest, [
    '--session-id',
    '--resume',
    '-r',
    '--session-file',
  ]);
  return {
    argv: [program, ...flags, ...rest],
    env: { GEMINI_CLI_SYSTEM_DEFAULTS_PATH: settings.path },
    files: [settings],
    conversation,
  };
};
