import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Transcript } from './transcript.ts';

const read = (text: string): string[] => {
  const transcript = new Transcript();
  return [...transcript.feed(text), ...transcript.flush()];
};

describe('Transcript', () => {
  it.each<[string, string, string[]]>([
    ['plain lines', 'one\ntwo\n', ['one', 'two']],
    ['lines with carriage return', 'one\r\ntwo\r\n', ['one', 'two']],
    ['a last line without an end', 'one\ntwo', ['one', 'two']],
    ['a progress bar', '10%\r20%\r100%\ndone\n', ['100%', 'done']],
    ['colours', '\x1b[1;32mok\x1b[0m fine\n', ['ok fine']],
    ['a title', '\x1b]0;hello\x07text\n', ['text']],
    ['a hyperlink', '\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\n', ['link']],
    ['eight bit controls', '\x9b31mred\x9d0;title\x9c\n', ['red']],
    ['a sixel picture over lines', '\x1bPq#0;2\n~~~\x1b\\after\n', ['after']],
    ['an unfinished title ends with its line', '\x1b]0;oops\nnext\n', ['', 'next']],
    ['words set apart by cursor moves', 'two\x1b[1Cwords\n', ['two words']],
    ['text placed on the screen', '\x1b[1;1Hfirst\x1b[2;1Hsecond\n', ['first', 'second']],
    ['a line erased and written anew', 'draft\r\x1b[2Kfinal\n', ['final']],
    ['a character set', '\x1b(Btext\n', ['text']],
    ['a backspace', 'helpp\bo\n', ['helpo']],
    ['a cancelled sequence', '\x1b[12\x18text\n', ['text']],
  ])('%s', (_, text, lines) => expect(read(text)).toEqual(lines));

  it('does not care where the stream is cut', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'a',
            'カ',
            '\x1b',
            '[',
            ']',
            '0',
            ';',
            '3',
            'm',
            'H',
            'K',
            'G',
            'P',
            '\\',
            '\x07',
            '\r',
            '\n',
            '\x9b',
            '\b',
          ),
        ),
        fc.nat(60),
        (characters, at) => {
          const text = characters.join('');
          const transcript = new Transcript();
          const lines = [
            ...transcript.feed(characters.slice(0, at).join('')),
            ...transcript.feed(characters.slice(at).join('')),
            ...transcript.flush(),
          ];
          expect(lines).toEqual(read(text));
          expect(lines.join('')).not.toMatch(/\p{Cc}/u);
        },
      ),
    ));

  it('is not held up by a sequence that never ends', () => {
    const lines = read(`\x1bP${'x'.repeat(200_000)}\nafter\n`);
    expect(lines.at(-1)).toBe('after');
  });
});
