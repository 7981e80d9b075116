import type { PaneDoor } from '../../drivers/index.ts';
import { leaveMode, pasteText, pressKeys, readPanes, type TmuxServer } from '../../tmux/index.ts';

/**
 * One pane of the session, as typing sees it.
 *
 * @param runs whether the program that text is meant for still runs. One that was killed with text in its input field was back before anybody looked,
 * and what the dead one had left on the screen was taken for a proof.
 */
export const doorOf = (tmux: TmuxServer, pane: string, runs: () => boolean = () => true): PaneDoor => ({
  runs,
  read: async () => {
    const screen = (await readPanes(tmux, [pane]))[0] ?? null;
    return runs() ? screen : null;
  },
  leaveMode: () => leaveMode(tmux, pane),
  paste: (text) => pasteText(tmux, pane, text),
  keys: (names) => pressKeys(tmux, pane, names),
});
