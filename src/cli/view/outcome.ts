import { plainLine, textWidth } from '../../base/index.ts';
import type { Outcome } from '../../protocol/index.ts';
import type { Style } from './style.ts';

/** What came of a start, stop or restart, one line an agent. */
export function outcomeLines(outcomes: readonly Outcome[], style: Style): string[] {
  if (outcomes.length === 0) return ['there are no agents'];
  const width = Math.max(...outcomes.map(({ agent }) => textWidth(agent)));
  return outcomes.map(({ agent, ok, message }) => {
    const sign = ok ? style.paint('green', style.unicode ? '✔' : '+') : style.paint('red', style.unicode ? '✖' : 'x');
    return `${sign} ${agent.padEnd(width)}  ${plainLine(message)}`;
  });
}
