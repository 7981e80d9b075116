import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedPattern, isEndless, testWithin } from './bounded-pattern.ts';

/** Takes 2^60 steps and more on this. */
const ENDLESS = [
  '(a+)+$',
  '^(a|aa)+$',
  '(?:[\\w]+ ?)*!$',
  'x: (?:\\S+)+$',
  '(?=(a*)*b)',
  '([a-z]+)*=$',
  'a?'.repeat(300),
];
const LINE = `${'x: '}${'a'.repeat(60)}\u0001`;

/** As people write them for screens and logs. */
const ORDINARY = [
  'ready in \\d+ ms$',
  '^❯\\s*$',
  '(?:esc|ctrl\\+c) to interrupt',
  '^\\s*\\d+%\\s+\\S+\\s+ctx\\s*$',
  '^(\\d+[hms] ?)+$',
  '(?:[\\w.-]+/)+\\w+',
  '^[│|] > .* [│|]$',
  '\\((\\d+)s • (?:.*) to stop\\)',
  'server (?:is )?listening on (?:http|https)://[^\\s]+:(\\d+)',
];

describe('patterns that take for ever', () => {
  it.each(ENDLESS)('%s is told', (source) => expect(isEndless(new RegExp(source))).toBe(true));
  it.each(ORDINARY)('%s is none', (source) => expect(isEndless(new RegExp(source, 'u'))).toBe(false));

  it('are cut off in the middle', () => {
    const began = performance.now();
    expect(testWithin(/(a+)+$/, LINE, 50)).toBe('late');
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(testWithin(/b/, 'abc', 1_000)).toBe(true);
    expect(testWithin(/d/, 'abc', 1_000)).toBe(false);
  });

  it('match nothing any more once they were too slow again and again, and that is told once', () => {
    let told = 0;
    const pattern = new BoundedPattern('(a+)+$', 'u', () => told++);
    expect(pattern.test(`b${'a'.repeat(30)}`)).toBe(true);
    for (let n = 0; n < 10; n++) expect(pattern.test(`${LINE}${n}`)).toBe(false);
    expect(told).toBe(1);
    const began = performance.now();
    expect(pattern.test(`b${'a'.repeat(30)}c`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(50);
  });
});

describe('an ordinary pattern with a deadline', () => {
  it('finds what it would find without', () => {
    const piece = fc.constantFrom(
      '❯',
      ' ',
      '12',
      'h',
      's',
      '%',
      '\n',
      'src/',
      'a.b',
      '│ > ',
      'ready in 3 ms',
      '(4s • x to stop)',
    );
    fc.assert(
      fc.property(fc.constantFrom(...ORDINARY), fc.array(piece, { maxLength: 60 }), (source, pieces) => {
        const text = pieces.join('');
        const [plain, bounded] = [new RegExp(source, 'u'), new BoundedPattern(source, 'u')];
        for (let twice = 0; twice < 2; twice++) {
          expect(bounded.exec(text)).toEqual(plain.exec(text));
          expect(bounded.test(text)).toBe(plain.test(text));
          expect(text.match(bounded)).toEqual(text.match(plain));
        }
      }),
      { numRuns: 150 },
    );
  });
});
