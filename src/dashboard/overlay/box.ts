import { textWidth } from '../../base/index.ts';
import { fitLine, type Ground, type Line, lineWidth, type Size, span } from '../frame.ts';
import type { Box } from './index.ts';

/** Lines in a frame with a title, in the middle of the screen or as near as there is room. */
export function boxed(
  title: string,
  body: readonly Line[],
  { width, height }: Size,
  unicode: boolean,
  ground: Ground = 'box',
): Box {
  const [corner, dash, bar, end, low, lowEnd] = unicode
    ? ['╭', '─', '│', '╮', '╰', '╯']
    : ['+', '-', '|', '+', '+', '+'];
  const widest = Math.max(...body.map(lineWidth), textWidth(title) + 4);
  const inner = Math.max(1, Math.min(width - 4, widest));
  const shown = body.slice(0, Math.max(1, height - 2));
  const head: Line = [span(`${corner}${dash} `, 'frame'), span(title, 'accent'), span(' ', 'frame')];
  const top = [...head, span(dash.repeat(Math.max(0, inner + 2 - (lineWidth(head) - 1))) + end, 'frame')];
  const lines = [
    fitLine(top, inner + 4),
    ...shown.map((line): Line => [span(`${bar} `, 'frame'), ...fitLine(line, inner), span(` ${bar}`, 'frame')]),
    [span(low + dash.repeat(inner + 2) + lowEnd, 'frame')],
  ].map((line): Line => line.map((piece) => (piece.ground === 'none' ? { ...piece, ground } : piece)));
  return {
    lines,
    x: Math.max(0, Math.floor((width - inner - 4) / 2)),
    y: Math.max(0, Math.floor((height - lines.length) / 2)),
    cursor: null,
  };
}
