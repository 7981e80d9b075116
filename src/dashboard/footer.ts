import { plainLine } from '../base/index.ts';
import { type Line, lineWidth, type Span, span, spread } from './frame.ts';
import { GLOBAL } from './global.ts';
import { type Binding, inForce, keyWord } from './model/binding.ts';
import type { State } from './model/state.ts';
import { screenOf } from './screens/index.ts';

const BAR = 'bar';
/** Columns between two hints. */
const GAP = 3;

interface Hint {
  readonly binding: Binding;
  readonly line: Line;
  /** Columns of the line, without the gap behind it. */
  readonly wide: number;
}

/** The last line: what was just done, else what can be done here. */
export function footerLine(state: State, width: number): Line {
  const { toast } = state;
  if (toast !== null) return spread([span(` ${plainLine(toast.text)}`, toast.tone, BAR)], [], width, BAR);
  if (isTyping(state))
    return spread(
      [span(' keys go to the agent   ', 'ask', BAR), span('C-]', 'key', BAR), span(' ends it', 'plain', BAR)],
      [],
      width,
      BAR,
    );
  const shown = hints(state, width).flatMap(({ line }, index) => [
    span(' '.repeat(index === 0 ? 1 : GAP), 'plain', BAR),
    ...line,
  ]);
  return spread(shown, filterPart(state), width, BAR);
}

/** What a press on column `x` of the last line means; null: nothing. */
export function footerAt(state: State, width: number, x: number): Binding | null {
  if (state.toast !== null || isTyping(state)) return null;
  let at = 1;
  for (const { binding, wide } of hints(state, width)) {
    if (x >= at && x < at + wide) return binding;
    at += wide + GAP;
  }
  return null;
}

const isTyping = ({ agent, screen }: State): boolean => agent.typing && screen === 'agent';

const filterPart = ({ filter }: State): Span[] =>
  filter === '' ? [] : [span(`filter: ${plainLine(filter)} `, 'warn', BAR)];

/** The hints there is room for, in the order of the keys. What matters least goes first, the key that tells of all others last. */
function hints(state: State, width: number): readonly Hint[] {
  const all = inForce([...screenOf(state).bindings, ...GLOBAL], state).flatMap(({ binding, keys }): Hint[] => {
    const [key] = keys;
    if (binding.hint === undefined || key === undefined || binding.hinted?.(state) === false) return [];
    const line = [span(keyWord(key, state.settings.unicode), 'key', BAR), span(` ${binding.hint}`, 'plain', BAR)];
    return [{ binding, line, wide: lineWidth(line) }];
  });
  let room = width - 1 - lineWidth(filterPart(state)) + GAP;
  const kept = new Set<Hint>();
  for (const hint of [...all].sort((a, b) => weight(a.binding) - weight(b.binding))) {
    if (hint.wide + GAP > room) continue;
    room -= hint.wide + GAP;
    kept.add(hint);
  }
  return all.filter((hint) => kept.has(hint));
}

/** What is offered at this moment only outranks what can be done always; that arrows choose is known without being told. */
function weight(binding: Binding): number {
  if (binding.id === 'help') return 0;
  if (binding.hinted !== undefined) return 1;
  if (GLOBAL.includes(binding)) return 2;
  return binding.id === 'down' || binding.id === 'up' ? 4 : 3;
}
