import type { PaneDoor } from '../../drivers/index.ts';
import { leaveMode, pasteText, pressKeys, readPanes, type TmuxServer } from '../../tmux/index.ts';

/** One pane of the session, as typing sees it. */
export const doorOf = (tmux: TmuxServer, pane: string): PaneDoor => ({
  read: async () => (await readPanes(tmux, [pane]))[0] ?? null,
  leaveMode: () => leaveMode(tmux, pane),
  paste: (text) => pasteText(tmux, pane, text),
  keys: (names) => pressKeys(tmux, pane, names),
});
