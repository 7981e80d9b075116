import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SmallTerminal } from '../../test/support/small-terminal.ts';
import { fitLine, fitLines, type Frame, type Line, span } from './frame.ts';
import { Painter } from './paint.ts';
import { sgrOf, themeOf } from './theme.ts';

const theme = themeOf('dark');
const WIDTH = 24;
const HEIGHT = 6;

const word = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'カ', '👩', '│', '⣿', '○'), maxLength: 8 });
const piece = fc.record(
  {
    text: word,
    tone: fc.constantFrom('plain', 'good', 'bad'),
    ground: fc.constantFrom('none', 'select'),
    sgr: fc.constantFrom('31', '1;38;5;9'),
  },
  { requiredKeys: ['text', 'tone', 'ground'] },
) as fc.Arbitrary<Line[number]>;
const cursor = fc.option(
  fc.record({ x: fc.integer({ min: 0, max: WIDTH - 1 }), y: fc.integer({ min: 0, max: HEIGHT - 1 }) }),
  { nil: null },
);
const frame = (width = WIDTH, height = HEIGHT): fc.Arbitrary<Frame> =>
  fc.record({
    width: fc.constant(width),
    lines: fc
      .array(fc.array(piece, { maxLength: 5 }), { maxLength: height })
      .map((lines) => fitLines(lines, { width, height })),
    cursor,
  });

/** What a frame looks like on a terminal that showed nothing before. */
function anew(its: Frame): ReturnType<SmallTerminal['picture']> {
  const terminal = new SmallTerminal(its.width, its.lines.length);
  terminal.write(new Painter().paint(its, theme));
  return terminal.picture();
}

describe('the painter', () => {
  test('leaves the same picture as painting anew, whatever was there before', () => {
    fc.assert(
      fc.property(fc.array(frame(), { minLength: 1, maxLength: 6 }), (frames) => {
        const painter = new Painter();
        const terminal = new SmallTerminal(WIDTH, HEIGHT);
        for (const its of frames) {
          terminal.write(painter.paint(its, theme));
          expect(terminal.picture()).toEqual(anew(its));
          expect(terminal.synchronised).toBe(false);
        }
      }),
    );
  });

  test('shows each cell as the frame has it', () => {
    fc.assert(
      fc.property(frame(), (its) => {
        const { rows, looks } = anew(its);
        its.lines.forEach((line, row) => {
          expect(rows[row]).toBe(line.map(({ text }) => text).join(''));
          const first = line.find(({ text }) => text !== '');
          expect(looks[row]?.split('|')[0]).toBe(first === undefined ? undefined : sgrOf(first, theme));
        });
      }),
    );
  });

  test('writes nothing when nothing changed', () => {
    fc.assert(
      fc.property(frame(), (its) => {
        const painter = new Painter();
        expect(painter.paint(its, theme)).not.toBe('');
        expect(painter.paint(structuredClone(its), theme)).toBe('');
      }),
    );
  });

  test('writes only the lines that changed', () => {
    const painter = new Painter();
    const lines = fitLines([[span('one')], [span('two')], [span('three')]], { width: 10, height: 3 });
    painter.paint({ width: 10, lines, cursor: null }, theme);
    const next = fitLines([[span('one')], [span('2')], [span('three')]], { width: 10, height: 3 });
    const written = painter.paint({ width: 10, lines: next, cursor: null }, theme);
    expect(written).toContain('2');
    expect(written).not.toContain('one');
    expect(written).not.toContain('three');
  });

  test('moves the cursor and nothing else when only that moved', () => {
    const painter = new Painter();
    const lines = fitLines([[span('one')]], { width: 10, height: 1 });
    painter.paint({ width: 10, lines, cursor: { x: 1, y: 0 } }, theme);
    expect(painter.paint({ width: 10, lines, cursor: { x: 2, y: 0 } }, theme)).toBe('\x1b[1;3H\x1b[?25h');
    expect(painter.paint({ width: 10, lines, cursor: null }, theme)).toBe('\x1b[?25l');
  });

  test('clears after another size and when told that the terminal shows something else', () => {
    const painter = new Painter();
    const of = (width: number): Frame => ({
      width,
      lines: fitLines([[span('x')]], { width, height: 1 }),
      cursor: null,
    });
    painter.paint(of(10), theme);
    expect(painter.paint(of(11), theme)).toContain('\x1b[2J');
    expect(painter.paint(of(11), theme)).toBe('');
    painter.forget();
    expect(painter.paint(of(11), theme)).toContain('\x1b[2J');
  });
});

describe('signs of several characters', () => {
  const shown = (text: string): string =>
    new Painter().paint({ width: 20, lines: [fitLine([span(text)], 20)], cursor: null }, themeOf('none'));

  test('move nothing that follows them, whatever width the terminal gives them', () => {
    // 4 columns are cleared, the sign is drawn at their begin, and the text goes on behind them.
    expect(shown('ab👩‍💻c')).toContain('ab    \x1b[3G👩‍💻\x1b[7Gc');
    expect(shown('🇯🇵x')).toContain('    \x1b[1G🇯🇵\x1b[5Gx');
    expect(shown('カエデ')).toContain(';1Hカエデ\x1b[7G');
  });
});
