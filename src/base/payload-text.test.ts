import fc from 'fast-check';
import { expect, it } from 'vitest';
import { payloadLines } from './payload-text.ts';

it('shows the text as it stands, then the other keys', () => {
  expect(
    payloadLines({
      exit_code: 2,
      text: 'exit 2:\n  make',
      output: 'one\n\ttwo\x1b[31m',
      signal: null,
      list: ['a'],
      empty: '',
    }),
  ).toEqual([
    'exit 2:',
    '  make',
    '',
    'exit_code: 2',
    'output:',
    '  one',
    '      two',
    'signal: null',
    'list:',
    '  [',
    '    "a"',
    '  ]',
    'empty:',
  ]);
  expect(payloadLines({})).toEqual([]);
  expect(payloadLines({ text: 7 })).toEqual(['text: 7']);
  expect(payloadLines({ text: 'x' })).toEqual(['x']);
});

it('holds nothing that moves a cursor, whatever is in it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.anything()), (payload) => {
      for (const line of payloadLines(JSON.parse(JSON.stringify(payload)) as Record<string, unknown>))
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});
