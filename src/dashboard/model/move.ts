import type { ScreenId, State } from './state.ts';

/** Another screen; Esc comes back from it. */
export function toScreen(state: State, screen: ScreenId): State {
  if (state.screen === screen) return state;
  return {
    ...withoutMail(state),
    screen,
    trail: [...state.trail.filter((one) => one !== screen), state.screen].slice(-8),
  };
}

/** The screen before; a filter is taken away first. */
export function back(state: State): State {
  if (state.filter !== '') return { ...state, filter: '' };
  const before = state.trail.at(-1);
  return before === undefined
    ? { ...withoutMail(state), screen: 'crew' }
    : { ...withoutMail(state), screen: before, trail: state.trail.slice(0, -1) };
}

/** Another list of messages: none of it is chosen or open. */
export const withoutMail = (state: State): State => ({
  ...state,
  mail: { ...state.mail, chosen: null, open: false, down: 0 },
});

/** The place `by` lines further in a list, within it. */
export const moved = (at: number, by: number, length: number): number => Math.max(0, Math.min(length - 1, at + by));

/** First line of a window of `height` lines over `length`, so that line `at` is in it, as little moved from `top` as can be. */
export function windowTop(at: number, top: number, height: number, length: number): number {
  const most = Math.max(0, length - height);
  if (at < top) return Math.min(at, most);
  return Math.min(Math.max(top, at - height + 1), most);
}
