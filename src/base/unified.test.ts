import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines, unified } from './unified.ts';

const lines = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
  .map((all) => all.map((line) => `${line}\n`).join(''));

/** What a patch makes of a text. */
function patched(before: string, hunks: readonly string[]): string {
  const old = before === '' ? [] : before.replace(/\n$/, '').split('\n');
  const out: string[] = [];
  let at = 0;
  for (const line of hunks) {
    const head = /^@@ -(\d+),(\d+) /.exec(line);
    if (head !== null) {
      const start = Number(head[1]) - (head[2] === '0' ? 0 : 1);
      out.push(...old.slice(at, start));
      at = start;
    } else if (line.startsWith('+')) out.push(line.slice(1));
    else {
      expect(old[at]).toBe(line.slice(1));
      if (line.startsWith(' ')) out.push(line.slice(1));
      at += 1;
    }
  }
  out.push(...old.slice(at));
  return out.map((line) => `${line}\n`).join('');
}

describe('a difference', () => {
  it('makes the one text of the other', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        expect(patched(before, unified(before, after))).toBe(after);
      }),
    );
  });

  it('is nothing for the same, and keeps what both have', () => {
    fc.assert(
      fc.property(lines, (text) => {
        expect(unified(text, text)).toEqual([]);
      }),
    );
    expect(diffLines('a\nb\nc\n', 'a\nx\nc\n').map(({ sign, text }) => sign + text)).toEqual([' a', '-b', '+x', ' c']);
    expect(unified('1\n2\n3\n4\n5\n6\n7\n8\n9\n', '1\n2\n3\n4\n5\n6\n7\n8\nx\n')).toEqual([
      '@@ -6,4 +6,4 @@',
      ' 6',
      ' 7',
      ' 8',
      '-9',
      '+x',
    ]);
  });

  it('of large texts is found at once', () => {
    const [a, b] = ['a', 'b'].map((letter) => Array.from({ length: 20_000 }, (_, n) => `${letter}${n}\n`).join(''));
    const begun = performance.now();
    expect(unified(a ?? '', b ?? '')).toHaveLength(40_001);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
