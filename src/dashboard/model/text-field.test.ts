import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyNamed } from '../../../test/support/dashboard.ts';
import { textWidth } from '../../base/index.ts';
import { moveRows, placeAt, viewField, viewLine } from './field-rows.ts';
import { graphemesOf } from './graphemes.ts';
import { cleanText, edit, fieldOf, insert, LONGEST_TEXT, type TextField } from './text-field.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const split = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment);

/** Characters of one and of many code points, wide ones, ones that join with their neighbours. */
const CHARACTER = fc.constantFrom(
  ...Array.from('ab Z9.,漢字カか'),
  'é',
  'e\u0301',
  '\u0301',
  '👍',
  '👍🏽',
  '👩‍💻',
  '👩',
  '\u200d',
  '🇯🇵',
  '🇯',
  '각',
  'ᄀ',
  'ᅡ',
);
const KEY = fc.oneof(
  { weight: 3, arbitrary: CHARACTER.map((text) => ({ text })) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('left', 'right', 'backspace', 'delete', 'home', 'end', 'C-k', 'C-u', 'C-home', 'C-end')
      .map((name) => ({ name })),
  },
  { weight: 1, arbitrary: fc.constant({ text: '\n' }) },
);

/** The same editor, as plainly as can be: an array of characters and an index, taken apart anew after every change. */
class Oracle {
  all: string[] = [];
  at = 0;

  put(text: string): void {
    this.#become(this.all.slice(0, this.at).join('') + text, this.all.slice(this.at).join(''));
  }

  press(name: string): void {
    const { all } = this;
    const start = all.lastIndexOf('\n', this.at - 1) + 1;
    const begin = this.at === 0 ? 0 : start;
    const line = all.indexOf('\n', this.at);
    const end = line < 0 ? all.length : line;
    const moves: Record<string, number> = {
      left: Math.max(0, this.at - 1),
      right: Math.min(all.length, this.at + 1),
      home: begin,
      end,
      'C-home': 0,
      'C-end': all.length,
    };
    const kills: Record<string, number> = {
      backspace: Math.max(0, this.at - 1),
      delete: Math.min(all.length, this.at + 1),
      'C-u': begin,
      'C-k': end === this.at ? Math.min(all.length, this.at + 1) : end,
    };
    const to = kills[name];
    if (to === undefined) this.at = moves[name] as number;
    else this.#become(all.slice(0, Math.min(to, this.at)).join(''), all.slice(Math.max(to, this.at)).join(''));
  }

  #become(left: string, right: string): void {
    this.all = split(left + right);
    let length = 0;
    this.at = 0;
    while (length < left.length) length += (this.all[this.at++] as string).length;
  }
}

describe('a text field', () => {
  it('does what an array of characters would', () => {
    fc.assert(
      fc.property(fc.array(KEY, { maxLength: 60 }), (keys) => {
        const oracle = new Oracle();
        let field: TextField = fieldOf('');
        for (const key of keys) {
          if ('text' in key) {
            oracle.put(key.text);
            field = insert(field, key.text, true);
          } else {
            oracle.press(key.name);
            field = edit(field, keyNamed(key.name)) as TextField;
          }
          expect(field.text).toBe(oracle.all.join(''));
          expect(field.at).toBe(oracle.all.slice(0, oracle.at).join('').length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes long texts apart as short ones', () => {
    fc.assert(
      fc.property(fc.array(CHARACTER, { minLength: 150, maxLength: 400 }), (characters) => {
        const text = characters.join('').replace(/[\u{1f1e6}-\u{1f1ff}]/gu, 'x');
        expect([...graphemesOf(text)].map((one) => one.text)).toEqual(split(text));
      }),
      { numRuns: 60 },
    );
  });

  it('moves and deletes by words, of Japanese too', () => {
    const text = 'tell カエデ to go_on, please';
    const stops: string[] = [];
    let field: TextField = { text, at: 0 };
    while (field.at < text.length) {
      field = edit(field, keyNamed('M-f')) as TextField;
      stops.push(text.slice(0, field.at));
    }
    expect(stops).toEqual(['tell', 'tell カエデ', 'tell カエデ to', 'tell カエデ to go_on', text]);
    expect(edit({ text, at: 15 }, keyNamed('M-b'))?.at).toBe(12);
    expect(edit({ text: '東京都に行く', at: 6 }, keyNamed('C-w'))?.text).toBe('東京都に');
    expect(edit({ text: 'one  two', at: 8 }, keyNamed('C-w'))?.text).toBe('one  ');
    expect(edit({ text: 'one two', at: 3 }, keyNamed('M-d'))?.text).toBe('one');
    expect(edit({ text: 'one two', at: 5 }, keyNamed('C-left'))?.at).toBe(4);
    expect(edit({ text: '  ', at: 2 }, keyNamed('M-b'))?.at).toBe(0);
  });

  it('has no key for what writes nothing', () => {
    expect(edit(fieldOf('x'), keyNamed('f5'))).toBeNull();
    expect(edit(fieldOf('x'), keyNamed('pageup'))).toBeNull();
  });

  it('takes text, and nothing that acts on a terminal', () => {
    expect(cleanText('a\r\nb\rc\u2028d', true)).toBe('a\nb\nc\nd');
    expect(cleanText('a\n\nb', false)).toBe('a b');
    expect(cleanText('\x1b[31mred\x1b[0m \x1b]0;title\x07\x9b1mx\x00\x07\ty', true)).toBe('red x    y');
    expect(cleanText('a\u202eb\u2066c\ud800d', true)).toBe('abcd');
    expect(cleanText('👩‍💻 が', true)).toBe('👩‍💻 が');
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 60 }), (units) => {
        const text = String.fromCharCode(...units);
        expect(cleanText(text, true)).not.toMatch(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]|\p{Cs}/u);
      }),
    );
  });

  it('holds no more than a message should', () => {
    const full = insert(fieldOf('a'.repeat(LONGEST_TEXT - 1)), '👍', true);
    expect(full.text).toHaveLength(LONGEST_TEXT - 1);
    expect(insert(full, 'bc', true).text).toHaveLength(LONGEST_TEXT);
  });
});

const TEXT = fc
  .array(fc.oneof({ weight: 8, arbitrary: CHARACTER }, { weight: 1, arbitrary: fc.constant('\n') }), { maxLength: 80 })
  .map((all) => all.join(''));
const FIELD = fc.tuple(TEXT, fc.nat()).map(([text, seed]): TextField => {
  const all = split(text);
  return { text, at: all.slice(0, all.length === 0 ? 0 : seed % (all.length + 1)).join('').length };
});

describe('the rows of a field', () => {
  it('are as wide as there is room, show the cursor, and leave nothing out', () => {
    fc.assert(
      fc.property(FIELD, fc.integer({ min: 13, max: 30 }), fc.integer({ min: 1, max: 9 }), (field, width, height) => {
        const { rows, x, y } = viewField(field, width, height);
        expect(rows.length).toBeLessThanOrEqual(height);
        const row = rows[y];
        if (row === undefined) throw new Error('the cursor is in no row');
        expect(row.from).toBeLessThanOrEqual(field.at);
        expect(row.to).toBeGreaterThanOrEqual(field.at);
        expect(x).toBe(textWidth(field.text.slice(row.from, field.at)));
        expect(x).toBeLessThan(width);
        for (const { from, to } of rows) {
          expect(field.text.slice(from, to)).not.toContain('\n');
          expect(textWidth(field.text.slice(from, to))).toBeLessThan(width);
        }
        const all = viewField(field, width, 1_000).rows;
        expect(all[0]?.from).toBe(0);
        expect(all.at(-1)?.to).toBe(field.text.length);
        all.slice(1).forEach(({ from }, index) => {
          const end = all[index]?.to ?? 0;
          expect(field.text.slice(end, from)).toMatch(/^\n?$/);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('break after words, and between the characters of Japanese', () => {
    const rows = (text: string, width: number) =>
      viewField(fieldOf(text), width, 99).rows.map(({ from, to }) => text.slice(from, to));
    expect(rows('one two three', 9)).toEqual(['one two ', 'three']);
    expect(rows('abcdefghij', 5)).toEqual(['abcd', 'efgh', 'ij']);
    expect(rows('ab漢字かな', 7)).toEqual(['ab漢字', 'かな']);
    expect(rows('a\n\nb', 7)).toEqual(['a', '', 'b']);
  });

  it('are gone through one by one, in the column one came from', () => {
    const field: TextField = { text: 'long enough\nno\nカエデとサクラ', at: 6 };
    const down = moveRows(field, 1, 6, 40);
    expect(field.text.slice(0, down.at)).toBe('long enough\nno');
    const further = moveRows(down, 1, 6, 40);
    expect(field.text.slice(0, further.at)).toBe('long enough\nno\nカエデ');
    expect(moveRows(further, 1, 6, 40).at).toBe(field.text.length);
    expect(moveRows(field, -1, 6, 40).at).toBe(0);
    // A row that goes on below has no end of its own: the place behind its last character is the next row.
    const broken = moveRows({ text: 'abcdefghij', at: 6 }, -1, 4, 5);
    expect(broken.at).toBe(3);
  });

  it('find the place under a column', () => {
    expect(placeAt('aカb', { from: 0, to: 3 }, 2)).toBe(1);
    expect(placeAt('aカb', { from: 0, to: 3 }, 3)).toBe(2);
    expect(placeAt('aカb', { from: 0, to: 3 }, 99)).toBe(3);
  });

  it('one line shows what is around the cursor', () => {
    fc.assert(
      fc.property(FIELD, fc.integer({ min: 14, max: 30 }), ({ text, at }, width) => {
        const line = cleanText(text, false);
        const field = fieldOf(line.slice(0, at));
        const shown = viewLine({ text: line, at: field.at }, width);
        expect(textWidth(shown.text)).toBeLessThanOrEqual(width);
        expect(shown.x).toBeLessThan(width);
        expect(line).toContain(shown.text);
      }),
    );
  });
});
