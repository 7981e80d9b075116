import { OrchestraError } from '../protocol/index.ts';
import type { TmuxCommand } from './control.ts';
import type { TmuxServer } from './server.ts';

/** The visible part of a pane. Cells count from 0. */
export interface PaneScreen {
  /** From top to bottom, with SGR sequences, trailing blanks removed by tmux. */
  readonly lines: readonly string[];
  readonly title: string;
  readonly cursorX: number;
  readonly cursorY: number;
  /** Copy mode or another mode of tmux takes the keys. */
  readonly inMode: boolean;
  readonly width: number;
  readonly height: number;
}

const FORMAT = '#{pane_dead}|#{cursor_x}|#{cursor_y}|#{pane_in_mode}|#{pane_width}|#{pane_height}|#{pane_title}'; // the free text last

/**
 * Looks at several panes in one write; null for those that are gone or whose program has ended. What a pane shows is read without scrollback: old
 * output there once made a dead spinner look alive.
 */
export async function readPanes(server: TmuxServer, panes: readonly string[]): Promise<(PaneScreen | null)[]> {
  const replies = await server.run(
    panes.flatMap((pane): TmuxCommand[] => [
      ['display-message', '-p', '-t', pane, FORMAT],
      ['capture-pane', '-p', '-e', '-t', pane],
    ]),
  );
  return panes.map((_, index) => {
    const [facts, screen] = replies.slice(index * 2);
    if (!facts?.ok || !screen?.ok) return null;
    return parse(facts.lines[0] ?? '', screen.lines);
  });
}

function parse(facts: string, lines: readonly string[]): PaneScreen | null {
  const [dead, x, y, mode, width, height, ...title] = facts.split('|');
  if (dead !== '0' || height === undefined) return null;
  return {
    lines,
    title: title.join('|'),
    cursorX: Number(x),
    cursorY: Number(y),
    inMode: Number(mode) > 0,
    width: Number(width),
    height: Number(height),
  };
}

let buffers = 0;

/**
 * Puts text into a pane as one bracketed paste, line feeds kept (`-r`). The buffer has a name of its own: two with one name pasted each other's
 * text. Rejects with `failed` when tmux refuses or does not answer; the text may have arrived all the same.
 */
export async function pasteText(server: TmuxServer, pane: string, text: string): Promise<void> {
  const name = `orchestra-${++buffers}`;
  const [set, pasted] = await server.run([
    ['set-buffer', '-b', name, '--', text],
    ['paste-buffer', '-p', '-r', '-d', '-b', name, '-t', pane],
  ]);
  if (set?.ok && pasted?.ok) return;
  await server.run([['delete-buffer', '-b', name]]);
  const failed = [set, pasted].find((reply) => !reply?.ok);
  throw new OrchestraError('failed', `tmux: ${failed?.ok === false ? failed.error : 'no answer'}`);
}

/** Presses keys by name in a pane that is in no mode. Rejects with `failed`. */
export async function pressKeys(server: TmuxServer, pane: string, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await server.ask(['send-keys', '-t', pane, '--', ...keys]);
}

/** Leaves copy mode, which would take the keys. In a pane that is in no mode that fails, and is no failure. */
export async function leaveMode(server: TmuxServer, pane: string): Promise<void> {
  await server.run([['send-keys', '-t', pane, '-X', 'cancel']]);
}

/** Bytes in one command: three characters each. */
const PRESSED_AT_ONCE = 1024;

/** Hands bytes on to a pane as a terminal would, in order. Copy mode, which would take them for its own, is left first. Rejects with `failed`. */
export async function pressBytes(server: TmuxServer, pane: string, bytes: Uint8Array): Promise<void> {
  const commands: TmuxCommand[] = [];
  for (let at = 0; at < bytes.length; at += PRESSED_AT_ONCE) {
    const hex = [...bytes.subarray(at, at + PRESSED_AT_ONCE)].map((byte) => byte.toString(16));
    commands.push(['send-keys', '-t', pane, '-H', ...hex]);
  }
  const [, ...replies] = await server.run([['send-keys', '-t', pane, '-X', 'cancel'], ...commands]);
  const failed = replies.find((reply) => !reply.ok);
  if (failed !== undefined) throw new OrchestraError('failed', `tmux: ${failed.ok ? '' : failed.error}`);
}
