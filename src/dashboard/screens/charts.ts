import { beside, fitLine, fitLines, type Line, type Size, type Span, span, spread, type Tone } from '../frame.ts';
import { asciiPlot, braillePlot, type Curve } from '../braille.ts';
import type { Binding } from '../model/binding.ts';
import type { Minute } from '../model/pulse.ts';
import { type State, step } from '../model/state.ts';
import { countScale, type Scale, shortCount, shortTime, timeScale } from '../scale.ts';
import { localTime } from '../../view/index.ts';
import { rule } from '../text.ts';
import type { Screen } from './screen.ts';
import { totalLines } from './totals.ts';

/** Smallest screen with two charts side by side, and the one on which the sums have room beside them. */
const TWO = { width: 100, height: 16 };
/** Fewest lines of a chart that has its times below it. */
const AXIS_FROM = 5;
/** Columns of the numbers at the side of a chart, with the line. */
const SIDE = 7;

const WINDOW: Binding = {
  id: 'window',
  keys: ['w'],
  help: 'the last hour, or the last day',
  hint: 'hour/day',
  run: (state) => step({ ...state, hours: state.hours === 1 ? 24 : 1 }),
};

export const chartsScreen: Screen = {
  title: 'Charts',
  bindings: [WINDOW],
  view: chartLines,
  loads: () => [],
  mouse: (state) => step(state),
};

interface Chart {
  readonly title: string;
  readonly unit: string;
  /** Told instead of a line when there is none. */
  readonly empty: string;
  readonly scale: Scale;
  readonly curves: readonly (Curve & { readonly name: string; readonly tone: Tone; readonly newest: string })[];
}

/** Values of a day would be more than there are columns: they are sums over ten minutes. */
const PERIODS = { 1: { count: 60, minutes: 1, word: 'min' }, 24: { count: 144, minutes: 10, word: '10 min' } } as const;

function chartLines(state: State, size: Size): readonly Line[] {
  const charts = [throughput(state), responseTimes(state), restarts(state)];
  const { width, height } = size;
  if (width < TWO.width || height < TWO.height) {
    return charts.flatMap((chart, index) => drawn(state, chart, { width, height: share(height, 3, index) }));
  }
  const half = Math.floor((width - 1) / 2);
  const right = width - 1 - half;
  const upper = share(height, 2, 0);
  const lower = height - upper;
  const pair = (left: readonly Line[], other: readonly Line[]): Line[] =>
    beside(
      left.map((line): Line => [...line, span(' ')]),
      other,
    );
  const [first, second, third] = charts as [Chart, Chart, Chart];
  return [
    ...pair(drawn(state, first, { width: half, height: upper }), drawn(state, second, { width: right, height: upper })),
    ...pair(drawn(state, third, { width: half, height: lower }), totalLines(state, { width: right, height: lower })),
  ];
}

/** The lines of the part `index` of `parts` that share `height`. */
const share = (height: number, parts: number, index: number): number =>
  Math.floor((height * (index + 1)) / parts) - Math.floor((height * index) / parts);

const sums = ({ history, now, hours }: State, of: (minute: Minute) => number): number[] => {
  const { count, minutes } = PERIODS[hours];
  return history.pulse.series(now, count, minutes, of);
};

function throughput(state: State): Chart {
  const taken = sums(state, ({ sent }) => sent);
  const settled = sums(state, ({ done }) => done);
  const dead = sums(state, (minute) => minute.dead);
  const scale = countScale(Math.max(...taken, ...settled, ...dead));
  const begun = begunAt(state, taken.length);
  const curve = (name: string, tone: Tone, values: readonly number[]) => ({
    name,
    tone,
    values: withoutRest(values, begun),
    height: scale.height,
    // The period that has just begun is no fall to nothing.
    newest: shortCount(Math.max(...values.slice(-2))),
  });
  return {
    title: 'Messages',
    unit: `a ${PERIODS[state.hours].word}`,
    empty: `no messages in the last ${state.hours === 1 ? 'hour' : 'day'}`,
    scale,
    curves: some([
      curve('sent', 'busy', taken),
      curve('done', 'good', settled),
      ...(dead.some((value) => value > 0) ? [curve('dead', 'bad', dead)] : []),
    ]),
  };
}

/**
 * Periods in which there was nothing are not drawn: one message that was given up would paint the baseline of an hour in its colour, over the others.
 * The ones beside a value are kept, from which its line rises and to which it falls, unless they were before the session (index `begun`).
 */
const withoutRest = (values: readonly number[], begun: number): (number | null)[] =>
  values.map((value, index) => {
    if (value !== 0) return value;
    const beside = (values[index - 1] ?? 0) > 0 || (values[index + 1] ?? 0) > 0;
    return beside && index >= begun ? 0 : null;
  });

/** The period in which the session was brought up; 0 when that is longer ago. */
function begunAt({ snapshot, takenAt, now, hours }: State, count: number): number {
  if (snapshot === null) return 0;
  const ago = snapshot.uptime + now - takenAt;
  return Math.max(0, count - 1 - Math.ceil(ago / (PERIODS[hours].minutes * 60_000)));
}

/** None when all of them are nothing: a line along the bottom says less than a sentence. */
const some = <One extends { readonly values: readonly (number | null)[] }>(curves: readonly One[]): readonly One[] =>
  curves.some(({ values }) => values.some((value) => value !== null && value > 0)) ? curves : [];

function responseTimes({ history, now, hours }: State): Chart {
  const { count, minutes } = PERIODS[hours];
  const times = (part: number): (number | null)[] => history.pulse.responses(now, count, minutes, part);
  const [half, most] = [times(0.5), times(0.99)];
  const there = [...half, ...most].filter((value) => value !== null);
  const scale = timeScale(Math.min(...there), Math.max(...there));
  const curve = (name: string, tone: Tone, values: readonly (number | null)[]) => ({
    name,
    tone,
    values: joined(values),
    height: scale.height,
    newest: newestTime(values),
  });
  return {
    title: 'Response time',
    unit: 'sent to answered or acknowledged',
    empty: `nothing was answered in the last ${hours === 1 ? 'hour' : 'day'}`,
    scale,
    curves: some([curve('p99', 'warn', most), curve('p50', 'good', half)]),
  };
}

const newestTime = (values: readonly (number | null)[]): string => {
  const newest = values.findLast((value) => value !== null) ?? null;
  return newest === null ? '' : shortTime(newest);
};

/** A crew does not answer every minute: gaps of up to this many periods are drawn through, else there are only dots. */
const JOINED = 5;

function joined(values: readonly (number | null)[]): (number | null)[] {
  const full = [...values];
  let last = -1;
  values.forEach((value, index) => {
    if (value === null) return;
    const from = values[last] ?? null;
    if (from !== null && index - last - 1 <= JOINED)
      for (let at = last + 1; at < index; at++) full[at] = from + ((value - from) * (at - last)) / (index - last);
    last = index;
  });
  return full;
}

function restarts(state: State): Chart {
  const values = sums(state, (minute) => minute.restarts);
  const scale = countScale(Math.max(...values));
  const newest = shortCount(values.reduce((sum, value) => sum + value, 0));
  return {
    title: 'Restarts after a death',
    unit: `a ${PERIODS[state.hours].word}`,
    empty: `no agent died in the last ${state.hours === 1 ? 'hour' : 'day'}`,
    scale,
    curves: some([{ name: 'sum', tone: 'warn', values, height: scale.height, newest, filled: true }]),
  };
}

function drawn(state: State, chart: Chart, size: Size): Line[] {
  const { unicode } = state.settings;
  const { width, height } = size;
  const head = titleLine(chart, width, unicode);
  const axis = height >= AXIS_FROM ? 1 : 0;
  const room = { width: Math.max(1, width - SIDE - 1), height: Math.max(0, height - 1 - axis) };
  if (chart.curves.length === 0) {
    const above = Math.max(0, Math.floor((height - 2) / 2));
    const blank = Math.max(2, Math.floor((width - chart.empty.length) / 2));
    return fitLines(
      [head, ...Array.from({ length: above }, (): Line => []), [span(`${' '.repeat(blank)}${chart.empty}`, 'dim')]],
      size,
    );
  }
  const plot = (unicode ? braillePlot : asciiPlot)(chart.curves, room.width, room.height);
  const rows = plot.map((cells, row): Line => {
    const spans: Span[] = [];
    for (const { text, of } of cells) {
      const tone = of === null ? 'frame' : (chart.curves[of]?.tone ?? 'plain');
      const last = spans.at(-1);
      if (last?.tone === tone) spans[spans.length - 1] = { ...last, text: last.text + text };
      else spans.push(span(text, tone));
    }
    return [...side(chart.scale, row, room.height, unicode), ...spans];
  });
  return fitLines([head, ...rows, ...(axis === 1 ? [timeLine(state, width)] : [])], size);
}

/** `─ Messages, a min ───── sent 12  done 11`: the newest values stand where the lines end. */
function titleLine({ title, unit, curves }: Chart, width: number, unicode: boolean): Line {
  const mark = unicode ? '━' : '*';
  const newest = curves.flatMap(({ name, tone, newest: value }): Span[] => [
    span(`  ${unicode ? mark : ''}`, tone),
    span(` ${name} `, 'dim'),
    span(value, 'bold'),
  ]);
  const words = [...newest, span(' ')];
  const wide = words.reduce((sum, { text }) => sum + text.length, 0);
  const named = `${title}, ${unit}`;
  const fits = named.length + wide + 6 <= width;
  return spread(rule(fits ? named : title, Math.max(0, width - wide), unicode), words, width);
}

/** The number at the side of a row, where it has one. */
function side({ labels }: Scale, row: number, height: number, unicode: boolean): Line {
  const [top, middle, bottom] = labels;
  const label =
    row === 0
      ? top
      : row === height - 1
        ? bottom
        : height >= 5 && height % 2 === 1 && row === (height - 1) / 2
          ? middle
          : '';
  const tick = unicode ? (label === '' ? '│' : '┤') : '|';
  return [span(label.padStart(SIDE - 1).slice(0, SIDE - 1), 'dim'), span(tick, 'frame')];
}

/** The time of day at the two ends of the lines, and between them where there is room. */
function timeLine({ now, hours }: State, width: number): Line {
  const at = (share: number): string =>
    localTime(new Date(now - (1 - share) * hours * 3_600_000).toISOString()).slice(11, 16);
  const room = width - SIDE - 1;
  const marks = room >= 70 ? [0, 0.25, 0.5, 0.75, 1] : room >= 24 ? [0, 0.5, 1] : [0, 1];
  let line = ' '.repeat(SIDE);
  for (const share of marks) {
    const text = share === 1 ? 'now' : at(share);
    const from = SIDE + Math.round(share * room - (share === 0 ? 0 : share === 1 ? text.length : text.length / 2));
    line = line.padEnd(from) + text;
  }
  return fitLine([span(line, 'dim')], width);
}
