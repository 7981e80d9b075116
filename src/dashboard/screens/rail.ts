import { plainLine } from '../../base/index.ts';
import { fitLines, type Line, type Size, span, spread, type Tone } from '../frame.ts';
import { type Waiting, type WaitKind, waitingOf } from '../model/crew.ts';
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

function waitLines(
  { agent, kind, since }: Waiting,
  { settings, selected }: State,
  width: number,
  each: number,
): Line[] {
  const { sign, ascii, tone, words, keys } = SIGNS[kind];
  const head = spread(
    [
      span(`${settings.unicode ? sign : ascii} `, tone),
      span(agent.name, agent.name === selected ? 'accent' : 'bold'),
      span(` ${words}`, 'plain'),
    ],
    [span(` ${shortAge(since)}`, 'dim'), ...(keys === '' ? [] : [span(` ${keys}`, 'key')])],
    width,
  );
  const detail = plainLine(agent.detail);
  return each === 1 ? [head] : [head, detail === '' ? [] : [span(`  ${detail}`, 'dim')]];
}
