import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Tail } from './tail.ts';

const encoder = new TextEncoder();

it('keeps the end, whole characters, at most 4,096 bytes', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: 'grapheme', maxLength: 3_000 }).filter((part) => !part.includes('\ufffd')),
        { maxLength: 12 },
      ),
      (parts) => {
        const tail = new Tail();
        for (const part of parts) tail.add(encoder.encode(part));
        const text = tail.text([]);
        expect(encoder.encode(text).length).toBeLessThanOrEqual(4096);
        expect(text).not.toContain('\ufffd');
      },
    ),
    { numRuns: 50 },
  );
});

it('is what was printed when that is little', () => {
  const tail = new Tail();
  tail.add(encoder.encode('one\r\n\x1b[31mtwo\x1b[0m\n'));
  expect(tail.text([])).toBe('one\ntwo');
});

it('cuts no character when escapes take most of it away', () => {
  const tail = new Tail();
  tail.add(encoder.encode(`${'あ'.repeat(5_461)}\x1b]0;${'t'.repeat(16_000)}`));
  expect(tail.text([])).toMatch(/^あ*$/);
});

it('hides secrets, also one that lies across two pieces or the cut', () => {
  const tail = new Tail();
  tail.add(encoder.encode(`sesame-open${'x'.repeat(20_000)}ses`));
  tail.add(encoder.encode(`ame-open${'y'.repeat(4_090)}`));
  const text = tail.text(['sesame-open']);
  expect(text).not.toContain('open');
  expect(text.endsWith('yyy')).toBe(true);
});
