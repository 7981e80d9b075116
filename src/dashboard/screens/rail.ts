import { fitLine, fitLines, type Line, lineWidth, type Size, span, spread, type Tone } from '../frame.ts';
import { asksText, mustType, type Waiting, type WaitKind, waitingOf } from '../model/crew.ts';
import type { State } from '../model/state.ts';
import { shortAge } from '../text.ts';

const SIGNS: Readonly<Record<WaitKind, { sign: string; ascii: string; tone: Tone; words: string; keys: string }>> = {
  approval: { sign: '▲', ascii: '!', tone: 'ask', words: 'wants to run', keys: 'a/d' },
  question: { sign: '?', ascii: '?', tone: 'ask', words: 'asks', keys: 't' },
  held: { sign: '◌', ascii: 'o', tone: 'warn', words: 'held', keys: '' },
  broken: { sign: '✖', ascii: 'x', tone: 'bad', words: 'broken', keys: 'r' },
};

/** Who waits for a person, the longest first, with the keys that help. */
export function railLines(state: State, size: Size): Line[] {
  const waiting = waitingOf(state);
  const title: Line = [span('Waits for you', waiting.length > 0 ? 'ask' : 'title')];
  if (waiting.length === 0) return fitLines([title, [span('nobody', 'dim')]], size);
  const room = size.height - 1;
  const each = waiting.length * 2 <= room ? 2 : 1;
  const most = waiting.length * each <= room ? waiting.length : Math.max(1, room - 1);
  const shown = waiting.slice(0, most).flatMap((one) => waitLines(one, state, size.width, each));
  const more = waiting.length - most;
  return fitLines([title, ...shown, ...(more > 0 ? [[span(`and ${more} more`, 'dim')]] : [])], size);
}

/** The same in one line, where there is no rail: `Waits for you  ▲ ayame 8m  ✖ botan 2m  and 2 more`. */
export const waitLine = (state: State, width: number): Line =>
  fitLine(
    pieces(state, width).flatMap(({ line }) => line),
    width,
  );

/** Whom a press on column `x` of that line means; null: nobody. */
export function waitAt(state: State, width: number, x: number): string | null {
  let at = 0;
  for (const { line, name } of pieces(state, width)) {
    at += lineWidth(line);
    if (x < at) return name;
  }
  return null;
}

function pieces(state: State, width: number): readonly { readonly line: Line; readonly name: string | null }[] {
  const waiting = waitingOf(state);
  const title: Line = [span(width < TITLE_FROM ? ' ' : ' Waits for you  ', 'ask')];
  const whole = waiting.map((one) => ({ line: onePiece(one, state), name: one.agent.name }));
  const wide = (count: number): number =>
    [title, ...whole.slice(0, count).map(({ line }) => line), ...rest(waiting.length - count)].reduce(
      (sum, line) => sum + lineWidth(line),
      0,
    );
  let count = whole.length;
  while (count > 1 && wide(count) > width) count--;
  return [
    { line: title, name: null },
    ...whole.slice(0, count),
    ...rest(whole.length - count).map((line) => ({ line, name: null })),
  ];
}

/** Fewest columns with the title before those who wait. */
const TITLE_FROM = 70;

const rest = (more: number): Line[] => (more > 0 ? [[span(`and ${more} more`, 'dim')]] : []);

function onePiece({ agent: { name }, kind, since }: Waiting, { settings, selected }: State): Line {
  const { sign, ascii, tone } = SIGNS[kind];
  return [
    span(`${settings.unicode ? sign : ascii} `, tone),
    span(name, name === selected ? 'accent' : 'bold'),
    span(` ${shortAge(since)}  `, 'dim'),
  ];
}

function waitLines(
  { agent, kind, since }: Waiting,
  { settings, selected }: State,
  width: number,
  each: number,
): Line[] {
  const { sign, ascii, tone, words, keys: known } = SIGNS[kind];
  const keys = kind === 'approval' && mustType(agent) ? 't' : known;
  const head = spread(
    [
      span(`${settings.unicode ? sign : ascii} `, tone),
      span(agent.name, agent.name === selected ? 'accent' : 'bold'),
      span(` ${words}`, 'plain'),
    ],
    [span(` ${shortAge(since)}`, 'dim'), ...(keys === '' ? [] : [span(` ${keys}`, 'key')])],
    width,
  );
  const detail = asksText(agent);
  return each === 1 ? [head] : [head, detail === '' ? [] : [span(`  ${detail}`, 'dim')]];
}
