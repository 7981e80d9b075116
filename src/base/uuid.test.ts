import fc from 'fast-check';
import { expect, it } from 'vitest';
import { uuid7, uuid8 } from './uuid.ts';

it('is the example of RFC 9562, A.6', () => {
  const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
  expect(uuid7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
});

it('is always a version 7, and sorts by time', () => {
  const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 2 }), bytes, bytes, (wall, one, other) => {
      const id = uuid7(wall, one);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(id < uuid7(wall + 1, other)).toBe(true);
    }),
  );
});

it('keeps all of a digest but the version and the variant', () => {
  const digest = Uint8Array.from({ length: 32 }, (_, at) => 255 - at);
  expect(uuid8(digest)).toBe('fffefdfc-fbfa-89f8-b7f6-f5f4f3f2f1f0');
});
