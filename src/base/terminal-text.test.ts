import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { characterWidth, cutText, fitText, plainLine, stripEscapes, textWidth } from './terminal-text.ts';

describe('textWidth', () => {
  it.each([
    ['kaede', 5],
    ['カエデ', 6],
    ['指揮', 4],
    ['한국어', 6],
    ['ｆｕｌｌ', 8],
    ['é', 1], // e and a combining accent
    ['👩‍💻', 4], // joined emoji count apart, as tmux draws them
    ['…', 1],
    ['● ◐ ■', 5],
    ['', 0],
  ])('%j takes %i columns', (text, width) => expect(textWidth(text)).toBe(width));
});

it('knows kana, Han, frames and signs as the Unicode tables do', () => {
  const known = [
    [0x2010, 0x2027, 1],
    [0x2500, 0x25fc, 1],
    [0x3041, 0x3096, 2],
    [0x30a1, 0x30fc, 2],
    [0x4e00, 0x9fff, 2],
  ] as const;
  const wrong = known.flatMap(([from, to, width]) => {
    // One of these would be zero columns, or two.
    const odd = width === 1 ? /[\p{Mn}\p{Me}\p{Cf}\p{Emoji_Presentation}]/u : /[\p{Mn}\p{Me}\p{Cf}]/u;
    const all = Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at));
    return all.filter((character) => characterWidth(character) !== width || odd.test(character));
  });
  expect(wrong).toEqual([]);
});

describe('cutting and fitting', () => {
  it('never cuts a wide character in half', () => {
    expect(cutText('カエデ', 6)).toBe('カエデ');
    expect(cutText('カエデ', 5)).toBe('カエ…');
    expect(cutText('カエデ', 4)).toBe('カ…');
    expect(cutText('カエデ', 1)).toBe('…');
    expect(cutText('カエデ', 0)).toBe('');
  });

  it('fills on the side that is asked for', () => {
    expect(fitText('カ', 4)).toBe('カ  ');
    expect(fitText('7', 3, 'right')).toBe('  7');
  });

  it('always gives exactly the width', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, width) => {
        const plain = plainLine(text);
        expect(textWidth(fitText(plain, width))).toBe(width);
        expect(textWidth(cutText(plain, width))).toBeLessThanOrEqual(width);
      }),
    ));
});

describe('plainLine', () => {
  it.each([
    ['a\x1b[31mred\x1b[0m', 'ared'],
    ['\x1b]0;title\x07text', 'text'],
    ['\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['\x1bP1;2q#0~~\x1b\\after', 'after'],
    ['\x9b2Jcleared \x9d0;t\x9cdone', 'cleared done'],
    ['two\r\nlines\tand\x00more', 'two lines and more'],
    ['abc\u202edcba', 'abc dcba'],
    ['\x1b', ''],
  ])('%j becomes %j', (text, plain) => expect(plainLine(text)).toBe(plain));

  it('lets no control character through, whatever comes', () =>
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            '\x1b',
            '[',
            ']',
            'P',
            '\x9b',
            '\x07',
            '\\',
            'm',
            '3',
            ';',
            '\n',
            'é',
            '\u202e',
            '\x7f',
          ),
        }),
        (text) => {
          expect(plainLine(text)).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
        },
      ),
    ));
});

it('stripEscapes keeps line feeds and tabs', () => expect(stripEscapes('a\n\x1b[1mb\tc')).toBe('a\nb\tc'));
