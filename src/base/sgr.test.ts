import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colouredLines, stripEscapes } from './index.ts';

const E = '\x1b';

describe('the lines of a screen with their colours', () => {
  it('each says what the lines before it said', () =>
    expect(colouredLines([`${E}[31mred`, 'still', `${E}[1mbold${E}[39m`, `plain${E}[0m`, 'end'])).toEqual([
      `${E}[0;31mred`,
      `${E}[0;31mstill`,
      `${E}[0;31m${E}[0;31;1mbold${E}[0;1m`,
      `${E}[0;1mplain${E}[0m`,
      'end',
    ]));

  it.each([
    ['256 colours', `${E}[38;5;208mx`, `${E}[0;38;5;208mx`],
    ['true colour', `${E}[48;2;1;2;3mx`, `${E}[0;48;2;1;2;3mx`],
    ['with colons', `${E}[38:2::1:2:3;4:3mx`, `${E}[0;38:2::1:2:3;4:3mx`],
    ['an underline that ends', `${E}[4:3ma${E}[4:0mb`, `${E}[0;4:3ma${E}[0mb`],
    ['a number behind a colour', `${E}[38;5;1;7mx`, `${E}[0;38;5;1;7mx`],
    ['without parameters', `${E}[7ma${E}[mb`, `${E}[0;7ma${E}[0mb`],
    ['bright ones', `${E}[91;102mx`, `${E}[0;91;102mx`],
    ['an end of bold and faint', `${E}[1;2ma${E}[22mb`, `${E}[0;1;2ma${E}[0mb`],
  ])('%s', (_, line, shown) => expect(colouredLines([line])).toEqual([shown]));

  it('are nothing but text and colours, and wide characters stay', () =>
    expect(
      colouredLines([`長${E}]0;title\x07い${E}[2J${E}[5;5H${E}]8;;http://x${E}\\link${E}]8;;${E}\\ e\u0301 \u202e!`]),
    ).toEqual(['長いlink e\u0301 !']));

  it('draws what came as letters of the line-drawing set, over the ends of lines', () =>
    expect(colouredLines(['\x0elqk\x0f lqk', '\x0ex', 'x\x0fx'])).toEqual(['┌─┐ lqk', '│', '│x']));

  it('keep their characters in their columns, whatever they are made of', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        `${E}[1m`,
        `${E}[38;5;9m`,
        `${E}[0m`,
        `${E}[48;2;9;9;9m`,
        '長',
        'é',
        ' ',
        `${E}[`,
        `${E}`,
        '\x9b3',
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
          { maxLength: 5 },
        ),
        (lines) => {
          for (const line of colouredLines(lines)) {
            expect(line.replace(/\x1b\[0[\d;:]*m/g, '')).toBe(stripEscapes(line));
            expect(stripEscapes(line)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
          }
        },
      ),
    );
  });
});
