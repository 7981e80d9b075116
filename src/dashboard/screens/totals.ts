import { fitLines, type Line, type Size, span, type Tone } from '../frame.ts';
import type { Minute } from '../model/pulse.ts';
import type { State } from '../model/state.ts';
import { shortCount, shortTime } from '../scale.ts';
import { rule } from '../text.ts';

const HOUR = 60;
const DAY = 24 * HOUR;
/** Columns of one number. */
const WIDE = 10;

interface Total {
  readonly name: string;
  readonly tone: Tone;
  of(state: State, minutes: number): string;
}

const summed =
  (of: (minute: Minute) => number) =>
  ({ history, now }: State, minutes: number): string =>
    shortCount(history.pulse.series(now, 1, minutes, of)[0] ?? 0);

const timed =
  (part: number) =>
  ({ history, now }: State, minutes: number): string => {
    const [time] = history.pulse.responses(now, 1, minutes, part);
    return time === null || time === undefined ? '' : shortTime(time);
  };

const TOTALS: readonly Total[] = [
  { name: 'messages sent', tone: 'busy', of: summed(({ sent }) => sent) },
  { name: 'messages done', tone: 'good', of: summed(({ done }) => done) },
  { name: 'messages given up', tone: 'bad', of: summed(({ dead }) => dead) },
  { name: 'response time, half within', tone: 'good', of: timed(0.5) },
  { name: 'response time, 99 of 100 within', tone: 'warn', of: timed(0.99) },
  { name: 'restarts after a death', tone: 'warn', of: summed(({ restarts }) => restarts) },
];

/** The sums of the last hour and the last day, in figures. */
export function totalLines(state: State, size: Size): Line[] {
  const names = Math.max(...TOTALS.map(({ name }) => name.length));
  const row = (name: Line, hour: string, day: string, tone: Tone): Line => [
    span('  '),
    ...name,
    span(hour.padStart(WIDE), tone),
    span(day.padStart(WIDE), tone),
  ];
  return fitLines(
    [
      rule('In figures', size.width, state.settings.unicode),
      row([span(' '.repeat(names))], '1 h', '24 h', 'title'),
      ...TOTALS.map(({ name, tone, of }) => {
        const [hour, day] = [of(state, HOUR), of(state, DAY)];
        const nothing = hour === '0' || hour === '';
        return row([span(name.padEnd(names), 'plain')], hour || '-', day || '-', nothing ? 'dim' : tone);
      }),
    ],
    size,
  );
}
