import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '../protocol/index.ts';
import { announce, typedText } from './index.ts';

const ID = '01a1faca-e22a-7960-96ef-6281d64112b5';
const message = (some: Partial<Message>): Message => ({
  id: ID,
  type: 'note',
  from: 'kaede',
  to: 'momiji',
  sentTo: 'momiji',
  payload: { text: 'please look' },
  timestamp: '2026-11-20T12:00:00.000Z',
  ttl: null,
  seq: 1,
  priority: 'normal',
  replyTo: null,
  delivery: null,
  attempt: 1,
  ...some,
});

describe('announce', () => {
  test('names sender and id, and says how to answer', () => {
    expect(announce(message({}), '/q/m')).toBe(
      `Message ${ID} from kaede: please look\nAnswer with: orchestra reply ${ID} 'your text'`,
    );
  });

  test('says what is out of the ordinary', () => {
    const some = message({ type: 'task_assign', sentTo: '@reviewers', replyTo: ID, priority: 'urgent' });
    expect(announce(some, '/q/m')).toContain(
      `from kaede (task_assign, to @reviewers, in reply to ${ID}, urgent): please`,
    );
  });

  test.each(['/quit', '!rm -rf x', '@file', '#memo', '?'])(
    '%s is never what a line begins with that a CLI reads as its own',
    (text) => {
      expect(announce(message({ payload: { text } }), '/q/m').startsWith('Message ')).toBe(true);
    },
  );

  test('long bodies stay in their file', () => {
    for (const text of ['x'.repeat(1_501), 'a\n'.repeat(8)]) {
      const typed = announce(message({ payload: { text } }), '/q/cur/file');
      expect(typed).toContain('read it in /q/cur/file');
      expect(typed.length).toBeLessThan(300);
    }
  });

  test('a payload without text is shown as JSON, an empty one points at its file', () => {
    expect(announce(message({ payload: { exit: 0 } }), '/q/m')).toContain(': {"exit":0}');
    expect(announce(message({ payload: {} }), '/q/m')).toContain('The whole message is in /q/m');
  });
});

describe('typedText', () => {
  test('no escape sequence and no control character gets through, letters do', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'a',
            'カ',
            '🍁',
            '\n',
            '\t',
            '\r',
            '\x1b[201~',
            '\x1b[200~',
            '\x9b201~',
            '\x03',
            '\x1b',
            '\u202e',
            ' ',
            '\x1b]0;t\x07',
          ),
        ),
        (parts) => {
          const typed = typedText(parts.join(''));
          expect(typed).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
          for (const letter of ['カ', '🍁']) {
            // A sequence that was cut short takes the letter after it along.
            expect(typed.split(letter).length).toBeLessThanOrEqual(parts.filter((part) => part === letter).length + 1);
          }
        },
      ),
    );
    expect(typedText('カエデ e\u0301 🍁\n  x\n\n')).toBe('カエデ e\u0301 🍁\n  x');
    expect(typedText('a\x1b[201~\x03b')).toBe('ab');
    expect(typedText('one\r\ntwo\rthree\tfour')).toBe('one\ntwo\nthree    four');
  });

  test('a last word that would open a list of choices is closed', () => {
    expect(typedText('see @README.md')).toBe('see @README.md ');
    expect(typedText('me@home.org')).toBe('me@home.org');
  });
});
