import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sgrSpans } from './sgr.ts';

const shown = (line: string): [string, string][] => sgrSpans(line).map(({ text, sgr }) => [text, sgr ?? '']);

describe('the colours of an agent’s screen', () => {
  it.each([
    ['plain', [['plain', '']]],
    [
      'a\x1b[31mb\x1b[0mc',
      [
        ['a', ''],
        ['b', '31'],
        ['c', ''],
      ],
    ],
    [
      '\x1b[1;38;5;214mx\x1b[22my\x1b[39mz',
      [
        ['x', '1;38;5;214'],
        ['y', '38;5;214'],
        ['z', ''],
      ],
    ],
    ['\x1b[48;2;1;2;3mx', [['x', '48;2;1;2;3']]],
    ['\x1b[38:2::1:2:3mx', [['x', '38;2;1;2;3']]],
    ['\x1b[38:2:1:2:3mx', [['x', '38;2;1;2;3']]],
    ['\x1b[38:5:9mx', [['x', '38;5;9']]],
    [
      '\x1b[4:3mx\x1b[4:0my',
      [
        ['x', '4'],
        ['y', ''],
      ],
    ],
    ['\x1b[mx', [['x', '']]],
    ['\x1b[31m\x1b[mx', [['x', '']]],
    ['\x1b[;31mx', [['x', '31']]],
    ['\x1b[97;107mx', [['x', '97;107']]],
    [
      'カエデ\x1b[7m絵',
      [
        ['カエデ', ''],
        ['絵', '7'],
      ],
    ],
  ] as [string, [string, string][]][])('%j', (line, spans) => expect(shown(line)).toEqual(spans));

  it.each([
    ['a cursor move', 'a\x1b[2Jb\x1b[10;10Hc', 'abc'],
    ['a title', 'a\x1b]0;evil\x07b', 'ab'],
    ['a string without an end', 'a\x1bPevil', 'a'],
    ['a link', '\x1b]8;;http://evil\x1b\\text\x1b]8;;\x1b\\', 'text'],
    ['eight bits', 'a\x9b2Jb\x9devil\x9cc', 'abc'],
    ['controls', 'a\rb\nc\bd\x7fe\x00f', 'abcdef'],
    ['overrides of direction', 'a\u202eb\u2066c\u200fd', 'abcd'],
    ['zero width', 'a\u200bb\ufeffc\u00ad', 'abc'],
    ['half of a pair', 'a\ud800b', 'ab'],
    ['a charset', 'a\x1b(0b', 'ab'],
    ['a private sequence', '\x1b[?25la\x1b[>4;1mb', 'ab'],
    ['Esc at the end', 'a\x1b', 'a'],
    ['a sequence that is not finished', 'a\x1b[31', 'a'],
    ['a mark on nothing', '\u0301a', 'a'],
  ])('%s vanishes', (_, line, text) => expect(shown(line)).toEqual([[text, '']]));

  it.each([
    '\x1b[38;5mx',
    '\x1b[38;5;256mx',
    '\x1b[38;2;1;2mx',
    '\x1b[38;2;1;2;999mx',
    '\x1b[38:9:1mx',
    '\x1b[99999999999mx',
    '\x1b[5;8mx',
    '\x1b[58;5;1mx',
    '\x1b[1!mx',
  ])('%j colours nothing', (line) => expect(shown(line)).toEqual([['x', '']]));

  const hostile = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom(
        '\x1b[',
        '\x9b',
        '\x1b]',
        '\x07',
        'm',
        ';',
        ':',
        '38',
        '31',
        '0',
        '\x1b',
        '\u202e',
        '字',
        '\u0301',
        ' ',
      ),
    ),
    { maxLength: 60 },
  );

  it('lets nothing through but text and known numbers, whatever comes', () => {
    fc.assert(
      fc.property(hostile, (parts) => {
        for (const { text, sgr } of sgrSpans(parts.join(''))) {
          expect(text).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u200e\u200f]/u);
          expect(sgr ?? '0').toMatch(/^\d+(;\d+)*$/);
        }
      }),
    );
  });

  it('text without controls stays as it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'é', '字', 'カ', '│', '─', '●', '🍁'), maxLength: 80 }),
        (text) => {
          expect(
            sgrSpans(text)
              .map((one) => one.text)
              .join(''),
          ).toBe(text);
        },
      ),
    );
  });

  it('the same state is written the same way, whatever led to it', () => {
    expect(shown('\x1b[31m\x1b[1mx')).toEqual(shown('\x1b[1;31mx'));
    expect(shown('\x1b[32;31;1;22;1mx')).toEqual(shown('\x1b[1;31mx'));
  });

  it('takes a line of a megabyte in a moment', () => {
    const before = performance.now();
    for (const line of ['x'.repeat(1e6), '\x1b[31m'.repeat(2e5), '\x1b]'.repeat(5e5), `a${'\u0301'.repeat(1e6)}`])
      sgrSpans(line);
    expect(performance.now() - before).toBeLessThan(500);
  });
});
