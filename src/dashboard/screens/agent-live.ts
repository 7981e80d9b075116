import type { AgentSnapshot, LiveScreen } from '../../protocol/index.ts';
import { fitLine, fitLines, type Frame, type Line, sliceLine, type Size, span } from '../frame.ts';
import { sgrSpans } from '../model/sgr.ts';
import type { State } from '../model/state.ts';

/** What of an agent's screen is in sight: its first line and column. */
interface Part {
  readonly top: number;
  readonly left: number;
}

/** The agent's own screen with its colours, its last lines first when it does not fit: what is new stands there. */
export function liveLines(state: State, agent: AgentSnapshot, size: Size): Line[] {
  const { screen } = state.agent;
  if (screen === null || screen.agent !== agent.name) {
    const why = agent.pane === null ? `${agent.name} has no pane` : `looking at the screen of ${agent.name}`;
    return fitLines([[], [span(`  ${why}`, 'dim')]], size);
  }
  const { top, left } = partOf(state, screen, size);
  const lines =
    left === 0
      ? laidOut(screen, size.width).lines
      : laidOut(screen, null).lines.map((line) => fitLine(sliceLine(line, left, size.width), size.width));
  return fitLines(lines.slice(top, top + size.height), size);
}

/** Where one types in it; null when that is out of sight. */
export function liveCursor(state: State, size: Size): Frame['cursor'] {
  const { screen, typing } = state.agent;
  if (!typing || screen === null || screen.agent !== state.selected) return null;
  const { top, left } = partOf(state, screen, size);
  const x = screen.cursor.x - left;
  const y = screen.cursor.y - top;
  return x >= 0 && x < size.width && y >= 0 && y < size.height ? { x, y } : null;
}

/** Lines that can be scrolled back. */
export const liveMost = (screen: LiveScreen | null, height: number): number =>
  screen === null ? 0 : Math.max(0, lastLine(screen) - height);

function partOf({ agent: { back, typing } }: State, screen: LiveScreen, { width, height }: Size): Part {
  const most = liveMost(screen, height);
  const end = most - Math.min(most, back);
  if (!typing) return { top: end, left: 0 };
  // Where one types has to be seen, whatever else is.
  const { x, y } = screen.cursor;
  return { top: Math.max(0, Math.min(end, y), y - height + 1), left: Math.max(0, x - width + 1) };
}

/** Lines down to the last that has something on it, or the cursor. Blank ones below them would push the rest out of sight. */
function lastLine(screen: LiveScreen): number {
  const { lines } = laidOut(screen, null);
  const last = lines.findLastIndex((line) => line.some(({ text, sgr }) => sgr !== undefined || text.trim() !== ''));
  return Math.min(lines.length, Math.max(last, screen.cursor.y) + 1);
}

/** A screen's lines as spans. Read once: it is drawn with every key and every event, and full of colours that is 20,000 of them. */
function laidOut(screen: LiveScreen, width: number | null): { readonly lines: readonly Line[] } {
  const known = LAID.get(screen) ?? { whole: screen.lines.map(sgrSpans), width: null, lines: [] };
  LAID.set(screen, known);
  if (width === null) return { lines: known.whole };
  if (known.width === width) return known;
  // Without the sign that it was cut: the ends of boxes would all become one.
  const lines = known.whole.map((line) => fitLine(sliceLine(line, 0, width), width));
  LAID.set(screen, { ...known, width, lines });
  return { lines };
}

const LAID = new WeakMap<
  LiveScreen,
  { readonly whole: readonly Line[]; readonly width: number | null; readonly lines: readonly Line[] }
>();
