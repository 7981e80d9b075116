import { formatDuration, plainLine } from '../base/index.ts';
import type { Lifecycle } from '../protocol/index.ts';
import { stateSign } from '../view/index.ts';
import { type Line, lineWidth, type Span, span, spread } from './frame.ts';
import { TONE_OF } from './tone.ts';
import { queuedOf, waitingOf } from './model/crew.ts';
import { SCREENS, type ScreenId, type State } from './model/state.ts';
import { screenOf } from './screens/index.ts';
import { shortAge } from './text.ts';
import { sparkline } from '../view/index.ts';

const BAR = 'bar';
const gap = span('   ', 'plain', BAR);

/**
 * The first line: whose session, who waits for a person, how the crew is, how much goes on. Who waits is told at any width: it is what one looks here
 * for. What is last matters least and goes first when it is narrow.
 */
export function headerLine(state: State, width: number): Line {
  const name = nameSpans(state);
  if (state.link.kind !== 'live') return spread([...name, gap, ...trouble(state)], [], width, BAR);
  const right = screenPart(state, width);
  const room = width - lineWidth(right) - 1;
  const shown = [...head(state, name, room)];
  for (const part of [troublePart(state), mailPart(state), donePart(state), upPart(state), ratePart(state)]) {
    if (part.length === 0) continue;
    if (lineWidth([...shown, gap, ...part]) > room) break;
    shown.push(gap, ...part);
  }
  return spread(shown, right, width, BAR);
}

function nameSpans({ snapshot, settings }: State): Span[] {
  return [
    span(' orchestra', 'accent', BAR),
    span(` ${settings.unicode ? '▸' : '>'} `, 'dim', BAR),
    span(plainLine(snapshot?.session ?? ''), 'bold', BAR),
  ];
}

/** Name, who waits and how many run, in the longest words there is room for. */
function head(state: State, name: readonly Span[], room: number): readonly Span[] {
  const waits = waitParts(state);
  const counts = [countPart(state), activePart(state), []] as const;
  const [fullWait, shortWait, bareWait] = waits;
  const short: Span[] = [span(' ', 'plain', BAR), ...name.slice(2)];
  const ways: readonly (readonly [readonly Span[], ...(readonly Span[])[]])[] = [
    [name, fullWait, counts[0]],
    [name, shortWait, counts[0]],
    [name, shortWait, counts[1]],
    [short, shortWait, counts[1]],
    [name, bareWait, counts[1]],
    [short, bareWait, counts[1]],
    [short, bareWait, counts[2]],
  ];
  const lines = ways.map(([first, ...parts]) => [
    ...first,
    ...parts.flatMap((part) => (part.length === 0 ? [] : [gap, ...part])),
  ]);
  // A session's name may fill the line by itself: then that goes.
  return lines.find((line) => lineWidth(line) <= room) ?? [span(' ', 'plain', BAR), ...bareWait];
}

/** `3 wait for you: botan 8m`, then the same in fewer words; nothing when nobody waits. */
function waitParts(state: State): readonly [Span[], Span[], Span[]] {
  const waiting = waitingOf(state);
  const [longest] = waiting;
  if (longest === undefined) return [[], [], []];
  const many = waiting.length;
  const said = (text: string): Span[] => [span(text, 'ask', BAR)];
  const who = `${longest.agent.name} ${shortAge(longest.since)}`;
  const waits = many === 1 ? 'waits' : 'wait';
  return [said(`${many} ${waits} for you: ${who}`), said(`${many} ${waits}: ${who}`), said(`${many} ${waits}`)];
}

/** `● 7/9`: those that run, of all. */
function activePart({ snapshot, settings }: State): Span[] {
  const agents = snapshot?.agents ?? [];
  const { sign, ascii, ink } = stateSign('running');
  const running = agents.filter(({ state }) => state === 'running').length;
  return [
    span(`${settings.unicode ? sign : ascii} ${running}`, TONE_OF[ink], BAR),
    span(`/${agents.length}`, 'plain', BAR),
  ];
}

function trouble({ link, now }: State): Span[] {
  if (link.kind === 'connecting') return [span('connecting', 'busy', BAR)];
  if (link.kind === 'live') return [];
  return [
    span(`no controller for ${formatDuration(now - link.since)}`, 'bad', BAR),
    span(`  ${plainLine(link.message)}; trying again`, 'warn', BAR),
  ];
}

/** `9 agents  ● 7  ▲ 1  ✖ 1`. */
function countPart({ snapshot, settings }: State): Span[] {
  const agents = snapshot?.agents ?? [];
  const counts = new Map<Lifecycle, number>();
  for (const { state } of agents) counts.set(state, (counts.get(state) ?? 0) + 1);
  const order: readonly Lifecycle[] = ['running', 'starting', 'stopping', 'backoff', 'held', 'broken', 'stopped'];
  return [
    span(`${agents.length} ${agents.length === 1 ? 'agent' : 'agents'}`, 'plain', BAR),
    ...order.flatMap((state) => {
      const count = counts.get(state) ?? 0;
      const { sign, ascii, ink } = stateSign(state);
      return count === 0 ? [] : [span(`  ${settings.unicode ? sign : ascii} ${count}`, TONE_OF[ink], BAR)];
    }),
  ];
}

/** The same number as in the status bar and on the screen of messages: what waits to be handed to an agent. */
function mailPart(state: State): Span[] {
  const queued = queuedOf(state);
  return [span(`${queued} queued`, queued === 0 ? 'dim' : 'plain', BAR)];
}

function ratePart({ history, now, settings }: State): Span[] {
  const byMinute = history.pulse.series(now, 9, 1, ({ sent }) => sent);
  const last = byMinute.at(-2) ?? 0;
  const rate = Math.max(last, byMinute.at(-1) ?? 0);
  const bars = sparkline(byMinute, 8, 1, settings.unicode);
  return [span(`${rate} msg/min`, rate === 0 ? 'dim' : 'plain', BAR), span(bars === '' ? '' : ` ${bars}`, 'busy', BAR)];
}

function donePart({ history, now }: State): Span[] {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const done = history.pulse.doneSince(midnight);
  return [span(`done ${done}`, done === 0 ? 'dim' : 'good', BAR)];
}

function troublePart({ snapshot }: State): Span[] {
  const degraded = snapshot?.controller.degraded.length ?? 0;
  return degraded > 0 ? [span(`${degraded} in trouble`, 'bad', BAR)] : [];
}

/** Without seconds: they would make a new picture each second of a crew that rests. */
function upPart({ snapshot, takenAt, now }: State): Span[] {
  if (snapshot === null) return [];
  const up = snapshot.uptime + now - takenAt;
  return [span(`up ${up < HOUR ? shortAge(up) : formatDuration(up)}`, 'dim', BAR)];
}
const HOUR = 3_600_000;

/** The screen whose number column `x` of the first line is; null: none. */
export function headerAt(state: State, width: number, x: number): ScreenId | null {
  if (state.link.kind !== 'live') return null;
  const parts = screenPart(state, width);
  let at = width - lineWidth(parts);
  for (const [index, part] of parts.entries()) {
    at += lineWidth([part]);
    if (x < at) return x >= at - lineWidth([part]) && parts.length > 1 ? (SCREENS[index] ?? null) : null;
  }
  return null;
}

/** The screens by number, the one that is shown by its name; where it is narrow only that one. */
function screenPart(state: State, width: number): Span[] {
  const here = SCREENS.indexOf(state.screen);
  if (width < 120) return [span(`${screenOf(state).title} `, 'accent', BAR)];
  return [
    ...SCREENS.map((_, index) =>
      index === here
        ? span(` ${index + 1} ${screenOf(state).title}`, 'accent', BAR)
        : span(` ${index + 1}`, 'dim', BAR),
    ),
    span(' ', 'plain', BAR),
  ];
}
