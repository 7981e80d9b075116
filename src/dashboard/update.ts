import type {
  AgentSnapshot,
  Asked,
  LiveScreen,
  MailEntry,
  OrchestraEvent,
  Outcome,
  Snapshot,
  StreamMessage,
} from '../protocol/index.ts';
import { footerAt } from './footer.ts';
import { GLOBAL } from './global.ts';
import { headerAt } from './header.ts';
import { press } from './model/binding.ts';
import { withDraft } from './model/compose.ts';
import { shownAgents, waitingOf } from './model/crew.ts';
import { follow } from './model/follow.ts';
import { mailChanged, withMail, withMailEvent } from './model/mail.ts';
import type { Effect, Input, Key } from './model/input.ts';
import { toScreen } from './model/move.ts';
import { withFile } from './model/settings.ts';
import { type State, type Step, step, withToast } from './model/state.ts';
import { overlayKey, overlayMouse, overlayPaste } from './overlay/index.ts';
import { screenOf } from './screens/index.ts';

/** A snapshot is asked for this soon after an event whose consequences only it tells (ms). */
const SETTLE = 1_000;
/** Processor, memory and ages of what no event tells (ms). */
const REFRESH = 10_000;
/** Longest a snapshot may take before it is asked for again (ms). */
const PATIENCE = 10_000;

/** What an input makes of the state, and what is to be done about it. `now`: wall clock, ms. */
export function update(before: State, input: Input, now: number): Step {
  const state = before.now === now ? before : { ...before, now };
  const { state: next, effects } = react(state, input);
  const settled = settle(next);
  // Who waits is a matter of the snapshot alone: looking through 200 agents with each of 50 events a second is for nothing.
  return settled.snapshot === before.snapshot ? { state: settled, effects } : announce(settled, effects);
}

function react(state: State, input: Input): Step {
  switch (input.kind) {
    case 'key':
      return key(state, input.key);
    case 'paste':
      return paste(state, input.text);
    case 'mouse':
      return mouse(state, input);
    case 'resize':
      return step({ ...state, size: input.size });
    case 'tick':
      return tick(state);
    case 'link':
      return link(state, input.link);
    case 'stream':
      return stream(state, input.message);
    case 'done':
      return done(state, input.of, input.value);
    case 'failed':
      return step(failed(state, input.of, input.message));
  }
}

function mouse(state: State, input: Extract<Input, { kind: 'mouse' }>): Step {
  if (state.overlay !== null) return overlayMouse(state, state.overlay, input);
  const { width, height } = state.size;
  if (input.what !== 'press' || (input.y > 0 && input.y < height - 1)) return screenOf(state).mouse(state, input);
  // One types through: a press beside the agent's screen must not lead away from it.
  if (state.agent.typing && state.screen === 'agent') return step(state);
  if (input.y > 0) return footerAt(state, width, input.x)?.run(state) ?? step(state);
  const screen = headerAt(state, width, input.x);
  return step(screen === null ? state : toScreen(state, screen));
}

function failed(state: State, of: Effect, message: string): State {
  if (of.kind === 'load-snapshot') return { ...state, refresh: { ...state.refresh, asked: false } };
  if (quiet(of)) return state;
  // What somebody wrote is not lost with what went wrong.
  const kept = of.kind === 'send' ? withDraft(state, of.draft) : state;
  return withToast(kept, message, 'bad');
}

/** What was asked without a person asking for it fails without a word: the next round asks again. */
const quiet = ({ kind }: Effect): boolean => kind.startsWith('load-') || kind === 'press' || kind === 'ack';

function key(state: State, pressed: Key): Step {
  if (state.agent.typing && state.screen === 'agent' && state.overlay === null) return through(state, pressed);
  if (state.overlay !== null) return overlayKey(state, state.overlay, pressed);
  const screen = screenOf(state);
  return press([...screen.bindings, ...GLOBAL], pressed, state);
}

/** Keys for the agent, all but the one that ends it. */
function through(state: State, { name, raw }: Key): Step {
  if (name === 'C-]') return step({ ...state, agent: { ...state.agent, typing: false } });
  return state.selected === null ? step(state) : step(state, { kind: 'press', agent: state.selected, input: raw });
}

function paste(state: State, text: string): Step {
  if (state.overlay !== null) return step(overlayPaste(state, state.overlay, text));
  const { selected } = state;
  if (!state.agent.typing || state.screen !== 'agent' || selected === null) return step(state);
  return step(
    state,
    ...inParts(`\x1b[200~${text}\x1b[201~`).map((input): Effect => ({ kind: 'press', agent: selected, input })),
  );
}

/** Characters handed on at once: less than the controller takes, however many bytes each has. */
const PART = 4_000;

/** A long paste comes in parts, none of which ends within a character. */
function inParts(text: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at + PART - 1);
    const end = at + PART - (code >= 0xd800 && code <= 0xdbff ? 1 : 0);
    parts.push(text.slice(at, end));
    at = end;
  }
  return parts;
}

function tick(state: State): Step {
  const effects: Effect[] = [];
  let next = state;
  if (state.toast !== null && state.toast.until <= state.now) next = { ...next, toast: null };
  if (state.link.kind !== 'live') return step(next);
  effects.push(...screenOf(next).loads(next));
  if (!state.refresh.asked && state.now >= state.refresh.due) {
    next = { ...next, refresh: { asked: true, due: state.now + PATIENCE } };
    effects.push({ kind: 'load-snapshot' });
  } else if (state.refresh.asked && state.now >= state.refresh.due) {
    next = { ...next, refresh: { asked: false, due: state.now } };
  }
  return step(next, ...effects);
}

function link(state: State, to: State['link']): Step {
  const next = { ...state, link: to, refresh: { asked: false, due: state.now + REFRESH } };
  if (to.kind !== 'live') return step({ ...next, agent: { ...state.agent, typing: false } });
  return step(next, loadHistory(state), ...screenOf(next).loads(next));
}

/** From a whole minute on: asked twice at a time it is one question, however fast one gap follows another. */
const loadHistory = ({ now }: State): Effect => ({
  kind: 'load-events',
  filter: { since: new Date(Math.floor((now - DAY) / 60_000) * 60_000).toISOString(), last: HISTORY },
});

/** History that is read when a connection is new: what the charts show, and no more rows than any of them needs. */
const DAY = 86_400_000;
const HISTORY = 20_000;

function stream(state: State, message: StreamMessage): Step {
  if (message.kind === 'snapshot') return step(withSnapshot(state, message.snapshot));
  // It read too slowly, and events were left out: the charts would never tell of them.
  if (message.kind === 'gap') return step(state, loadHistory(state));
  return step(withEvent(state, message.event));
}

function withSnapshot(state: State, snapshot: Snapshot): State {
  state.history.sample(snapshot);
  return {
    ...state,
    settings: withFile(state.settings, snapshot.dashboard),
    snapshot,
    takenAt: state.now,
    refresh: { asked: false, due: state.now + REFRESH },
  };
}

function withEvent(before: State, event: OrchestraEvent): State {
  before.history.add([event]);
  const state = withMailEvent(before, event);
  const due = Math.min(state.refresh.due, state.now + SETTLE);
  return {
    ...state,
    news: state.news + 1,
    snapshot: state.snapshot === null ? null : follow(state.snapshot, event),
    refresh: state.refresh.asked ? state.refresh : { ...state.refresh, due },
  };
}

function done(state: State, of: Effect, value: unknown): Step {
  switch (of.kind) {
    case 'load-snapshot':
      return step(withSnapshot(state, value as Snapshot));
    case 'load-events':
      state.history.fill(value as readonly OrchestraEvent[]);
      return step({ ...state, news: state.news + 1 });
    case 'load-mail':
      return step(withMail(state, of.filter, value as readonly MailEntry[]));
    case 'load-screen':
      return step(
        of.agent === state.selected ? { ...state, agent: { ...state.agent, screen: value as LiveScreen } } : state,
      );
    case 'load-log':
      return step(
        of.agent === state.selected
          ? { ...state, agent: { ...state.agent, log: value as readonly string[], logOf: of.agent } }
          : state,
      );
    case 'asked':
      return step(asked(state, of, value as Asked | null));
    case 'command':
      return step(outcomes(state, value as readonly Outcome[], `${PAST[of.verb]} ${list(of.agents)}`), LOOK);
    case 'pause':
      return step(
        outcomes(state, value as readonly Outcome[], `${of.on ? 'paused' : 'let go on'} ${list(of.agents)}`),
        LOOK,
      );
    case 'answer':
      return step(withToast(state, `${of.yes ? 'approved' : 'denied'} what ${of.agent} asked`));
    case 'send':
      return step(withToast(state, `sent to ${of.draft.to}`));
    case 'redrive':
      return reloaded(withToast(state, 'queued again'));
    case 'purge':
      return reloaded(withToast(state, 'thrown away'));
    case 'ack':
      return reloaded(state);
    case 'press':
      // What a key does is looked at now, not with the next tick.
      return step(state, { kind: 'load-screen', agent: of.agent });
    case 'focus':
    case 'bell':
    case 'quit':
      return step(state);
  }
}

/** Mail was changed by hand: what is shown of it is asked for at once. */
function reloaded(before: State): Step {
  const state = mailChanged(before);
  return step(state, ...screenOf(state).loads(state));
}

/** What was done is seen at once: the next key decides by it, and a pause pressed twice was two pauses. */
const LOOK: Effect = { kind: 'load-snapshot' };

const PAST = { start: 'started', stop: 'stopped', restart: 'restarted' } as const;

const list = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;

function outcomes(state: State, all: readonly Outcome[], well: string): State {
  const [failed] = all.filter(({ ok }) => !ok);
  return failed === undefined ? withToast(state, well) : withToast(state, `${failed.agent}: ${failed.message}`, 'bad');
}

function asked(state: State, { agent, yes }: Extract<Effect, { kind: 'asked' }>, found: Asked | null): State {
  if (found === null) return withToast(state, `${agent} asks nothing`, 'warn');
  return { ...state, overlay: { kind: 'asked', agent, yes, asked: found } };
}

/** What is chosen is there, whatever came. */
function settle(state: State): State {
  const agents = shownAgents(state);
  const there = agents.some(({ name }) => name === state.selected);
  if (there || agents.length === 0) return state;
  // Whoever types through to an agent that is gone must not go on typing to the next one.
  return { ...state, selected: (agents[0] as AgentSnapshot).name, agent: { ...state.agent, typing: false, back: 0 } };
}

/** Rings once for everybody who begins to wait for a person. */
function announce(state: State, effects: readonly Effect[]): Step {
  const waiting = new Set(waitingOf(state).map(({ agent }) => agent.name));
  const same = waiting.size === state.waiting.size && [...waiting].every((name) => state.waiting.has(name));
  if (same) return { state, effects };
  const fresh = [...waiting].some((name) => !state.waiting.has(name));
  return { state: { ...state, waiting }, effects: fresh ? [...effects, { kind: 'bell' }] : effects };
}
