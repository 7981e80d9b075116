import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decoder, type Heard } from './decode.ts';

/** What xterm (ctlseqs) and tmux (tty-keys.c, input-keys.c) send, and what it is. */
const KEYS: readonly (readonly [sent: string, name: string])[] = [
  ['a', 'a'],
  ['Z', 'Z'],
  ['?', '?'],
  [' ', 'space'],
  ['é', 'é'],
  ['カ', 'カ'],
  ['🎼', '🎼'],
  ['\r', 'enter'],
  ['\n', 'C-j'],
  ['\t', 'tab'],
  ['\x7f', 'backspace'],
  ['\x03', 'C-c'],
  ['\x1a', 'C-z'],
  ['\x00', 'C-space'],
  ['\x1d', 'C-]'],
  ['\x1f', 'C-_'],
  ['\x1b[A', 'up'],
  ['\x1bOA', 'up'],
  ['\x1b[B', 'down'],
  ['\x1bOB', 'down'],
  ['\x1b[C', 'right'],
  ['\x1b[D', 'left'],
  ['\x1b[H', 'home'],
  ['\x1bOH', 'home'],
  ['\x1b[1~', 'home'],
  ['\x1b[7~', 'home'],
  ['\x1b[F', 'end'],
  ['\x1b[4~', 'end'],
  ['\x1b[3~', 'delete'],
  ['\x1b[5~', 'pageup'],
  ['\x1b[6~', 'pagedown'],
  ['\x1b[Z', 'S-tab'],
  ['\x1bOP', 'f1'],
  ['\x1b[15~', 'f5'],
  ['\x1b[24~', 'f12'],
  ['\x1b[1;5A', 'C-up'],
  ['\x1b[1;2B', 'S-down'],
  ['\x1b[1;3C', 'M-right'],
  ['\x1b[5;5~', 'C-pageup'],
  ['\x1b[1;6D', 'C-S-left'],
  ['\x1ba', 'M-a'],
  ['\x1b\r', 'M-enter'],
  ['\x1b\x7f', 'M-backspace'],
  ['\x1bカ', 'M-カ'],
  ['\x1b🎼', 'M-🎼'],
];

const said = (heard: readonly Heard[]): string[] =>
  heard.map((one) => {
    if (one.kind === 'key') return one.key.name;
    return one.kind === 'paste' ? `paste ${one.text}` : `${one.what} ${one.x},${one.y}`;
  });

describe('a key', () => {
  test.each(KEYS)('%j is %s', (sent, name) => {
    const decoder = new Decoder();
    expect(said([...decoder.decode(sent), ...decoder.flush()])).toEqual([name]);
  });

  test.each(KEYS)('%j keeps what was sent, for an agent that is typed at', (sent) => {
    const decoder = new Decoder();
    const raw = [...decoder.decode(sent), ...decoder.flush()].map((one) => (one.kind === 'key' ? one.key.raw : ''));
    expect(raw.join('')).toBe(sent);
  });

  test('Esc waits for what may follow, and is itself when nothing does', () => {
    const decoder = new Decoder();
    expect(decoder.decode('\x1b')).toEqual([]);
    expect(decoder.waits).toBe(true);
    expect(said(decoder.flush())).toEqual(['escape']);
    expect(decoder.waits).toBe(false);
    expect(said(decoder.decode('\x1b\x1b'))).toEqual(['escape']);
    expect(said(decoder.flush())).toEqual(['escape']);
  });

  test('writes text only when it is text', () => {
    const decoder = new Decoder();
    const texts = decoder.decode('aカ🎼 \r\x1b[A\x01\x1bx').map((one) => (one.kind === 'key' ? one.key.text : null));
    expect(texts).toEqual(['a', 'カ', '🎼', ' ', '', '', '', '']);
  });
});

describe('the mouse', () => {
  test('is where it is pressed and how it is wheeled; letting go, dragging and other buttons are nothing', () => {
    const sent = '\x1b[<0;1;1M\x1b[<0;1;1m\x1b[<64;80;24M\x1b[<65;300;200M\x1b[<2;5;5M\x1b[<32;6;6M';
    expect(said(new Decoder().decode(sent))).toEqual(['press 0,0', 'wheel-up 79,23', 'wheel-down 299,199']);
  });
});

describe('a paste', () => {
  test('is one text, whatever keys and sequences are in it', () => {
    const text = 'q\x1b[A\r\n\x03 カエデ 🎼';
    expect(said(new Decoder().decode(`x\x1b[200~${text}\x1b[201~y`))).toEqual(['x', `paste ${text}`, 'y']);
  });

  test('of any length is cut, and ends', () => {
    const decoder = new Decoder();
    const heard = [...decoder.decode('\x1b[200~')];
    for (let at = 0; at < 30; at++) heard.push(...decoder.decode('x'.repeat(100_000)));
    heard.push(...decoder.decode('\x1b[201~q'));
    expect(heard.map((one) => (one.kind === 'paste' ? one.text.length : one.kind))).toEqual([1_000_000, 'key']);
  });
});

const sequence = fc.constantFrom(
  ...KEYS.map(([sent]) => sent),
  '\x1b[<0;12;3M',
  '\x1b[<64;1;1M',
  '\x1b[200~q\x1b[A 🎼\x1b[201~',
  '\x1b[200~\x1b[201~',
  // Answers of a terminal that nobody asked for: no keys.
  '\x1b[?62;22c',
  '\x1b[I',
);

test('any split of the input gives the same keys', () => {
  fc.assert(
    fc.property(fc.array(sequence, { maxLength: 12 }), fc.array(fc.nat(60), { maxLength: 8 }), (all, cuts) => {
      const text = all.join('');
      const whole = new Decoder();
      const expected = [...whole.decode(text), ...whole.flush()];
      const decoder = new Decoder();
      // A terminal's text comes as UTF-8 through a decoder that cuts no character in two.
      const characters = Array.from(text);
      const places = [0, ...cuts.map((cut) => cut % (characters.length + 1)).sort((a, b) => a - b), characters.length];
      const heard = places.slice(1).flatMap((to, at) => decoder.decode(characters.slice(places[at], to).join('')));
      expect([...heard, ...decoder.flush()]).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('nothing that comes in stops it, and none of it is kept for ever', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 20 })), (parts) => {
      const decoder = new Decoder();
      for (const part of parts) decoder.decode(part);
      decoder.flush();
      decoder.decode('\x1b[201~');
      decoder.flush();
      expect(said(decoder.decode('q'))).toEqual(['q']);
    }),
  );
});
