import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Screen } from './driver.ts';
import { holds } from './holds.ts';
import { driverOf, readScreen } from './index.ts';

// The input field of a type that the configuration describes: only its prompt is known.

const bot = driverOf('bot', {
  bot: {
    extends: null,
    command: ['bot'],
    screen: { busy: ['esc to interrupt\\)$'], approval: ['^Allow this\\?'] },
    title: {},
    composer: '^> $',
    submit: null,
    quit: null,
  },
});

interface Look {
  readonly width: number;
  readonly indent: number;
  readonly footer: readonly string[];
  /** Where the program leaves its cursor. */
  readonly cursor: 'in the field' | 'at the end' | 'at the top';
}

const CUT = (text: string, width: number): string[] => text.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? [''];

function drawn(text: string, { width, indent, footer, cursor }: Look, above: readonly string[] = ['hello']): Screen {
  const field = text
    .split('\n')
    .flatMap((line, at) => CUT(at === 0 ? `> ${line}` : line, width - indent))
    .map((row, at) => (at === 0 ? row : ' '.repeat(indent) + row));
  const lines = [...above, ...field, ...footer];
  const end = above.length + field.length - 1;
  const cursorY = cursor === 'in the field' ? end : cursor === 'at the top' ? 0 : lines.length - 1;
  return { lines, title: '', cursorX: (lines[cursorY] ?? '').length, cursorY, inMode: false, width, height: 50 };
}

const held = (screen: Screen, text: string): string => holds(bot, screen, readScreen(bot, screen, 0), text);
const MESSAGE =
  "Message 01a1faca-e22a-7960-96ef-6281d64112b5 from kaede: look\n> as he said\n\nAnswer with: orchestra reply ID 'your text'";

const look = fc.record<Look>({
  width: fc.integer({ min: 30, max: 120 }),
  indent: fc.constantFrom(0, 1, 2, 4),
  footer: fc.constantFrom([], ['? for help'], ['────', '  1 file changed', 'model: x']),
  cursor: fc.constantFrom('in the field', 'at the end', 'at the top'),
});

describe('an input field of which only the prompt is known', () => {
  test('shows a text whole, wherever its rows begin', () => {
    fc.assert(
      fc.property(look, fc.string({ maxLength: 200 }), (some, more) => {
        const text = `${MESSAGE} ${more.replace(/[^a-z ]/g, '')}`;
        expect(held(drawn(text, some), text)).toBe('all');
      }),
    );
  });

  test('is never taken for whole with a part, or with what a person typed', () => {
    fc.assert(
      fc.property(look, fc.integer({ min: 1, max: 40 }), (some, cut) => {
        expect(held(drawn(MESSAGE.slice(0, -cut), some), MESSAGE)).not.toBe('all');
        expect(held(drawn(`xx${MESSAGE}`, some), MESSAGE)).not.toBe('all');
        expect(held(drawn(`${MESSAGE}xx`, { ...some, footer: [], width: 55 }), MESSAGE)).not.toBe('all');
      }),
    );
  });

  test('is empty when it is, whatever stands above and below; a draft is a draft', () => {
    fc.assert(
      fc.property(look, (some) => {
        const above = ['> an old message', 'and more of it', 'done.'];
        if (some.cursor !== 'at the end' || !some.footer.every((line) => line.startsWith('  ')))
          expect(readScreen(bot, drawn('', some, above), 0).composer.kind).toBe('empty');
        expect(held(drawn('', some, above), 'an old message and more of it')).toBe('none');
        expect(readScreen(bot, drawn('a draft\nof two lines', some), 0).composer.kind).toBe('draft');
      }),
    );
  });
});
