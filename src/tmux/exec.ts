import type { RunResult } from '../platform/index.ts';
import type { TmuxCommand, TmuxReply } from './control.ts';

/** Runs `tmux -S SOCKET ARGS...`. */
export type ExecTmux = (args: readonly string[]) => Promise<RunResult>;

// No dash in front: display-message would take it for a flag.
const MARK = '== orchestra: end of reply ==';

/**
 * The same commands without control mode: one program started for all of them, a marker printed after each. tmux stops a chain at
 * the first command that fails, so what comes after it is run by another start.
 */
export async function execAll(exec: ExecTmux, commands: readonly TmuxCommand[]): Promise<TmuxReply[]> {
  const replies: TmuxReply[] = [];
  while (replies.length < commands.length) {
    const rest = commands.slice(replies.length);
    const result = await exec(
      rest.flatMap((command) => [...command.map(chainable), ';', 'display-message', '-p', MARK, ';']),
    );
    const parts = result.stdout.split(`${MARK}\n`);
    const tail = parts.pop() ?? '';
    for (const part of parts) replies.push({ ok: true, lines: part === '' ? [] : part.replace(/\n$/, '').split('\n') });
    if (replies.length === commands.length) break;
    const error = result.timedOut ? 'tmux did not answer' : (result.error ?? (result.stderr.trim() || tail.trim()));
    replies.push({ ok: false, error: error === '' ? `tmux ended with status ${result.code}` : error });
    if (result.timedOut || result.error !== null || /no server running|error connecting|server exited/.test(error)) {
      while (replies.length < commands.length) replies.push({ ok: false, error });
    }
  }
  return replies;
}

/** A word that ends in `;` would end the command (tmux(1)): it is escaped. */
const chainable = (word: string): string => (word.endsWith(';') ? `${word.slice(0, -1)}\\;` : word);
