import type { Launcher } from './launch.ts';
import { conversationFlags } from './launch-parts.ts';

/**
 * Gemini CLI: its conversation alone. The settings files that its variables name (GEMINI_CLI_SYSTEM_SETTINGS_PATH, ..._DEFAULTS_PATH) are skipped with a
 * warning unless root owns them and every folder above, so hooks and servers would have to go into a person's or the project's own settings.
 * Its title says what it does, and `orchestra mcp install` writes the project's settings for who wants the tools.
 */
export const launchGemini: Launcher = (program, rest, context) => {
  const own = ['--session-id', '--resume', '-r', '--session-file', '--list-sessions'];
  const { flags, conversation } = conversationFlags(context, rest, own);
  return { argv: [program, ...flags, ...rest], env: {}, files: [], conversation };
};
