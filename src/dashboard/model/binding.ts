import type { Key } from './input.ts';
import { step, type State, type Step } from './state.ts';

/** One thing a person can do, and the keys that do it. */
export interface Binding {
  /** Its name in the session's file (`dashboard: { keys: … }`) and in the palette. */
  readonly id: string;
  readonly keys: readonly string[];
  /** One line for the help. */
  readonly help: string;
  /** A word or two for the last line of the screen; without it, it is not shown there. */
  readonly hint?: string;
  /** When it is shown there; always without it. */
  readonly hinted?: (state: State) => boolean;
  run(state: State): Step;
}

/** The keys of a binding: a person's own replace those it comes with. */
export const keysOf = (binding: Binding, { settings }: State): readonly string[] =>
  settings.keys[binding.id] ?? binding.keys;

/** What can be done, with the keys that do it: a key that an earlier one has does nothing else. */
export function inForce(
  bindings: readonly Binding[],
  state: State,
): readonly { readonly binding: Binding; readonly keys: readonly string[] }[] {
  const taken = new Set<string>();
  return bindings.map((binding) => {
    const keys = keysOf(binding, state).filter((key) => !taken.has(key));
    for (const key of keys) taken.add(key);
    return { binding, keys };
  });
}

/** Does what the key is bound to, the first that has it; nothing when none does. */
export function press(bindings: readonly Binding[], key: Key, state: State): Step {
  const bound = bindings.find((binding) => keysOf(binding, state).includes(key.name));
  return bound === undefined ? step(state) : bound.run(state);
}

const SIGNS: Readonly<Record<string, string>> = {
  enter: '⏎',
  escape: 'Esc',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  space: 'Space',
  tab: 'Tab',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
};

/** A key as people know it. */
export function keyWord(key: string, unicode: boolean): string {
  const sign = SIGNS[key];
  if (sign === undefined) return key;
  return unicode || sign.length > 1 ? sign : key;
}
