import { stripEscapes } from '../../base/index.ts';
import { type Activity, OrchestraError, type Peek } from '../../protocol/index.ts';
import { readPanes, type TmuxServer } from '../../tmux/index.ts';

/** What the pane of an agent shows, without escapes. Rejects with `failed` when it can't be read. */
export async function peekAt(tmux: TmuxServer, agent: string, pane: string, activity: Activity): Promise<Peek> {
  const [screen] = await readPanes(tmux, [pane]);
  if (screen === null || screen === undefined)
    throw new OrchestraError('failed', `the pane of ${agent} can't be read`, 'orchestra status tells its state');
  const lines = screen.lines.map((line) => stripEscapes(line).trimEnd());
  const { title, width, height } = screen;
  return { agent, pane, title, width, height, lines, activity };
}
