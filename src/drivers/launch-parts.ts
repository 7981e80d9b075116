import { shellQuote } from '../base/index.ts';
import type { LaunchContext } from './launch.ts';

/** A hook as Claude Code writes it, which Gemini CLI and Qwen Code took over: by event, groups of commands. */
export type Hooks = Readonly<
  Record<string, readonly { readonly hooks: readonly { readonly type: 'command'; readonly command: string }[] }[]>
>;

/** The command line that records one event; CLIs hand it to a shell. Each event is told by a name of its own. */
export const hookArgv = ({ hookScript, runDir, agent }: LaunchContext, event: string): readonly string[] => [
  'sh',
  hookScript,
  runDir,
  agent,
  event,
];

export const hooksOf = (context: LaunchContext, events: readonly string[]): Hooks =>
  Object.fromEntries(
    events.map((event) => [
      event,
      [{ hooks: [{ type: 'command' as const, command: hookArgv(context, event).map(shellQuote).join(' ') }] }],
    ]),
  );

/** `mcpServers` as most CLIs read it. */
export function mcpServersOf({ mcp }: LaunchContext): Record<string, unknown> {
  const [command, ...args] = mcp?.argv ?? [];
  return mcp === null || command === undefined ? {} : { orchestra: { command, args, env: mcp.env } };
}

/** The argv names a conversation itself, in any of these flags. */
export const names = (rest: readonly string[], flags: readonly string[]): boolean =>
  rest.some((word) => flags.some((flag) => word === flag || word.startsWith(`${flag}=`)));

/** Flags for a conversation in CLIs with one flag for a new one and one to go on. */
export function conversationFlags(
  context: LaunchContext,
  rest: readonly string[],
  own: readonly string[],
): { flags: readonly string[]; conversation: string | null } {
  const { conversation } = context;
  if (conversation === null || names(rest, own)) return { flags: [], conversation: null };
  return { flags: [conversation.born ? '--resume' : '--session-id', conversation.id], conversation: conversation.id };
}

/** Settings as a file in the agent's folder. */
export const settingsFile = ({ filesDir }: LaunchContext, name: string, value: unknown) => ({
  path: `${filesDir}/${name}`,
  text: `${JSON.stringify(value, null, 2)}\n`,
});
