import { plainLine } from '../base/index.ts';
import { type Line, lineWidth, type Span, span, spread } from './frame.ts';
import { GLOBAL } from './global.ts';
import { inForce, keyWord } from './model/binding.ts';
import type { State } from './model/state.ts';
import { screenOf } from './screens/index.ts';

const BAR = 'bar';

/** The last line: what was just done, else what can be done here. */
export function footerLine(state: State, width: number): Line {
  const { toast, settings, filter, agent } = state;
  if (toast !== null) return spread([span(` ${plainLine(toast.text)}`, toast.tone, BAR)], [], width, BAR);
  if (agent.typing && state.screen === 'agent')
    return spread(
      [span(' keys go to the agent   ', 'ask', BAR), span('C-]', 'key', BAR), span(' ends it', 'plain', BAR)],
      [],
      width,
      BAR,
    );
  const right: Span[] = filter === '' ? [] : [span(`filter: ${plainLine(filter)} `, 'warn', BAR)];
  const shown: Span[] = [span(' ', 'plain', BAR)];
  for (const { binding, keys } of inForce([...screenOf(state).bindings, ...GLOBAL], state)) {
    const [key] = keys;
    if (binding.hint === undefined || key === undefined) continue;
    const part = [span(keyWord(key, settings.unicode), 'key', BAR), span(` ${binding.hint}   `, 'plain', BAR)];
    if (lineWidth([...shown, ...part, ...right]) > width) continue;
    shown.push(...part);
  }
  return spread(shown, right, width, BAR);
}
