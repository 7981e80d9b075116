import type { Launcher } from './launch.ts';
import { conversationFlags, hooksOf, mcpServersOf, settingsFile } from './launch-parts.ts';

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

/** Qwen Code: the system's defaults, lowest of its settings files, are named by a variable; hooks and servers of all of them add up. */
export const launchQwen: Launcher = (program, rest, context) => {
  const settings = settingsFile(context, 'qwen-settings.json', {
    hooks: hooksOf(context, EVENTS),
    mcpServers: mcpServersOf(context),
  });
  const own = ['--session-id', '--resume', '-r', '--continue', '-c'];
  const { flags, conversation } = conversationFlags(context, rest, own);
  return {
    argv: [program, ...flags, ...rest],
    env: { QWEN_CODE_SYSTEM_DEFAULTS_PATH: settings.path },
    files: [settings],
    conversation,
  };
};
