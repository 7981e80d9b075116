import { OrchestraError } from '../protocol/index.ts';
import type { TmuxCommand } from './control.ts';
import { MADE_PANE, type MadePane, parseMade } from './made-pane.ts';
import type { TmuxServer } from './server.ts';

/** A pane as the server sees it. */
export interface Pane {
  /** `%7`: the only name a pane is ever addressed by. Names and indexes are matched by prefix and change their meaning. */
  readonly id: string;
  readonly window: string;
  readonly windowIndex: number;
  /** Position in its window, from 0: the order a layout string fills. */
  readonly order: number;
  readonly dead: boolean;
  readonly pid: number;
  /** Its output goes to a log. */
  readonly piped: boolean;
  /** The agent it belongs to; empty for a pane a person opened. */
  readonly agent: string;
  readonly windowWidth: number;
  readonly windowHeight: number;
  readonly zoomed: boolean;
}

/** How a pane comes to be: cut from another. `size` is the new pane's, in cells. */
export interface Cut {
  readonly target: number;
  readonly creates: number;
  readonly direction: 'horizontal' | 'vertical';
  readonly size: number;
}

/** What a new pane runs and is called. */
export interface PaneContent {
  readonly agent: string;
  readonly label: string;
  readonly argv: readonly string[];
  /** A sh command line that takes the pane's output, tmux format characters escaped; null: its log is opened later. */
  readonly log: string | null;
}

// `|` between fields, the only free text last: a tab is turned into `_` for clients without UTF-8.
const FIELDS = [
  'pane_id',
  'window_id',
  'window_index',
  'pane_index',
  'pane_dead',
  'pane_pid',
  'pane_pipe',
  'window_width',
  'window_height',
  'window_zoomed_flag',
  '@agent',
];
export const LIST_PANES: TmuxCommand = ['list-panes', '-a', '-F', FIELDS.map((field) => `#{${field}}`).join('|')];

export function parsePane(line: string): Pane | null {
  const [id, window, windowIndex, order, dead, pid, piped, width, height, zoomed, ...agent] = line.split('|');
  if (id === undefined || !id.startsWith('%') || zoomed === undefined) return null;
  return {
    id,
    window: window as string,
    windowIndex: Number(windowIndex),
    order: Number(order),
    dead: dead === '1',
    pid: Number(pid),
    piped: piped === '1',
    agent: agent.join('|'),
    windowWidth: Number(width),
    windowHeight: Number(height),
    zoomed: zoomed === '1',
  };
}

/** Every pane there is; null when tmux could not be asked, which is not the same as none. */
export async function listPanes(server: TmuxServer): Promise<Pane[] | null> {
  const [reply] = await server.run([LIST_PANES]);
  if (!reply?.ok) return null;
  return reply.lines.map(parsePane).filter((pane) => pane !== null);
}

/** Sets what makes a pane ours: the agent's name, its label, and its log unless that comes later. */
export const claimPane = (pane: string, content: PaneContent): TmuxCommand[] => [
  ['set-option', '-p', '-t', pane, '@agent', content.agent],
  ['set-option', '-p', '-t', pane, '@label', content.label],
  ...(content.log === null ? [] : [['pipe-pane', '-t', pane, content.log]]),
];

/**
 * Opens the log of a pane that has been writing already; resolves with what it wrote until then, null when the pane is gone. Both commands are
 * performed before tmux reads the pane's terminal again, so no output falls between them.
 */
export async function openLog(server: TmuxServer, pane: string, log: string): Promise<readonly string[] | null> {
  const [captured, piped] = await server.run([
    ['capture-pane', '-p', '-e', '-J', '-S', '-', '-t', pane],
    ['pipe-pane', '-t', pane, log],
  ]);
  return captured?.ok && piped?.ok ? captured.lines : null;
}

/** Opens a window whose first pane runs `content`. */
export function openWindow(server: TmuxServer, session: string, name: string, content: PaneContent): Promise<MadePane> {
  const where = ['-d', '-t', `=${session}:`, '-n', name];
  return make(server, ['new-window', ...where, '-P', '-F', MADE_PANE, '--', ...content.argv]);
}

/** Cuts a pane in two; the new one comes right after it in the window's order. */
export function cutPane(server: TmuxServer, target: string, cut: Cut, content: PaneContent): Promise<MadePane> {
  const direction = cut.direction === 'horizontal' ? '-h' : '-v';
  const where = ['-d', direction, '-l', String(cut.size), '-t', target];
  return make(server, ['split-window', ...where, '-P', '-F', MADE_PANE, '--', ...content.argv]);
}

/** Cuts a pane into halves, the new one before or after it; null when there is no room. */
export async function halvePane(
  server: TmuxServer,
  target: string,
  direction: '-v' | '-h',
  before: boolean,
  content: PaneContent,
): Promise<MadePane | null> {
  const where = ['-d', direction, ...(before ? ['-b'] : []), '-l', '50%', '-t', target];
  const [reply] = await server.run([['split-window', ...where, '-P', '-F', MADE_PANE, '--', ...content.argv]]);
  return reply?.ok ? parseMade(reply.lines[0] ?? '') : null;
}

async function make(server: TmuxServer, command: TmuxCommand): Promise<MadePane> {
  const [line = ''] = await server.ask(command);
  const made = parseMade(line);
  if (made === null) throw new OrchestraError('failed', `tmux ${command[0]} answered ${JSON.stringify(line)}`);
  return made;
}

/**
 * Cuts the first pane of a window into all of them. `contents[i]` belongs to the i-th pane in the window's order. A pane is cut as soon as it is
 * there, while tmux makes others: cuts of different panes do not touch each other, those of one pane are made in their order. `onMade` is called for
 * each as soon as it has its name and its log.
 */
export async function fillWindow(
  server: TmuxServer,
  first: MadePane,
  cuts: readonly Cut[],
  contents: readonly PaneContent[],
  onMade: (content: PaneContent, pane: MadePane) => void,
): Promise<void> {
  const claim = async (content: PaneContent, pane: MadePane): Promise<void> => {
    const failed = (await server.run(claimPane(pane.id, content))).find((reply) => !reply.ok);
    if (failed !== undefined && !failed.ok) throw new OrchestraError('failed', `tmux: ${failed.error}`);
    onMade(content, pane);
  };
  const fill = async (index: number, pane: MadePane): Promise<void> => {
    const claimed = claim(contents[index] as PaneContent, pane);
    const parts = cuts
      .filter(({ target }) => target === index)
      .map(async (cut) => fill(cut.creates, await cutPane(server, pane.id, cut, contents[cut.creates] as PaneContent)));
    await Promise.all([claimed, ...parts]);
  };
  await fill(0, first);
}

/** Starts the pane's program anew in the same place; its pipe is gone after that (tmux drops it) and is made again. */
export async function respawnPane(server: TmuxServer, pane: string, content: PaneContent): Promise<boolean> {
  const replies = await server.run([
    ['respawn-pane', '-k', '-t', pane, '--', ...content.argv],
    ...claimPane(pane, content),
  ]);
  return replies.every((reply) => reply.ok);
}

/** Puts a window into exactly this layout. Refused by tmux (and then left as it is) when the number of panes differs. */
export const selectLayout = (pane: string, layout: string): TmuxCommand => ['select-layout', '-t', pane, layout];

/** Types keys by name ("C-c"). Copy mode would eat them, so it is left first; in a pane that is in no mode that fails unnoticed. */
export const sendKeys = (pane: string, keys: readonly string[]): TmuxCommand[] => [
  ['send-keys', '-t', pane, '-X', 'cancel'],
  ['send-keys', '-t', pane, '--', ...keys],
];

/** Makes a pane the active one of the session; `zoom`: it fills its window. Rejects with `failed`. */
export async function focusPane(server: TmuxServer, pane: string, zoom: boolean): Promise<void> {
  const replies = await server.run([
    ['select-window', '-t', pane],
    ['select-pane', '-t', pane],
    // resize-pane -Z is a switch: asked twice it would undo itself.
    ['if-shell', '-F', '-t', pane, `#{==:#{window_zoomed_flag},${zoom ? 0 : 1}}`, `resize-pane -Z -t ${pane}`],
  ]);
  const failed = replies.find((reply) => !reply.ok);
  if (failed !== undefined) throw new OrchestraError('failed', `tmux: ${failed.ok ? '' : failed.error}`);
}
